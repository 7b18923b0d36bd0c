#include <dynamo/event_source/event_writer.hpp>

#include <dynamo/event_source/failure.hpp>
#include <dynamo/event_source/function.hpp>

#include <gtest/gtest.h>
#include <support/scratch_folder.hpp>

#include <chrono>
#include <fstream>
#include <sstream>
#include <string>

namespace dynamo::event_source {
namespace {

using namespace std::chrono_literals;

constexpr const char* arn = "arn:aws:dynamodb:local:000000000000:table/t/stream/2026-01-01T00:00:00.000";

result<record_page> read(const std::string& text) { return read_record_page(json::buffer(text), arn); }
std::string error_of(const std::string& text) {
  const auto page = read(text);
  return page ? "none" : page.error().message();
}

TEST(event_writer, copies_records_and_adds_where_they_come_from) {
  const std::string content =
      R"({ "Keys":{"Id":{"N":"1"}}, "NewImage":{"Id":{"N":"1"},"m":{"S":"a\u00e4\n"}},"SequenceNumber":"600000000000000000001",)"
      R"("ApproximateCreationDateTime":1767225600.5,"SizeBytes":9,"StreamViewType":"NEW_IMAGE"})";
  const auto page = read(R"({"Records":[{"eventID":"e1","eventName":"INSERT","unknown":[1, 2],"dynamodb": )" + content +
                         R"(}],"NextShardIterator":"next"})");
  ASSERT_TRUE(page) << page.error().describe();
  ASSERT_EQ(page->records.size(), 1u);
  EXPECT_EQ(page->next_iterator, "next");
  const event_record& one = page->records[0];
  EXPECT_EQ(one.number.to_string(), "600000000000000000001");
  EXPECT_EQ(one.created, instant(1767225600500ms));
  EXPECT_EQ(one.text, R"({"eventID":"e1","eventName":"INSERT","unknown":[1, 2],"dynamodb":)" + content +
                          R"(,"eventSourceARN":")" + arn + "\"}");
  const json::buffer event = write_event(page->records);
  EXPECT_EQ(event.view(), R"({"Records":[)" + one.text + "]}");
  EXPECT_EQ(event.size(), event_size(page->records));
}

TEST(event_writer, spells_the_identity_as_lambda_does) {
  const auto page = read(
      R"({"Records":[{"eventSourceARN":"another","userIdentity":{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service",)"
      R"("more":{"Type":1}},"dynamodb":{"SequenceNumber":"1"}},{"userIdentity":null,"dynamodb":{"SequenceNumber":"2"}},)"
      R"({"userIdentity":{},"dynamodb":{"SequenceNumber":"3"}}]})");
  ASSERT_TRUE(page) << page.error().describe();
  ASSERT_EQ(page->records.size(), 3u);
  const std::string end = R"(,"eventSourceARN":")" + std::string(arn) + "\"}";
  EXPECT_EQ(page->records[0].text,
            R"({"userIdentity":{"principalId":"dynamodb.amazonaws.com","type":"Service","more":{"Type":1}},)"
            R"("dynamodb":{"SequenceNumber":"1"})" +
                end);
  EXPECT_EQ(page->records[1].text, R"({"userIdentity":null,"dynamodb":{"SequenceNumber":"2"})" + end);
  EXPECT_EQ(page->records[2].text, R"({"userIdentity":{},"dynamodb":{"SequenceNumber":"3"})" + end);
  EXPECT_FALSE(page->next_iterator);
  EXPECT_FALSE(page->records[0].created);
  EXPECT_EQ(write_event(page->records).size(), event_size(page->records));
}

TEST(event_writer, an_empty_page_is_one_too) {
  const auto page = read(R"({"NextShardIterator":"next","Records":[]})");
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->records.empty());
  EXPECT_EQ(write_event({}).view(), R"({"Records":[]})");
  EXPECT_EQ(event_size({}), 14u);
}

