// The committer on one thread: the order, the numbers and the groups of changes, verdicts, slots, and a store that fails.
#include <engine/commit/committer.hpp>

#include "fake_store.hpp"

#include <engine/commit/queue_slot.hpp>
#include <engine/storage/change_key.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::engine {
namespace {

using verdict = committer::verdict;
using groups = std::vector<std::vector<std::string>>;

class committing : public ::testing::Test {
 protected:
  static std::shared_ptr<prepared_change> change_of(const std::string& key, std::size_t bytes = 1) {
    auto change = std::make_shared<prepared_change>();
    change->rows.put(std::string_view(key), std::string_view(std::string(bytes, 'x')));
    return change;
  }
  /// Queued, unless the test expects something else.
  std::shared_ptr<prepared_change> enqueue(const std::shared_ptr<prepared_change>& change) {
    commits_->reserve();
    EXPECT_EQ(commits_->enqueue(change), verdict::queued);
    return change;
  }
  std::shared_ptr<prepared_change> enqueue(const std::string& key) { return enqueue(change_of(key)); }
  std::string outcome(const std::shared_ptr<prepared_change>& change) {
    const result<void> settled = commits_->wait(*change);
    return settled ? "committed" : settled.error().message();
  }
  /// What enqueue() says of a change that is not to be queued.
  verdict refusal(const std::shared_ptr<prepared_change>& change) {
    commits_->reserve();
    const queue_slot slot(*commits_);
    bool in_order = false;
    const verdict said = commits_->enqueue(change, [&] { in_order = true; });
    EXPECT_FALSE(in_order);
    return said;
  }

