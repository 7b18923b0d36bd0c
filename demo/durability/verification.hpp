#pragma once

#include "movies/write_plan.hpp"
#include "stored_state.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace demo {

class movie_source;

/// What a verification found.
struct findings {
  std::uint64_t acknowledged = 0;
  std::uint64_t unacknowledged =
      0;  ///< there without having been acknowledged: writes that the kill caught between the two
  std::uint64_t items_lost = 0;    ///< keys whose last acknowledged edition, or a later one, is not there
  std::uint64_t records_lost = 0;  ///< acknowledged writes without their change record
  std::uint64_t torn = 0;          ///< what no sequence of whole writes could have stored
  std::vector<std::string> examples{};

  bool nothing_lost() const { return items_lost == 0 && records_lost == 0 && torn == 0; }
  void note(std::string example);
  static constexpr std::size_t examples_max = 3;
};

/// The indexes of the movies, as the verifier knows them: by what they hold of an item, not by the types that declare them.
struct known_index {
  std::string_view name;
  std::span<const std::string_view> needs;  ///< an item without one of these attributes is not in the index
  std::span<const std::string_view> holds;  ///< attributes of a row, in ascending order
};
std::span<const known_index> known_indexes();

/// Compares a table, its indexes and its change log with the input. Pure: give it every change in order, then every item, then every
/// row of the indexes, then ask.
///
/// Each writer's changes have to be its sequence from the first write on, each once and in order, up to the last
/// acknowledged one and at most one further. The old image of each has to be what the log said before, the numbers have to
/// ascend, and the items have to be what the log leads to: a write without its record, or a record without its write, shows. Each index
/// has to hold what the items imply, row by row.
class verification {
 public:
  /// `acknowledged`: for each writer, how many of its writes were.
  verification(const movie_source&, std::vector<std::uint64_t> acknowledged);

  void take(const change&);
  void take_item(std::string_view item);
  void take_index_row(const known_index&, std::string_view row);
  findings finish();

 private:
  struct known_movie {
    std::uint64_t index = 0;
    std::string last_acknowledged{};  ///< the item it must at least be
    std::string unacknowledged{};     ///< the item it may be instead
    std::string image{};              ///< where the log led to
    bool seen = false;                ///< in the table
  };
  /// Rows by what they hold: once too often or too rarely is wrong.
  using rows = std::map<std::string, int, std::less<>>;
  std::string item_of(unsigned writer, std::uint64_t ordinal) const;

  const movie_source& source_;
  std::vector<std::uint64_t> acknowledged_;
  write_plan plan_;
  std::map<std::string, known_movie, std::less<>> movies_;  ///< by key, canonical JSON
  std::vector<std::uint64_t> next_;                         ///< for each writer, the write whose record comes next
  std::map<std::string_view, rows> indexes_;                ///< implied by the items, less what was found
  std::string last_number_;
  findings found_;
};

}  // namespace demo
