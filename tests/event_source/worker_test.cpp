#include <event_source/mapping/worker.hpp>

#include <dynamo/base/log.hpp>
#include <dynamo/database.hpp>
#include <dynamo/event_source/run.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <streams/fake_stream.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::test {
namespace {

using namespace std::chrono_literals;

/// Streams of any shape, and tables to keep a checkpoint in.
class split_endpoint final : public endpoint {
 public:
  result<reply> call(request r) override {
    const bool streams =
        r.operation == operation_name::describe_stream || r.operation == operation_name::get_records ||
        r.operation == operation_name::get_shard_iterator || r.operation == operation_name::list_streams ||
        (r.operation == operation_name::describe_table && r.body.view().find("\"people\"") != std::string_view::npos);
    if (r.operation == operation_name::update_item && throttled_writes > 0) {
      --throttled_writes;
      return fail(errc::throttled, "too many writes");
    }
    return streams ? stream.call(std::move(r)) : tables->call(std::move(r));
  }
  void start(request r, reply_sink& sink) override { sink.complete(call(std::move(r))); }

  fake_stream stream;
  int throttled_writes = 0;  // of checkpoints
  std::shared_ptr<endpoint> tables = database::in_memory()->endpoint();
};

class working : public ::testing::Test {
 protected:
  working() {
    set_log_sink({});
    options.name = "test";
    options.time = &time;
    options.wall = &time;
    options.stop = stop.get_token();
    options.how.batch_size = 2;
    begin();
  }
  /// A worker after a crash.
  void begin() {
    worker.reset();
    worker.emplace(via, "people", function, options);
  }
  /// Until it had nothing to do for so long; what it handed over meanwhile. "a1,a2 b1": batches, of records named by shard and number.
  std::string work(std::chrono::seconds quiet = 2s) {
    seen.clear();
    auto until = time.steady_now() + quiet;
    std::size_t known = 0;
    while (time.steady_now() < until) {
      const result<bool> more = worker->step();
      if (!more) return seen + "! " + std::string(to_string(more.error().code()));
      if (!*more) return seen + " end";
      if (seen.size() > known) until = time.steady_now() + quiet;
      known = seen.size();
    }
    return seen;
  }
  std::string take(std::string_view event) {
    std::string batch;
    constexpr std::string_view id = R"("NewImage":{"id":{"S":")", age = R"("age":{"N":")";
    for (std::size_t at = event.find(id); at != std::string_view::npos; at = event.find(id, at)) {
      at += id.size();
      const std::size_t number = event.find(age, at) + age.size();
      batch += (batch.empty() ? "" : ",") + std::string(event.substr(at, event.find('"', at) - at)) +
               std::string(event.substr(number, event.find('"', number) - number));
    }
    seen += (seen.empty() ? "" : " ") + batch;
    return batch;
  }

  testing::virtual_clock time;
  std::shared_ptr<split_endpoint> via = std::make_shared<split_endpoint>();
  fake_stream& stream = via->stream;
  std::string seen;
  std::string fails;  // batches that begin with this
  std::shared_ptr<event_source::function> function =
      event_source::function_of([this](std::string_view event) -> result<std::string> {
        const std::string batch = take(event);
        if (!fails.empty() && batch.starts_with(fails)) return fail(errc::invalid_argument, "as it was told");
        return "null";
      });
  std::stop_source stop;
  event_source::source_options options;
  std::optional<event_source::worker> worker;
};

TEST_F(working, parents_come_before_their_children) {
  stream.shards["a"] = {.parent = "", .numbers = {1, 2, 3}, .closed = true};
  stream.shards["b"] = {.parent = "a", .numbers = {4, 5}, .closed = true};
  stream.shards["c"] = {.parent = "b", .numbers = {6}};
  EXPECT_EQ(work(), "a1,a2 a3 b4,b5 c6");
}

TEST_F(working, one_shard_that_fails_does_not_hold_up_another) {
  stream.shards["a"] = {.parent = "", .numbers = {1, 2}};
  stream.shards["b"] = {.parent = "", .numbers = {3, 4, 5}};
  fails = "a";
  const std::string log = work();
  EXPECT_NE(log.find("b3,b4"), std::string::npos) << log;
  EXPECT_NE(log.find("b5"), std::string::npos) << log;
  fails = "";
  EXPECT_TRUE(work(60s).ends_with("a1,a2"));
}

TEST_F(working, children_wait_until_the_parent_is_dealt_with) {
  stream.shards["a"] = {.parent = "", .numbers = {1}, .closed = true};
  stream.shards["b"] = {.parent = "a", .numbers = {2}};
  fails = "a";
  EXPECT_EQ(work().find("b"), std::string::npos);
  fails = "";
  EXPECT_EQ(work(60s), "a1 b2");
}

TEST_F(working, after_a_crash_it_goes_on_behind_what_was_dealt_with) {
  stream.shards["a"] = {.parent = "", .numbers = {1, 2, 3}, .closed = true};
  stream.shards["b"] = {.parent = "a", .numbers = {4}};
  fails = "a3";
  EXPECT_TRUE(work().starts_with("a1,a2 a3"));
  fails = "";
  begin();
  EXPECT_EQ(work(), "a3 b4");
  begin();
  EXPECT_EQ(work(), "");
  stream.shards["b"].numbers.push_back(5);
  EXPECT_EQ(work(), "b5");
}

TEST_F(working, latest_begins_with_what_comes) {
  options.from = event_source::starting_position::latest;
  begin();
  stream.shards["a"] = {.parent = "", .numbers = {1, 2}};
  EXPECT_EQ(work(), "");
  stream.shards["a"].numbers.push_back(3);
  EXPECT_EQ(work(), "a3");
  begin();
  EXPECT_EQ(work(), "");
}

TEST_F(working, iterators_that_expire_are_renewed_behind_what_was_read) {
  stream.shards["a"] = {.parent = "", .numbers = {1}};
  EXPECT_EQ(work(), "a1");
  stream.oldest_iterator = stream.last_iterator + 1;
  stream.shards["a"].numbers.push_back(2);
  EXPECT_EQ(work(), "a2");
}

TEST_F(working, what_was_trimmed_unread_is_an_error_unless_gaps_are_passed_over) {
  stream.shards["a"] = {.parent = "", .numbers = {1, 2}};
  EXPECT_EQ(work(), "a1,a2");
  stream.shards["a"].numbers = {1, 2, 3, 4, 5};
  stream.shards["a"].trimmed = 4;
  begin();
  EXPECT_EQ(work(), "! trimmed_data_access");
  options.continue_after_gap = true;
  begin();
  EXPECT_EQ(work(), "a5");
}

TEST_F(working, a_shard_that_vanished_is_a_gap_too) {
  stream.shards["a"] = {.parent = "", .numbers = {1, 2, 3}};
  fails = "a3";
  EXPECT_TRUE(work().starts_with("a1,a2 a3"));
  fails = "";
  stream.shards["a"].listed = false;
  stream.shards["b"] = {.parent = "a", .numbers = {9}};
  begin();
  EXPECT_EQ(work(), "! trimmed_data_access");
  options.continue_after_gap = true;
  begin();
  EXPECT_EQ(work(), "b9");
}

TEST_F(working, a_stream_that_is_being_made_is_waited_for) {
  EXPECT_EQ(work(), "");
  stream.shards["a"] = {.parent = "", .numbers = {1}};
  EXPECT_EQ(work(), "a1");
}

TEST_F(working, a_stream_that_is_off_is_said_once_and_waited_for) {
  stream.shards["a"] = {.parent = "", .numbers = {1}, .closed = true};
  stream.status = "DISABLED";
  std::vector<std::string> lines;
  set_log_sink([&](log_level, std::string_view line) { lines.emplace_back(line); });
  begin();
  EXPECT_EQ(work(60s), "a1");
  set_log_sink({});
  EXPECT_EQ(lines, std::vector<std::string>{"event source mapping: the stream " + std::string(fake_stream::arn) +
                                            " was turned off and has been read to its end; the mapping goes on when "
                                            "table people has another one"});
  EXPECT_LE(stream.count(operation_name::list_streams), 61u);
  stop.request_stop();
  EXPECT_EQ(work(), " end");
}

TEST_F(working, a_stream_that_is_gone_ends_it_unless_gaps_are_allowed) {
  stream.shards["a"] = {.parent = "", .numbers = {1}};
  EXPECT_EQ(work(), "a1");
  const auto gone = [&](operation_name op) -> std::optional<error> {
    if (op != operation_name::describe_stream) return std::nullopt;
    return error(errc::resource_not_found, "Stream not found");
  };
  stream.fault = gone;
  begin();
  EXPECT_EQ(work(), "! trimmed_data_access");
  options.continue_after_gap = true;
  begin();
  EXPECT_EQ(work(), "");  // and waits for the next one
  stop.request_stop();
  EXPECT_EQ(work(), " end");
}

TEST_F(working, a_next_stream_that_is_gone_before_it_was_listed_is_a_gap) {
  stream.shards["a"] = {.parent = "", .numbers = {1}, .closed = true};
  stream.status = "DISABLED";
  stream.next_arn = std::string(fake_stream::arn) + "1";
  EXPECT_EQ(work(), "a1! trimmed_data_access");
}

TEST_F(working, a_stop_waits_for_the_checkpoint_but_not_for_ever) {
  stream.shards["a"] = {.parent = "", .numbers = {1}};
  EXPECT_EQ(work(), "a1");
  stream.shards["a"].numbers = {1, 2};
  via->throttled_writes = 1'000;
  EXPECT_EQ(work(), "a2");  // and it is not written down
  stop.request_stop();
  via->throttled_writes = 3;
  EXPECT_EQ(work(), " end");

  stream.shards["a"].numbers = {1, 2, 3};
  stop = std::stop_source();
  options.stop = stop.get_token();
  begin();
  EXPECT_EQ(work(0s), "");
  while (seen.empty()) ASSERT_TRUE(worker->step());
  EXPECT_EQ(seen, "a3");
  stop.request_stop();
  via->throttled_writes = 1'000;
  EXPECT_EQ(work(), "! throttled");
}

TEST_F(working, a_checkpoint_table_that_is_gone_is_named) {
  stream.shards["a"] = {.parent = "", .numbers = {1}};
  EXPECT_EQ(work(), "a1");
  const auto gone = [&] {
    for (;;) {
      const auto more = worker->step();
      if (!more) return more.error();
    }
  };
  request drop;
  drop.operation = operation_name::delete_table;
  drop.body = json::buffer(R"({"TableName":"dynamo_event_source"})");
  ASSERT_TRUE(via->tables->call(std::move(drop)));
  stream.shards["a"].numbers.push_back(2);
  const error why = gone();
  EXPECT_EQ(why.code(), errc::resource_not_found);
  EXPECT_TRUE(
      why.message().starts_with("the checkpoint table `dynamo_event_source` of the event source mapping `test`: "))
      << why.message();
}

TEST_F(working, a_function_that_takes_no_invocation_is_said_once_and_tried_again) {
  stream.shards["a"] = {.parent = "", .numbers = {1}};
  unsigned refusals = 3;
  class reluctant final : public event_source::function {
   public:
    reluctant(unsigned& refusals, std::shared_ptr<function> then) : refusals_(refusals), then_(std::move(then)) {}
    void invoke(event_source::invocation what, event_source::outcome_sink& to) override {
      if (refusals_ == 0) return then_->invoke(std::move(what), to);
      --refusals_;
      to.complete({event_source::outcome::kind::not_executed, "1024 invocations wait already"});
    }
    std::string_view arn() const noexcept override { return "reluctant"; }

   private:
    unsigned& refusals_;
    std::shared_ptr<function> then_;
  };
  function = std::make_shared<reluctant>(refusals, function);
  std::vector<std::string> lines;
  set_log_sink([&](log_level, std::string_view line) { lines.emplace_back(line); });
  begin();
  EXPECT_EQ(work(10s), "a1");
  set_log_sink({});
  EXPECT_EQ(lines,
            std::vector<std::string>{"event source mapping: the function reluctant takes no invocation, and is tried "
                                     "again: 1024 invocations wait already"});
}

TEST_F(working, a_stop_while_reading_is_throttled_is_no_failure) {
  stream.shards["a"] = {.parent = "", .numbers = {}};
  EXPECT_EQ(work(), "");
  stream.fault = [&](operation_name) {
    stop.request_stop();
    return std::optional(error(errc::throttled, "too many reads"));
  };
  EXPECT_EQ(work(10s), " end");
}

TEST_F(working, only_reads_of_a_single_shard_use_long_poll) {
  stream.shards["a"] = {.parent = "", .numbers = {}};
  work();
  EXPECT_EQ(stream.waits.back(), 1s);
  stream.shards["b"] = {.parent = "", .numbers = {}};
  work(62s);
  stream.waits.clear();
  work();
  EXPECT_EQ(std::count(stream.waits.begin(), stream.waits.end(), 0ms),
            static_cast<std::ptrdiff_t>(stream.waits.size()));
}

}  // namespace
}  // namespace dynamo::test
