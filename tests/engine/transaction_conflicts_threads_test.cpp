// What meets an item that an ongoing transaction writes: one that is enqueued and not committed yet.
#include "operations/core_fixture.hpp"
#include "transaction_fixture.hpp"

#include <engine/rows/row_key.hpp>

#include <thread>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;

const std::string conflict = "transaction_conflict: Transaction is ongoing for the item";

class ongoing : public on_simulated_disk<transaction_fixture> {
 protected:
  void SetUp() override {
    reopen();
    make_tables();
    put("a", "0");
    put("free", "0");
  }
  void TearDown() override {
    disk_->release_syncs();
    if (writer_.joinable()) writer_.join();
    on_simulated_disk::TearDown();
  }
  /// Until the syncs are released.
  void begin(const texts& actions, const std::string& more = "") {
    disk_->hold_syncs();
    writer_ = std::thread([this, actions, more] { came_ = transact(actions, more).to_string(); });
    disk_->wait_for_held_sync();
  }
  std::string end() {
    disk_->release_syncs();
    writer_.join();
    return came_;
  }
  std::string put_told(const std::string& pk, const std::string& more = "") {
    return told(operation_name::put_item, R"({"TableName":"things","Item":)" + item_text(pk, "9") + more + "}");
  }

  std::thread writer_;
  std::string came_;
};

TEST_F(ongoing, transactions_refuse_single_writes_of_their_items_at_once) {
  begin({update_action("a", "1"), put_action("new", "1"), check_action("free", "attribute_exists(pk)")});
  EXPECT_EQ(put_told("a"), conflict);
  EXPECT_EQ(put_told("new"), conflict);
  EXPECT_EQ(put_told("new", R"x(,"ConditionExpression":"attribute_exists(pk)")x"), conflict)
      << "not the condition's failure";
  EXPECT_EQ(told(operation_name::delete_item, R"({"TableName":"things","Key":)" + key_text("a") + "}"), conflict);
  EXPECT_EQ(told(operation_name::update_item,
                 R"({"TableName":"things","Key":)" + key_text("a") + R"(,"UpdateExpression":"REMOVE v"})"),
            conflict);
  EXPECT_EQ(end(), "{}");
  EXPECT_EQ(put_told("a"), "{}");
  EXPECT_EQ(value_of("a"), "9");
  EXPECT_EQ(value_of("new"), "1");
}

TEST_F(ongoing, transactions_cancel_others_of_their_items) {
  begin({update_action("a", "1")}, token("t"));
  const answer cancelled =
      transact({put_action("b", "1"), update_action("a", "2"), check_action("free", "attribute_exists(pk)")});
  EXPECT_EQ(
      reasons(cancelled),
      R"([{"Code":"None"},{"Code":"TransactionConflict","Message":"Transaction is ongoing for the item."},{"Code":"None"}])");
  EXPECT_EQ(reasons(transact({check_action("a", "attribute_exists(pk)")})),
            R"([{"Code":"TransactionConflict","Message":"Transaction is ongoing for the item."}])");
  EXPECT_EQ(end(), "{}");
  EXPECT_EQ(value_of("a"), "1");
  EXPECT_EQ(value_of("b"), "-");
}

TEST_F(ongoing, transactions_leave_their_items_in_batches_unprocessed) {
  begin({update_action("a", "1")});
  std::string other;
  std::thread batch([&] { other = write({put_text("a", "2"), put_text("b", "2")}).to_string(); });
  EXPECT_EQ(write({put_text("a", "2")}).to_string(), R"({"UnprocessedItems":{"things":[)" + put_text("a", "2") + "]}}");
  EXPECT_EQ(end(), "{}");
  batch.join();
  EXPECT_TRUE(other == R"({"UnprocessedItems":{"things":[)" + put_text("a", "2") + "]}}" ||
              other == R"({"UnprocessedItems":{}})")
      << other;
  EXPECT_EQ(value_of("b"), "2");
}

TEST_F(ongoing, transactions_are_not_met_by_reads) {
  begin({update_action("a", "1"), put_action("new", "1")});
  EXPECT_EQ(got({get_action("a"), get_action("new")}), R"({"Responses":[{"Item":)" + item_text("a", "0") + "},{}]}");
  EXPECT_EQ(end(), "{}");
  EXPECT_EQ(got({get_action("a"), get_action("new")}),
            R"({"Responses":[{"Item":)" + item_text("a", "1") + R"(},{"Item":)" + item_text("new", "1") + "}]}");
}

TEST_F(ongoing, transactions_that_come_again_wait_for_the_first_and_succeed) {
  begin({update_action("a", "1")}, token("t"));
  EXPECT_EQ(transact({update_action("a", "2")}, token("t")).code, errc::idempotent_parameter_mismatch);
  std::string again;
  std::thread second([&] { again = told_of({update_action("a", "1")}, token("t")); });
  EXPECT_EQ(end(), "{}");
  second.join();
  EXPECT_EQ(again, "{}");
}

TEST_F(ongoing, single_writes_are_built_upon_by_a_transaction) {
  disk_->hold_syncs();
  std::thread single([&] { EXPECT_EQ(put_told("a"), "{}"); });
  disk_->wait_for_held_sync();
  std::thread transaction([&] {
    EXPECT_EQ(told_of({check_action("a", "v = :v", R"(,"ExpressionAttributeValues":{":v":{"S":"9"}})"),
                       put_action("b", "1")}),
              "{}");
  });
  const auto is_pending = [&] {
    json::buffer key;
    (void)engine::append_row_key(key, core_->rows->prefix(), core_->tables.find("things")->descriptor, key_text("b"),
                                 engine::key_use::lookup);
    const engine::key_locks::guard held(core_->locks, engine::key_locks::stripe_of(key.view()));
    return held.is_in_transaction(key.view());
  };
  while (!is_pending()) std::this_thread::yield();
  disk_->release_syncs();
  single.join();
  transaction.join();
  EXPECT_EQ(value_of("b"), "1");
}

}  // namespace