  fake_store store_;
  key_locks locks_;
  std::optional<committer> commits_{std::in_place, store_, locks_, 6u};
};

TEST_F(committing, one_leader_writes_what_has_gathered_in_its_order) {
  const auto a = enqueue("a"), b = enqueue("b"), c = enqueue("c");
  EXPECT_EQ(store_.groups(), groups());
  EXPECT_EQ(outcome(b), "committed");
  EXPECT_EQ(store_.groups(), (groups{{"a", "b", "c"}}));
  EXPECT_EQ(outcome(a), "committed");
  EXPECT_EQ(outcome(c), "committed");
  EXPECT_EQ(store_.groups().size(), 1u) << "they were settled with it";
  EXPECT_EQ(outcome(enqueue("d")), "committed");
  EXPECT_EQ(store_.groups(), (groups{{"a", "b", "c"}, {"d"}}));
}

TEST_F(committing, numbers_are_drawn_in_the_order_of_the_queue) {
  const auto with_records = [](std::size_t records) {
    auto change = std::make_shared<prepared_change>();
    for (std::size_t i = 0; i < records; ++i) {
      const write_batch::span key = change->rows.lay_down(change_key("", 1, only_shard, {}));
      change->number_slots.push_back(key.offset + key.size - change_number::stored_size);
      change->rows.put(key, change->rows.lay_down("record"));
    }
    return change;
  };
  const auto number = [](const prepared_change& change, std::size_t operation) {
    return number_of(change.rows.text(change.rows.operations()[operation].key));
  };
  EXPECT_EQ(commits_->next_number(), (change_number{6, 1}));
  const auto one = enqueue(with_records(1)), none = enqueue("no record"), two = enqueue(with_records(2));
  EXPECT_EQ(outcome(two), "committed");
  EXPECT_EQ(number(*one, 0), (change_number{6, 1}));
  EXPECT_EQ(number(*two, 0), (change_number{6, 2}));
  EXPECT_EQ(number(*two, 1), (change_number{6, 3}));
  const auto next = enqueue(with_records(1));
  EXPECT_EQ(outcome(next), "committed");
  EXPECT_EQ(number(*next, 0), (change_number{6, 4}));
  EXPECT_EQ(commits_->next_number(), (change_number{6, 5}));
}

TEST_F(committing, a_group_has_so_many_changes_at_the_most) {
  std::shared_ptr<prepared_change> last;
  for (std::size_t i = 0; i < committer::group_changes_max + 1; ++i) last = enqueue("a");
  EXPECT_EQ(outcome(last), "committed");
  ASSERT_EQ(store_.groups().size(), 2u);
  EXPECT_EQ(store_.groups()[0].size(), committer::group_changes_max);
  EXPECT_EQ(store_.groups()[1].size(), 1u);
}

TEST_F(committing, a_group_ends_with_the_change_that_makes_it_large) {
  enqueue(change_of("a", committer::group_bytes_max / 2));
  enqueue(change_of("b", committer::group_bytes_max / 2));
  const auto last = enqueue("c");
  EXPECT_EQ(outcome(last), "committed");
  EXPECT_EQ(store_.groups(), (groups{{"a", "b"}, {"c"}}));
}

TEST_F(committing, a_change_without_rows_is_settled_without_a_write) {
  EXPECT_EQ(outcome(enqueue(std::make_shared<prepared_change>())), "committed");
  EXPECT_EQ(store_.groups(), groups());
  const auto a = enqueue("a"), empty = enqueue(std::make_shared<prepared_change>());
  EXPECT_EQ(outcome(empty), "committed");
  EXPECT_EQ(store_.groups(), (groups{{"a"}}));
}

TEST_F(committing, a_change_of_a_table_that_changed_meanwhile_is_stale) {
  const auto entry = std::make_shared<const table_entry>(table_descriptor()),
             other = std::make_shared<const table_entry>(table_descriptor());
  const auto a = change_of("a"), b = change_of("b");
  a->prepared_for = b->prepared_for = {other, entry};
  enqueue(a);
  entry->retire();
  EXPECT_EQ(refusal(b), verdict::stale);
  EXPECT_EQ(outcome(a), "committed") << "it was queued before";
  EXPECT_EQ(store_.groups(), (groups{{"a"}}));
}

TEST_F(committing, a_barrier_runs_when_its_change_is_queued) {
  std::vector<std::string> order;
  const auto barrier = change_of("barrier");
  enqueue("a");
  commits_->reserve();
  EXPECT_EQ(commits_->enqueue(barrier, [&] { order.push_back("in order"); }), verdict::queued);
  EXPECT_EQ(order, std::vector<std::string>{"in order"});
  EXPECT_EQ(store_.groups(), groups());
  EXPECT_EQ(outcome(barrier), "committed");
}

TEST_F(committing, a_database_for_reading_only_refuses_changes) {
  EXPECT_FALSE(commits_->failure());
  commits_->refuse(fail(errc::storage, "The disk is full").error());
  ASSERT_TRUE(commits_->failure());
  EXPECT_EQ(commits_->failure()->message(), "The disk is full");
  EXPECT_EQ(refusal(change_of("a")), verdict::refused);
  EXPECT_EQ(store_.groups(), groups());
}

TEST_F(committing, a_failed_write_loses_its_group_and_everything_after_it) {
  std::shared_ptr<prepared_change> last;
  const auto first = enqueue("first");
  for (std::size_t i = 0; i < committer::group_changes_max; ++i) last = enqueue("later");
  store_.outcome = []() -> result<void> { return fail(errc::storage, "No space left"); };
  EXPECT_EQ(outcome(first), "No space left");
  store_.outcome = [] { return result<void>(); };
  EXPECT_EQ(outcome(last), "No space left") << "and the store was not asked again";
  EXPECT_EQ(store_.groups().size(), 1u);
  ASSERT_TRUE(commits_->failure());
  EXPECT_EQ(commits_->failure()->message(), "No space left");
  EXPECT_EQ(refusal(change_of("a")), verdict::refused);
}

TEST_F(committing, what_a_change_showed_to_the_next_writers_is_withdrawn_when_it_is_settled) {
  for (const bool fails : {false, true}) {
    store_.outcome = [fails]() -> result<void> {
      if (fails) return fail(errc::storage, "No space left");
      return {};
    };
    const auto change = change_of("a");
    change->visible.push_back({0, 7});
    enqueue(change);
    {
      key_locks::guard held(locks_, 7);
      held.reserve(1);
      held.publish(change, 0);
      EXPECT_TRUE(held.latest("a"));
    }
    EXPECT_EQ(outcome(change), fails ? "No space left" : "committed");
    EXPECT_FALSE(key_locks::guard(locks_, 7).latest("a"));
  }
}

TEST_F(committing, slots_are_bounded_and_come_back) {
  for (std::size_t i = 0; i < committer::in_flight_max; ++i) EXPECT_TRUE(commits_->try_reserve());
  EXPECT_FALSE(commits_->try_reserve());
  commits_->release();
  EXPECT_TRUE(commits_->try_reserve());
  for (std::size_t i = 0; i < committer::in_flight_max; ++i) commits_->release();
}

TEST_F(committing, a_slot_comes_back_unless_it_is_used_and_then_when_the_change_is_settled) {
  for (std::size_t i = 1; i < committer::in_flight_max; ++i) commits_->reserve();
  commits_->reserve();
  {
    const queue_slot unused(*commits_);
    EXPECT_FALSE(commits_->try_reserve());
  }
  ASSERT_TRUE(commits_->try_reserve());
  const auto change = change_of("a");
  {
    queue_slot used(*commits_);
    ASSERT_EQ(commits_->enqueue(change), verdict::queued);
    used.use();
  }
  EXPECT_FALSE(commits_->try_reserve()) << "the change has it";
  EXPECT_EQ(outcome(change), "committed");
  EXPECT_TRUE(commits_->try_reserve());
  for (std::size_t i = 0; i < committer::in_flight_max; ++i) commits_->release();
}

TEST_F(committing, a_caller_that_needs_a_slot_settles_those_that_have_them) {
  for (std::size_t i = 0; i < committer::in_flight_max; ++i) enqueue("a");
  commits_->reserve();  // leads, for nobody else would
  EXPECT_EQ(store_.groups().size(), 1u);
  commits_->release();
}

TEST_F(committing, ensuring_a_leader_for_changes_whose_callers_wait_does_nothing) {
  const auto change = enqueue("a");
  commits_->ensure_leader();
  EXPECT_EQ(store_.groups(), groups()) << "there is no thread for them";
  EXPECT_EQ(outcome(change), "committed");
}

}  // namespace
}  // namespace dynamo::engine
