#pragma once

#include "movies/movie.hpp"
#include "movies/shown.hpp"

#include <dynamo/database.hpp>
#include <dynamo/streams.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// A copy of the movies by director that nobody writes but a reader of the table's changes: a table of its own, in a database of its
/// own, as another service would keep it.
namespace demo {

// clang-format off
DEMO_DECLARE(shelf_text,
struct shelf_entry {
  std::string director;
  std::string work;
  std::uint32_t edition = 0;
  std::optional<dynamo::number> rating;
  bool operator==(const shelf_entry&) const = default;
};
struct shelf_schema
    : dynamo::schema<"by_director", shelf_entry, dynamo::partition_key<&shelf_entry::director>, dynamo::sort_key<&shelf_entry::work>> {};
)
// clang-format on

using shelf = dynamo::table<shelf_schema>;

shelf_entry entry_of(const movie&);

/// Any number of entries as one figure that does not depend on their order.
class shelf_sum {
 public:
  void add(const shelf_entry&);
  std::uint64_t count() const { return count_; }
  friend bool operator==(const shelf_sum&, const shelf_sum&) = default;

 private:
  std::uint64_t sum_ = 0, count_ = 0;
};

/// Opens the copy in a directory, creating it if there is none. It survives the process, not the machine: it can be made again.
dynamo::result<dynamo::database> open_shelf(const std::string& directory);

/// What a follower has done.
struct followed {
  std::uint64_t changes = 0;
  dynamo::sequence_number last;
};

/// How far the reader of step 1 got, and where its copy is.
struct shelf_progress {
  std::string directory;
  followed done;
};

/// Reads changes from `from` on and applies them to the copy: up to so many, or until there are no more for now.
dynamo::result<followed> follow(const dynamo::database& movies, const shelf& copy, dynamo::streams::starting_point from,
                                std::optional<std::uint64_t> most);
extern const std::string_view follow_text;

}  // namespace demo
