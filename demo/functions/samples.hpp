#pragma once

#include "movies/shown.hpp"

#include <dynamo/database.hpp>
#include <dynamo/table.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The table whose changes the Lambda function handles, who writes it, and what must have been seen of it.
namespace demo {

// clang-format off
DEMO_DECLARE(sample_text,
struct sample {
  std::int64_t id = 0;
  std::string message;
  std::optional<std::string> entity_type;
};
)
}  // namespace demo

DEMO_DECLARE(demo_sample_traits_text,
template <> struct dynamo::attributes<demo::sample>
    : dynamo::traits<dynamo::rename<&demo::sample::id, "Id">, dynamo::rename<&demo::sample::message, "Message">,
                     dynamo::rename<&demo::sample::entity_type, "EntityType">> {};
)

namespace demo {

DEMO_DECLARE(sample_schema_text,
struct samples_schema : dynamo::schema<"SampleStreamTable", sample, dynamo::partition_key<&sample::id>> {};
)
// clang-format on

using samples_table = dynamo::table<samples_schema>;

/// What is done to the items, a pure function of the item's number: each is put; every tenth is changed and every twentieth removed later.
/// One item in the middle is poison: it lacks what the function's struct must have.
class sample_plan {
 public:
  explicit sample_plan(std::int64_t items) : items_(items) {}
  std::int64_t items() const { return items_; }
  std::int64_t poison() const { return items_ / 2 + 3; }
  bool changed(std::int64_t id) const { return id % 10 == 0; }
  bool removed(std::int64_t id) const { return id % 20 == 0; }
  /// The event names that the stream has for an item, in order.
  std::vector<std::string> changes_of(std::int64_t id) const;
  std::uint64_t changes() const;
  std::uint64_t left() const;  ///< items in the table at the end

 private:
  std::int64_t items_;
};

/// Writes all of the plan, in batches.
dynamo::result<void> write_samples(const samples_table&, const sample_plan&);

/// What the function said it saw: a line "<id> <sequence number> <event name>" for each change handed to it.
class seen_changes {
 public:
  static seen_changes read(const std::string& file);
  /// Different ones: each comes at least once.
  std::uint64_t count() const { return count_; }
  std::uint64_t repeated() const { return repeated_; }
  /// Of each item but the poisoned one, every change of the plan, in order; nothing else.
  bool are_all_of(const sample_plan&) const;

 private:
  struct seen {
    std::string number, name;
  };
  std::map<std::int64_t, std::vector<seen>> by_item_;  // each change where it came first
  std::uint64_t count_ = 0, repeated_ = 0;
};

}  // namespace demo
