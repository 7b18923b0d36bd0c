// A walk that fills in rows beside a table's items, with writers that come at the worst moment.
#include <engine/maintenance/item_walk.hpp>

#include "../operations/table_operations.hpp"

#include <engine/rows/stored_row.hpp>
#include <engine/storage/key_space.hpp>

#include <functional>
#include <map>
#include <set>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using enum operation_name;
using engine::item_walk;

constexpr std::uint32_t filled_id = 77;

// A copy of each item's row under another id. Calls `meanwhile` once, after a row was read and before its key is locked.
class copies final : public engine::derived_rows {
 public:
  explicit copies(std::string_view prefix) : prefix_(prefix) {}
  void lay_down(engine::write_batch& into, std::string_view row_key, engine::write_batch::span row) const override {
    json::buffer key;
    engine::append_table_prefix(key, prefix_, filled_id);
    key.append(row_key.substr(engine::table_prefix_size(prefix_)));
    into.put(into.lay_down(key.view()), row);
    if (meanwhile) std::exchange(meanwhile, nullptr)();
  }
  mutable std::function<void()> meanwhile;

 private:
  const std::string prefix_;
};

class item_walks : public ::testing::Test {
 protected:
  void SetUp() override {
    db_.reset();
    core_ = core_in_memory();
    ASSERT_TRUE(core_);
    db_ = std::make_unique<core_endpoint>(*core_);
    must(create_table, create_body("things"));
    derived_.emplace(core_->rows->prefix());
  }
  void must(operation_name op, const std::string& body) {
    const answer came = testing_support::call(*db_, op, body);
    ASSERT_TRUE(came.ok) << came.to_string();
  }
  void put(int i, const std::string& value = "old") {
    must(put_item,
         R"({"TableName":"things","Item":{"pk":{"S":")" + std::to_string(i) + R"("},"w":{"S":")" + value + "\"}}}");
  }
  void erase(int i) { must(delete_item, R"({"TableName":"things","Key":{"pk":{"S":")" + std::to_string(i) + "\"}}}"); }
  void fill(int count) {
    for (int i = 0; i < count; ++i) put(i);
  }
  item_walk new_walk() {
    json::buffer key;
    engine::append_cursor_key(key, core_->rows->prefix(), filled_id);
    return item_walk(*core_->rows, core_->locks, *core_->commits,
                     {std::string(key.view()), std::string(core_->rows->prefix())});
  }
  item_walk::progress slice(item_walk& walk) { return walk.run_slice(core_->tables.find("things"), *derived_); }
  void run_to_end(item_walk& walk) {
    ASSERT_TRUE(walk.resume());
    item_walk::progress came = item_walk::progress::more;
    while (came == item_walk::progress::more || came == item_walk::progress::busy) {
      came = slice(walk);
      std::this_thread::yield();
    }
    EXPECT_EQ(came, item_walk::progress::at_end);
    put(1'000'000);  // its commit comes after theirs
    erase(1'000'000);
  }
  /// Keys without their id, and items.
  std::map<std::string, std::string> rows_of(std::uint32_t id) const {
    json::buffer begin;
    engine::append_table_prefix(begin, core_->rows->prefix(), id);
    std::map<std::string, std::string> found;
    const auto at = core_->rows->range(begin.view(), engine::after_prefix(begin.view()), engine::direction::forward);
    for (; at->valid(); at->next()) found.emplace(at->key().substr(begin.size()), at->value());
    return found;
  }
  std::map<std::string, std::string> items() const { return rows_of(core_->tables.find("things")->descriptor.id); }

  std::unique_ptr<engine::engine_core> core_;
  std::unique_ptr<core_endpoint> db_;
  std::optional<copies> derived_;
};

TEST_F(item_walks, lay_down_a_row_for_every_item) {
  for (const int count : {0, 1, 2, 127, 128, 129, 700}) {
    SCOPED_TRACE(count);
    SetUp();
    fill(count);
    item_walk walk = new_walk();
    run_to_end(walk);
    EXPECT_EQ(rows_of(filled_id), items());
    EXPECT_EQ(items().size(), static_cast<std::size_t>(count));
  }
}

TEST_F(item_walks, read_an_item_again_that_changed_since) {
  fill(100);
  derived_->meanwhile = [&] {
    for (int i = 0; i < 40; ++i) put(i, "new");
  };
  item_walk walk = new_walk();
  run_to_end(walk);
  EXPECT_EQ(rows_of(filled_id), items());
}

TEST_F(item_walks, lay_down_nothing_for_an_item_that_went_since) {
  fill(100);
  derived_->meanwhile = [&] {
    for (int i = 0; i < 40; ++i) erase(i);
  };
  item_walk walk = new_walk();
  run_to_end(walk);
  EXPECT_EQ(rows_of(filled_id), items());
  EXPECT_EQ(items().size(), 60u);
}

TEST_F(item_walks, take_the_value_that_is_about_to_be_committed) {
  fill(2);
  const std::string key = [&] {
    json::buffer made;
    engine::append_table_prefix(made, core_->rows->prefix(), core_->tables.find("things")->descriptor.id);
    made.append(items().begin()->first);
    return std::string(made.view());
  }();
  const auto pending = std::make_shared<engine::prepared_change>();
  pending->rows.put(key, items().rbegin()->second);
  const std::size_t stripe = engine::key_locks::stripe_of(key);
  pending->visible.push_back({0, stripe});
  {
    engine::key_locks::guard held(core_->locks, stripe);
    held.reserve(1);
    held.publish(pending, 0);
  }
  item_walk walk = new_walk();
  ASSERT_TRUE(walk.resume());
  EXPECT_EQ(slice(walk), item_walk::progress::at_end);
  core_->locks.withdraw(*pending);
  put(1'000'000);
  const auto filled = rows_of(filled_id);
  EXPECT_EQ(filled.begin()->second, filled.rbegin()->second);
}

TEST_F(item_walks, go_on_after_their_cursor) {
  fill(1'500);
  {
    item_walk walk = new_walk();
    ASSERT_TRUE(walk.resume());
    EXPECT_EQ(slice(walk), item_walk::progress::more);
    put(1'000'000);
    erase(1'000'000);
  }
  const std::size_t before = rows_of(filled_id).size();
  EXPECT_EQ(before, item_walk::slice_rows_max);
  std::size_t laid_down = 0;
  derived_->meanwhile = [&] { ++laid_down; };
  item_walk walk = new_walk();
  run_to_end(walk);
  EXPECT_EQ(rows_of(filled_id), items());
}

TEST_F(item_walks, are_told_of_another_version_of_the_table) {
  fill(10);
  const auto before = core_->tables.find("things");
  must(update_table, stream_body("things", true));
  item_walk walk = new_walk();
  EXPECT_EQ(walk.run_slice(before, *derived_), item_walk::progress::stale);
  EXPECT_TRUE(rows_of(filled_id).empty());
  run_to_end(walk);
  EXPECT_EQ(rows_of(filled_id), items());
}

}  // namespace
