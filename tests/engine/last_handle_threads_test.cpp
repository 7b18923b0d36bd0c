// The last handle of the engine goes in a completion, while its start() is on the stack: of this thread, or of one of its own.
#include "stream_fixture.hpp"

#include <array>
#include <atomic>
#include <thread>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using namespace std::chrono_literals;

/// Owns the endpoint until the outcome comes.
class last_owner final : public reply_sink {
 public:
  explicit last_owner(std::shared_ptr<endpoint> of) : owned_(std::move(of)) {}
  void complete(result<reply> came) noexcept override {
    owned_.reset();
    answer_.complete(std::move(came));
  }
  answer get() { return answer_.get(); }

 private:
  std::shared_ptr<endpoint> owned_;
  kept_answer answer_;
};

struct one_start {
  const char* name;
  operation_name operation;
  const char* body;
};
void PrintTo(const one_start& shown, std::ostream* out) { *out << shown.name; }

class last_handle : public stream_fixture, public ::testing::WithParamInterface<one_start> {
 protected:
  /// Starts a call whose completion drops the last handle.
  answer start(request r) {
    endpoint* const raw = db_.get();
    last_owner sink(std::move(db_));
    raw->start(std::move(r), sink);
    return sink.get();
  }
};

TEST_P(last_handle, goes_in_the_completion) {
  for (int i = 0; i < 3; ++i) {
    reopen();
    if (i == 0) {
      make_table();
      put("a", "1");
    }
    if (GetParam().operation == operation_name::delete_table && i > 0) make_table();
    if (GetParam().operation == operation_name::update_table && i > 0)
      set_stream(R"({"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"})");
    EXPECT_NE(start(request(GetParam().operation, json::buffer(GetParam().body))).to_string(), "");
  }
  reopen();
  EXPECT_TRUE(call(operation_name::list_tables, "{}").ok) << "its directory was left to the next one";
}

INSTANTIATE_TEST_SUITE_P(
    every_operation, last_handle,
    ::testing::Values(
        one_start{"refused", operation_name::put_item, "not JSON"},
        one_start{"put", operation_name::put_item, R"({"TableName":"things","Item":{"pk":{"S":"a"},"v":{"S":"2"}}})"},
        one_start{"update", operation_name::update_item,
                  R"({"TableName":"things","Key":{"pk":{"S":"a"}},"UpdateExpression":"REMOVE v"})"},
        one_start{"delete", operation_name::delete_item, R"({"TableName":"things","Key":{"pk":{"S":"a"}}})"},
        one_start{"get", operation_name::get_item, R"({"TableName":"things","Key":{"pk":{"S":"a"}}})"},
        one_start{
            "query", operation_name::query,
            R"({"TableName":"things","KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"a"}}})"},
        one_start{"scan", operation_name::scan, R"({"TableName":"things"})"},
        one_start{"batch_get", operation_name::batch_get_item,
                  R"({"RequestItems":{"things":{"Keys":[{"pk":{"S":"a"}}]}}})"},
        one_start{
            "batch_write", operation_name::batch_write_item,
            R"({"RequestItems":{"things":[{"PutRequest":{"Item":{"pk":{"S":"a"}}}},{"DeleteRequest":{"Key":{"pk":{"S":"b"}}}}]}})"},
        one_start{"create_table", operation_name::create_table,
                  R"({"TableName":"others","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
                      "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})"},
        one_start{"update_table", operation_name::update_table,
                  R"({"TableName":"things","StreamSpecification":{"StreamEnabled":false}})"},
        one_start{"delete_table", operation_name::delete_table, R"({"TableName":"things"})"},
        one_start{"describe_table", operation_name::describe_table, R"({"TableName":"things"})"},
        one_start{"list_tables", operation_name::list_tables, "{}"},
        one_start{"list_streams", operation_name::list_streams, "{}"}),
    [](const auto& test) { return test.param.name; });

TEST_F(last_handle, goes_when_a_long_poll_is_answered) {
  for (const bool stopped : {false, true}) {
    reopen();
    const std::string arn = make_table(stopped ? "stopped" : "timed_out");
    request r(operation_name::get_records, json::buffer(records_text(iterator(arn, "LATEST"))));
    r.long_poll = stopped ? 20s : 1ms;
    std::stop_source stop;
    r.stop = stop.get_token();
    endpoint* const raw = db_.get();
    last_owner sink(std::move(db_));
    raw->start(std::move(r), sink);
    if (stopped) stop.request_stop();
    EXPECT_EQ(sink.get().ok, !stopped);
  }
}

TEST_F(last_handle, goes_when_a_long_poll_sees_a_record_or_the_end_of_its_table) {
  for (const bool ended : {false, true}) {
    reopen();
    const std::string arn = make_table(ended ? "ended" : "written");
    request r(operation_name::get_records, json::buffer(records_text(iterator(arn, "LATEST"))));
    r.long_poll = 20s;
    const auto writes = std::exchange(db_, nullptr);
    last_owner waits(writes);
    kept_answer other;
    writes->start(request(r.operation, json::buffer(r.body.view())), other);
    EXPECT_TRUE(other.get().ok);
    writes->start(std::move(r), waits);
    std::shared_ptr<endpoint> last = writes;
    std::thread writer([&ended, last = std::move(last)]() mutable {
      request write(
          ended ? operation_name::delete_table : operation_name::put_item,
          json::buffer(ended ? R"({"TableName":"ended"})" : R"({"TableName":"written","Item":{"pk":{"S":"a"}}})"));
      endpoint* const raw = last.get();
      last_owner wrote(std::move(last));
      raw->start(std::move(write), wrote);
      EXPECT_TRUE(wrote.get().ok);
    });
    EXPECT_TRUE(waits.get().ok);
    writer.join();
  }
}

TEST_F(last_handle, calls_whose_owners_are_gone_are_completed_all_the_same) {
  reopen();
  make_table();
  std::array<kept_answer, 30> forgotten;
  endpoint* const raw = db_.get();
  for (kept_answer& each : forgotten) {
    raw->start(request(operation_name::put_item, json::buffer(R"({"TableName":"things","Item":{"pk":{"S":"a"}}})")),
               each);
  }
  kept_answer created;
  raw->start(request(operation_name::delete_table, json::buffer(R"({"TableName":"things"})")), created);
  EXPECT_TRUE(
      start(request(operation_name::put_item, json::buffer(R"({"TableName":"things","Item":{"pk":{"S":"a"}}})")))
          .to_string() != "");
  for (kept_answer& each : forgotten) EXPECT_NE(each.get().to_string(), "");
  EXPECT_TRUE(created.get().ok);
}

}  // namespace