TEST(event_writer, hostile_pages_get_an_error_that_names_the_place) {
  const struct {
    std::string text;
    const char* part;
  } cases[] = {
      {"", "ends too early"},
      {"{}", "no member `Records`"},
      {R"({"Records":{}})", "an array was expected"},
      {R"({"Records":[1]})", "record 0: an object was expected"},
      {R"({"Records":[{}]})", "record 0: a record without a SequenceNumber"},
      {R"({"Records":[{"dynamodb":{"SequenceNumber":"1"}},{"dynamodb":{}}]})", "record 1: a record without"},
      {R"({"Records":[{"dynamodb":{"SequenceNumber":"x"}}]})", "a sequence number was expected"},
      {R"({"Records":[{"dynamodb":{"SequenceNumber":1}}]})", "record 0"},
      {R"({"Records":[{"dynamodb":{"SequenceNumber":"1"}}]} {})", "something follows"},
      {R"({"Records":[{"dynamodb":{"SequenceNumber":"1"}})", "record 1"},
      {R"({"Records":[{"x":)" + std::string(100'000, '['), "nested too deeply"},
      {"{\"Records\":[{\"eventID\":\"\xff\"}]}", "UTF-8"},
  };
  for (const auto& one : cases) EXPECT_NE(error_of(one.text).find(one.part), std::string::npos) << error_of(one.text);
}

failure sample() {
  failure what;
  what.invoke_count = 3;
  what.request_id = "6a4e2c8e-0000-4000-8000-000000000001";
  what.first = *sequence_number::parse("600000000000000000001");
  what.last = *sequence_number::parse("600000000000000000002");
  what.first_arrival = instant(1767225600s);
  what.last_arrival = instant(1767311999s);
  what.batch_size = 2;
  what.function_arn = function_arn("local", "f");
  what.stream_arn = arn;
  what.shard = "shardId-00000001767225600000-00000001";
  what.time = instant(1767312000007ms);
  return what;
}

TEST(failure_record, is_lambdas) {
  failure what = sample();
  EXPECT_EQ(
      failure_record(what),
      R"({"requestContext":{"requestId":"6a4e2c8e-0000-4000-8000-000000000001","functionArn":)"
      R"("arn:aws:lambda:local:000000000000:function:f","condition":"RetryAttemptsExhausted","approximateInvokeCount":3},)"
      R"("responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":null},"version":"1.0",)"
      R"("timestamp":"2026-01-02T00:00:00.007Z","DDBStreamBatchInfo":{"shardId":"shardId-00000001767225600000-00000001",)"
      R"("startSequenceNumber":"600000000000000000001","endSequenceNumber":"600000000000000000002",)"
      R"("approximateArrivalOfFirstRecord":"2026-01-01T00:00:00Z","approximateArrivalOfLastRecord":"2026-01-01T23:59:59Z",)"
      R"("batchSize":2,"streamArn":"arn:aws:dynamodb:local:000000000000:table/t/stream/2026-01-01T00:00:00.000"}})");
  what.function_error = true;
  what.why = failure::condition::record_age_exceeded;
  what.first_arrival.reset();
  const std::string record = failure_record(what);
  EXPECT_NE(record.find(R"("condition":"RecordAgeExceeded")"), std::string::npos);
  EXPECT_NE(record.find(R"("functionError":"Unhandled")"), std::string::npos);
  EXPECT_NE(record.find(R"("approximateArrivalOfFirstRecord":null)"), std::string::npos);
}

TEST(failure_destination, a_file_gets_a_line_for_each_and_a_torn_one_is_closed) {
  const testing_support::scratch_folder folder;
  const std::string path = folder / "failures.jsonl";
  const std::string record = failure_record(sample());
  {
    auto file = json_lines_file(path);
    ASSERT_TRUE(file) << file.error().describe();
    ASSERT_TRUE((*file)->take(sample(), {}));
    ASSERT_TRUE((*file)->take(sample(), {}));
  }
  std::ofstream(path, std::ios::app) << R"({"torn)";
  {
    auto file = json_lines_file(path);
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->take(sample(), {}));
  }
  std::ostringstream all;
  all << std::ifstream(path).rdbuf();
  EXPECT_EQ(all.str(), record + "\n" + record + "\n{\"torn\n" + record + "\n");
  EXPECT_EQ(json_lines_file("/no/such/folder/x").error().code(), errc::invalid_argument);
}

}  // namespace
}  // namespace dynamo::event_source
