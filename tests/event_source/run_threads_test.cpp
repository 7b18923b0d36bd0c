#include <dynamo/base/log.hpp>
#include <dynamo/database.hpp>
#include <dynamo/event_source.hpp>

#include <gtest/gtest.h>
#include <support/scratch_folder.hpp>
#include <support/wire.hpp>

#include <chrono>
#include <fstream>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace dynamo::test {
namespace {

using namespace std::chrono_literals;
using namespace event_source;

/// A table with a stream, and mappings of it.
class mapped : public ::testing::Test {
 protected:
  mapped() {
    set_log_sink({});
    call(operation_name::create_table,
         R"({"TableName":"things","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],)"
         R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST",)"
         R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})");
    options.stop = stop.get_token();
    options.how.retry_wait_first = 1ms;
    options.long_poll = 20ms;
    options.poll_every = 5ms;
  }
  void call(operation_name op, const std::string& body) {
    const auto done = testing_support::call(*db, op, body);
    ASSERT_TRUE(done.ok) << done.message;
  }
  std::string stream_arn() {
    const auto table = testing_support::call(*db, operation_name::describe_table, R"({"TableName":"things"})");
    return testing_support::text_member(testing_support::member(table.body, "Table").value_or("{}"), "LatestStreamArn");
  }
  void put(int first, int last) {
    for (int id = first; id <= last; ++id) {
      call(operation_name::put_item, R"({"TableName":"things","Item":{"id":{"N":")" + std::to_string(id) + "\"}}}");
    }
  }
  /// A function that counts what it gets, and asks for a stop when it has so many.
  std::shared_ptr<function> counting(std::size_t enough, std::size_t& count) {
    return function_of([this, enough, &count](std::string_view event) -> result<std::string> {
      for (std::size_t at = event.find("SequenceNumber"); at != std::string_view::npos;
           at = event.find("SequenceNumber", at + 1)) {
        ++count;
      }
      if (count >= enough) stop.request_stop();
      return "null";
    });
  }

  std::shared_ptr<endpoint> db = database::in_memory()->endpoint();
  std::stop_source stop;
  source_options options;
};

TEST_F(mapped, a_mapping_follows_the_stream_stops_and_goes_on_where_it_was) {
  options.name = "counter";
  std::size_t count = 0;
  put(1, 250);
  auto done = run(db, "things", counting(250, count), options);
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_EQ(count, 250u);
  EXPECT_EQ(done->records_done, 250u);
  EXPECT_EQ(done->invocations, 3u);
  EXPECT_EQ(done->failed_invocations, 0u);

  stop = std::stop_source();
  options.stop = stop.get_token();
  count = 0;
  std::jthread writer([this] { put(251, 300); });
  done = run(db, "things", counting(50, count), options);
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_EQ(count, 50u);
}

TEST_F(mapped, a_function_host_that_was_stopped_ends_the_mapping_which_says_so_once) {
  host_options how;
  how.program = "/bin/sh";
  how.arguments = {"-c", "sleep 60"};
  how.init_time = 60s;
  how.output = [](std::string_view) {};
  auto host = function_host::start(how);
  ASSERT_TRUE(host) << host.error().describe();
  (*host)->stop(0ms);
  std::vector<std::string> lines;
  set_log_sink([&](log_level, std::string_view line) { lines.emplace_back(line); });
  put(1, 3);
  const auto done = run(db, "things", *host, options);
  set_log_sink({});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), errc::unavailable);
  EXPECT_NE(done.error().message().find("the function arn:aws:lambda:local:000000000000:function:function was stopped"),
            std::string::npos)
      << done.error().message();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0], done.error().message());

  std::size_t count = 0;  // nothing is lost, and a mapping that was to end anyway has not failed
  EXPECT_TRUE(run(db, "things", counting(3, count), options));
  EXPECT_EQ(count, 3u);
  put(4, 4);
  EXPECT_TRUE(run(db, "things", *host, options));
}

TEST_F(mapped, a_stop_ends_a_mapping_that_has_nothing_to_do) {
  std::size_t count = 0;
  std::jthread stopper([this] {
    std::this_thread::yield();
    stop.request_stop();
  });
  const auto done = run(db, "things", counting(1, count), options);
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_EQ(done->invocations, 0u);
}

TEST_F(mapped, the_one_that_began_last_goes_on_and_the_other_ends) {
  options.name = "one";
  put(1, 1);
  std::size_t second = 0;
  const auto interrupted = function_of([&](std::string_view) -> result<std::string> {
    std::stop_source other;
    source_options inner = options;
    inner.stop = other.get_token();
    const auto done = run(db, "things", function_of([&](std::string_view) -> result<std::string> {
                            ++second;
                            other.request_stop();
                            return "null";
                          }),
                          inner);
    EXPECT_TRUE(done);
    return "null";
  });
  const auto done = run(db, "things", interrupted, options);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), errc::in_use);
  EXPECT_EQ(second, 1u);
}

