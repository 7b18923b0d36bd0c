// An item that expires, from the engine's sweeper to a handler of typed changes: it sees who deleted it.
#include <dynamo/base/log.hpp>
#include <dynamo/database.hpp>
#include <dynamo/event_source.hpp>
#include <dynamo/lambda.hpp>
#include <dynamo/streams.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <support/wire.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace dynamo::test {
namespace {

using namespace std::chrono_literals;
using namespace event_source;

struct session {
  std::string id;
  std::int64_t expires = 0;
};

/// Table `sessions`, of which one item has expired and one was deleted by an application. Its stream has ended.
class expired_items : public ::testing::Test {
 protected:
  expired_items() { set_log_sink({}); }
  void SetUp() override {
    database_options options;
    options.time = &time_;
    options.maintenance_timer = &time_;
    auto opened = database::in_memory(options);
    ASSERT_TRUE(opened) << opened.error().describe();
    db_ = opened->endpoint();
    call(operation_name::create_table,
         R"({"TableName":"sessions","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],)"
         R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST",)"
         R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}})");
    call(operation_name::update_time_to_live,
         R"({"TableName":"sessions","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"expires"}})");
    put("expires", 60s);
    put("deleted", 1h);
    call(operation_name::delete_item, R"({"TableName":"sessions","Key":{"id":{"S":"deleted"}}})");
    time_.advance(2min);
    // What the sweeper deletes is committed before a write that is enqueued after it.
    call(operation_name::create_table,
         R"({"TableName":"marks","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],)"
         R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})");
    ASSERT_FALSE(is_there("expires"));
    const auto table = testing_support::call(*db_, operation_name::describe_table, R"({"TableName":"sessions"})");
    arn_ = testing_support::text_member(testing_support::member(table.body, "Table").value_or("{}"), "LatestStreamArn");
    call(operation_name::update_table, R"({"TableName":"sessions","StreamSpecification":{"StreamEnabled":false}})");
  }
  void TearDown() override { db_.reset(); }  // it reads the clock

  void call(operation_name op, const std::string& body) {
    const auto done = testing_support::call(*db_, op, body);
    ASSERT_TRUE(done.ok) << done.message;
  }
  void put(const std::string& id, std::chrono::seconds lives) {
    const auto until = std::chrono::floor<std::chrono::seconds>(time_.now() + lives).time_since_epoch().count();
    call(operation_name::put_item, R"({"TableName":"sessions","Item":{"id":{"S":")" + id + R"("},"expires":{"N":")" +
                                       std::to_string(until) + "\"}}}");
  }
  bool is_there(const std::string& id) {
    const auto got = testing_support::call(*db_, operation_name::get_item,
                                           R"({"TableName":"sessions","Key":{"id":{"S":")" + id + R"("}}})");
    return got.body != "{}";
  }

  testing::virtual_clock time_;
  std::shared_ptr<endpoint> db_;
  std::string arn_;
};

const std::map<std::string, bool> removed_by_the_service{{"expires", true}, {"deleted", false}};

TEST_F(expired_items, are_told_from_deleted_ones_by_a_handler_behind_a_mapping) {
  std::map<std::string, bool> removed;
  std::string events;
  const auto handler = [&](const change<session>& each) {
    if (each.kind != change_kind::remove) {
      EXPECT_FALSE(each.by_ttl);
      return;
    }
    ASSERT_TRUE(each.old_image);
    removed[each.old_image->id] = each.by_ttl;
  };
  const auto function = function_of([&](std::string_view event) -> result<std::string> {
    events += event;
    auto answer = lambda::handle_event<session>(json::buffer(event), handler);
    if (!answer) return fail(errc::unavailable, answer.error().message);
    return std::string(answer->view());
  });
  const auto done = run(db_, arn_, function);
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_EQ(done->records_done, 4U);
  EXPECT_EQ(removed, removed_by_the_service);
  const std::string identity = R"("userIdentity":{"principalId":"dynamodb.amazonaws.com","type":"Service"})";
  const auto found = events.find(identity);
  EXPECT_NE(found, std::string::npos) << events;
  EXPECT_EQ(events.find("userIdentity", found + 1 + identity.size()), std::string::npos) << "of the other records";
}

TEST_F(expired_items, are_told_from_deleted_ones_by_a_reader_of_the_stream) {
  std::map<std::string, bool> removed;
  const auto reader = streams::read<session>(db_, arn_, streams::from_oldest, streams::until_caught_up);
  for (const auto& each : reader.changes()) {
    ASSERT_TRUE(each) << each.error().describe();
    if (each->kind == change_kind::remove) removed[each->old_image->id] = each->by_ttl;
  }
  EXPECT_EQ(removed, removed_by_the_service);
}

}  // namespace
}  // namespace dynamo::test
