#include <dynamo/base/log.hpp>
#include <dynamo/database.hpp>
#include <dynamo/event_source.hpp>

#include <gtest/gtest.h>
#include <support/scratch_folder.hpp>
#include <support/wire.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#ifdef DYNAMO_EXAMPLE_HANDLER

namespace dynamo::test {
namespace {

using namespace std::chrono_literals;
using namespace event_source;

/// Handler, typed changes and Runtime API on the one side, host, mapping and engine on the other.
TEST(example_handler, sees_every_change_in_order_and_its_poison_is_given_up) {
  set_log_sink({});
  const auto db = database::in_memory()->endpoint();
  const auto call = [&](operation_name op, const std::string& body) {
    const auto done = testing_support::call(*db, op, body);
    ASSERT_TRUE(done.ok) << done.message;
  };
  call(operation_name::create_table,
       R"({"TableName":"SampleStreamTable","AttributeDefinitions":[{"AttributeName":"Id","AttributeType":"N"}],)"
       R"("KeySchema":[{"AttributeName":"Id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST",)"
       R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})");
  const int changes = 330, items = 40, poison = 123;
  for (int i = 0; i < changes; ++i) {
    call(operation_name::put_item, R"({"TableName":"SampleStreamTable","Item":{"Id":{"N":")" +
                                       std::to_string(i % items) + R"("},"Message":{"S":")" + std::to_string(i) +
                                       R"("},"EntityType":{"S":")" + (i == poison ? "" : "sample") + "\"}}}");
  }
  call(operation_name::update_table,
       R"({"TableName":"SampleStreamTable","StreamSpecification":{"StreamEnabled":false}})");

  const testing_support::scratch_folder folder;
  host_options program;
  program.program = DYNAMO_EXAMPLE_HANDLER;
  program.time_limit = 60s;
  program.environment = {{"SAMPLE_SEEN", folder / "seen"}};
  std::vector<std::string> lines;
  program.output = [&](std::string_view line) { lines.emplace_back(line); };
  auto host = function_host::start(program);
  ASSERT_TRUE(host) << host.error().describe();

  source_options options;
  options.how.retries_max = 2;
  options.how.bisect_on_error = true;
  options.how.retry_wait_first = 1ms;
  std::vector<std::string> failures;
  options.on_failure = call_on_failure([&](std::string_view record, std::span<const event_record>) -> result<void> {
    failures.emplace_back(record);
    return {};
  });
  const auto table = testing_support::call(*db, operation_name::describe_table, R"({"TableName":"SampleStreamTable"})");
  const std::string arn =
      testing_support::text_member(testing_support::member(table.body, "Table").value_or("{}"), "LatestStreamArn");
  const auto done = run(db, arn, *host, options);  // to the end of the stream
  ASSERT_TRUE(done) << done.error().describe();
  (*host)->stop(60s);

  EXPECT_EQ(done->records_done, static_cast<std::uint64_t>(changes - 1));
  EXPECT_EQ(done->records_given_up, 1u);
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_NE(failures[0].find(R"("approximateInvokeCount":3)"), std::string::npos) << failures[0];
  EXPECT_FALSE(lines.empty());

  // Each change at least once, those of an item in their order.
  std::ifstream seen(folder / "seen");
  std::map<int, std::vector<std::string>> numbers;
  std::string id, number, kind;
  while (seen >> id >> number >> kind) {
    auto& of_item = numbers[std::stoi(id)];
    if (std::find(of_item.begin(), of_item.end(), number) != of_item.end()) continue;  // it came again
    EXPECT_TRUE(of_item.empty() || of_item.back() < number) << number;                 // they are of one length
    of_item.push_back(number);
  }
  std::size_t count = 0;
  for (const auto& [item, all] : numbers) count += all.size();
  EXPECT_EQ(count, static_cast<std::size_t>(changes - 1));
}

}  // namespace
}  // namespace dynamo::test

#endif
