// Indexes that are added and removed on a disk that makes commits wait, fail, or end with the power.
#include "../../support/index_rows.hpp"
#include "table_operations.hpp"

#include <engine/storage/key_space.hpp>

#include <thread>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using enum operation_name;
using disk_fault = dynamo::testing::disk_fault;

class index_updates : public on_simulated_disk<stream_fixture> {
 protected:
  static constexpr int items = 700;

  void make_items() {
    ASSERT_TRUE(call(create_table, create_body("things")).ok);
    std::string batch;
    for (int i = 0; i < items; ++i) {
      batch += (batch.empty() ? R"({"PutRequest":{"Item":{"pk":{"S":")" : R"(,{"PutRequest":{"Item":{"pk":{"S":")") +
               std::to_string(i) + R"("},"w":{"S":"old"}}}})";
      if (i % 25 != 24) continue;
      ASSERT_TRUE(call(batch_write_item, R"({"RequestItems":{"things":[)" + batch + "]}}").ok);
      batch.clear();
    }
  }
  static std::string add_body() {
    return R"({"TableName":"things","AttributeDefinitions":[{"AttributeName":"w","AttributeType":"S"}],
      "GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"by_w",
        "KeySchema":[{"AttributeName":"w","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}}]})";
  }
  static std::string remove_body() {
    return R"({"TableName":"things","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by_w"}}]})";
  }
  answer write(int pk, const std::string& value) {
    return call(put_item, R"({"TableName":"things","Item":{"pk":{"S":")" + std::to_string(pk) + R"("},"w":{"S":")" +
                              value + "\"}}}");
  }
  std::string status() {
    const std::string table = member(call(describe_table, name_body("things")).body, "Table").value_or("{}");
    std::string shown = text_member(table, "TableStatus");
    for (const std::string& one : elements(member(table, "GlobalSecondaryIndexes").value_or("[]"))) {
      if (text_member(one, "IndexName") == "by_w") {
        shown += " " + text_member(one, "IndexStatus") + " " + member(one, "Backfilling").value_or("-");
      }
    }
    return shown;
  }
  /// Steps the time until the index is open to readers.
  void fill() {
    core_->wake_maintenance();
    for (int steps = 0; status() != "ACTIVE ACTIVE -"; ++steps) {
      ASSERT_LT(steps, 100'000) << status();
      if (!time_.advance_to_next()) std::this_thread::yield();
    }
  }
  std::size_t cursors() {
    const std::string begin(1, engine::cursor_space);
    const auto at = core_->rows->range(begin, engine::after_prefix(begin), engine::direction::forward);
    std::size_t count = 0;
    for (; at->valid(); at->next()) ++count;
    return count;
  }
  /// Executes an operation whose commit waits for the disk.
  std::thread hold(const std::string& body, answer& came) {
    disk_->hold_syncs();
    std::thread executing([this, body, &came] { came = call(update_table, body); });
    disk_->wait_for_held_sync();
    return executing;
  }
  void release(std::thread& executing) {
    disk_->release_syncs();
    executing.join();
  }
};

TEST_F(index_updates, are_shown_while_they_are_made) {
  ASSERT_TRUE(call(create_table, create_body("things")).ok);
  answer came;
  std::thread executing = hold(add_body(), came);
  EXPECT_EQ(status(), "UPDATING CREATING false");
  EXPECT_EQ(told(update_table, remove_body()),
            "resource_in_use: Attempt to change a resource which is still in use: Table is being updated: things");
  release(executing);
  ASSERT_TRUE(came.ok) << came.to_string();
  EXPECT_EQ(status(), "ACTIVE CREATING true");
  executing = hold(remove_body(), came);
  EXPECT_EQ(status(), "UPDATING DELETING false");
  release(executing);
  ASSERT_TRUE(came.ok) << came.to_string();
  EXPECT_EQ(status(), "ACTIVE");
  ASSERT_TRUE(call(update_table, add_body()).ok);
  fill();
  executing = hold(remove_body(), came);
  EXPECT_EQ(status(), "UPDATING DELETING -");
  release(executing);
  EXPECT_EQ(status(), "ACTIVE");
  EXPECT_EQ(cursors(), 0u);
  expect_sound(*core_, "removed");
}

TEST_F(index_updates, wait_while_an_index_is_opened_to_readers) {
  make_items();
  ASSERT_TRUE(call(update_table, add_body()).ok);
  disk_->hold_syncs();
  core_->wake_maintenance();
  while (time_.advance_to_next()) {  // until all is in the commit queue
  }
  disk_->wait_for_held_sync();
  EXPECT_EQ(status(), "ACTIVE CREATING true");
  answer came;
  std::thread removing([&] { came = call(update_table, remove_body()); });
  release(removing);
  EXPECT_TRUE(came.ok) << came.to_string();
  EXPECT_EQ(status(), "ACTIVE");
  EXPECT_EQ(cursors(), 0u);
  expect_sound(*core_, "removed");
}

// Each sync in turn is the last: of the definition, of each change that fills, of writes between them, and of the opening to readers.
TEST_F(index_updates, survive_a_power_cut_at_every_step) {
  bool cut = true;
  for (unsigned last = 0; cut; ++last) {
    SCOPED_TRACE("syncs before the power cut: " + std::to_string(last));
    ASSERT_LT(last, 100u);
    begin_anew();
    make_items();
    disk_fault fault(disk_fault::operation::sync, disk_fault::kind::io_error);
    fault.passing = last;
    fault.suffix = ".log";
    disk_->fail(fault);
    cut = !call(update_table, add_body()).ok;
    core_->wake_maintenance();
    // Each write waits until what was enqueued before it is committed.
    for (int step = 0; !cut && status() != "ACTIVE ACTIVE -"; ++step) {
      ASSERT_LT(step, 1'000);
      time_.advance_to_next();
      cut = !write(7 * step % (items + 20), "new" + std::to_string(step)).ok;
    }
    disk_->crash();
    reopen();
    if (status() == "ACTIVE") {
      ASSERT_TRUE(cut);
      ASSERT_TRUE(call(update_table, add_body()).ok);
    }
    fill();
    EXPECT_EQ(testing_support::compare_indexes(*db_, "things"), "");
    EXPECT_EQ(cursors(), 0u);
    expect_sound(*core_, "filled");
    if (HasFailure()) return;
  }
}

TEST_F(index_updates, leave_nothing_when_the_removal_is_cut_off) {
  for (unsigned last = 0; last < 3; ++last) {
    SCOPED_TRACE("syncs before the power cut: " + std::to_string(last));
    begin_anew();
    make_items();
    ASSERT_TRUE(call(update_table, add_body()).ok);
    core_->wake_maintenance();
    time_.advance_to_next();
    ASSERT_TRUE(write(1, "new").ok);
    EXPECT_EQ(cursors(), 1u);
    disk_fault fault(disk_fault::operation::sync, disk_fault::kind::io_error);
    fault.passing = last;
    fault.suffix = ".log";
    disk_->fail(fault);
    const bool removed = call(update_table, remove_body()).ok;
    time_.advance_to_next();
    disk_->crash();
    reopen();
    if (removed) {
      EXPECT_EQ(status(), "ACTIVE");
      EXPECT_EQ(cursors(), 0u);
      ASSERT_TRUE(call(update_table, add_body()).ok);
    }
    fill();
    EXPECT_EQ(testing_support::compare_indexes(*db_, "things"), "");
  }
}

}  // namespace