TEST_F(mapped, a_mapping_stayed_dead_after_the_stream_was_turned_off_and_on) {
  options.name = "one";
  put(1, 1);
  std::size_t count = 0;
  ASSERT_TRUE(run(db, "things", counting(1, count), options));
  put(2, 4);
  call(operation_name::update_table, R"({"TableName":"things","StreamSpecification":{"StreamEnabled":false}})");
  call(operation_name::update_table,
       R"({"TableName":"things","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}})");
  put(5, 6);
  stop = std::stop_source();
  options.stop = stop.get_token();
  const auto done = run(db, "things", counting(6, count), options);
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_EQ(count, 6u);
}

TEST_F(mapped, a_checkpoint_of_another_table_is_refused) {
  options.name = "one";
  put(1, 1);
  std::size_t count = 0;
  ASSERT_TRUE(run(db, "things", counting(1, count), options));
  stop = std::stop_source();
  options.stop = stop.get_token();
  const auto done = run(db, "others", counting(1, count), options);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), errc::invalid_argument);
  EXPECT_NE(done.error().message().find("give the mapping another name"), std::string::npos);
}

TEST_F(mapped, a_disabled_stream_that_is_named_by_its_arn_is_read_to_its_end_and_that_is_the_end) {
  put(1, 3);
  const std::string arn = stream_arn();
  call(operation_name::update_table, R"({"TableName":"things","StreamSpecification":{"StreamEnabled":false}})");
  std::size_t count = 0;
  const auto done = run(db, arn, counting(100, count), options);
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_EQ(count, 3u);
}

TEST_F(mapped, a_deleted_table_is_read_to_its_end_and_that_is_the_end) {
  options.name = "one";
  put(1, 1);
  std::size_t count = 0;
  ASSERT_TRUE(run(db, "things", counting(1, count), options));
  put(2, 3);
  call(operation_name::delete_table, R"({"TableName":"things"})");
  stop = std::stop_source();
  options.stop = stop.get_token();
  const auto done = run(db, "things", counting(100, count), options);
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_EQ(count, 3u);
}

TEST_F(mapped, what_cannot_be_is_refused) {
  std::size_t count = 0;
  const auto code = [&](const char* table) {
    const auto done = run(db, table, counting(1, count), options);
    return done ? errc::unrecognized : done.error().code();
  };
  EXPECT_EQ(code("nothing"), errc::resource_not_found);
  options.how.batch_size = 0;
  EXPECT_EQ(code("things"), errc::invalid_argument);
}

TEST_F(mapped, a_program_is_fed_and_poison_is_given_up) {
  const testing_support::scratch_folder folder;
  put(1, 120);
  call(operation_name::put_item, R"({"TableName":"things","Item":{"id":{"N":"121"},"is":{"S":"poison"}}})");
  put(122, 149);
  call(operation_name::put_item, R"({"TableName":"things","Item":{"id":{"N":"150"},"is":{"S":"the last"}}})");

  std::mutex mutex;
  std::vector<std::string> lines;
  host_options how;
  how.program = DYNAMO_BOOTSTRAP;
  how.time_limit = 60s;
  how.output = [&](std::string_view line) {
    const std::scoped_lock lock(mutex);
    lines.emplace_back(line);
  };
  const auto host = function_host::start(how);
  ASSERT_TRUE(host) << host.error().describe();

  options.how.retries_max = 2;
  options.how.bisect_on_error = true;
  auto file = json_lines_file(folder / "failures.jsonl");
  ASSERT_TRUE(file);
  options.on_failure = *file;
  result<run_totals> done;
  {
    std::jthread worker([&] { done = run(db, "things", *host, options); });
    const auto last_came = [&] {  // and it is not in the batch that fails
      const std::scoped_lock lock(mutex);
      return !lines.empty() && lines.back().ends_with(", and the last") && !lines.back().contains("poison");
    };
    while (!last_came()) std::this_thread::yield();
    stop.request_stop();
  }
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_EQ(done->records_done, 149u);
  EXPECT_EQ(done->records_given_up, 1u);
  (*host)->stop(60s);

  std::ifstream failures(folder / "failures.jsonl");
  std::string record, more;
  ASSERT_TRUE(std::getline(failures, record));
  EXPECT_FALSE(std::getline(failures, more)) << more;
  EXPECT_NE(record.find(R"("condition":"RetryAttemptsExhausted","approximateInvokeCount":3})"), std::string::npos)
      << record;
  EXPECT_NE(record.find(R"("batchSize":1)"), std::string::npos);
}

}  // namespace
}  // namespace dynamo::test
