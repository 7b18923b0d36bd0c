#include <dynamo/decorators/observed.hpp>

#include <dynamo/decorators/hedged.hpp>
#include <dynamo/decorators/logging_observer.hpp>
#include <dynamo/decorators/metered.hpp>
#include <dynamo/decorators/retrying.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <decorators/scripted_endpoint.hpp>
#include <gtest/gtest.h>
#include <support/passing_time.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dynamo {
namespace {

using namespace std::chrono_literals;
using testing::virtual_clock;
using testing_support::outcome_of;
using testing_support::passing_time;
using testing_support::scripted_endpoint;

/// Takes 10 ms of the clock, tells of one attempt, and answers what it is told to.
class carrying_endpoint final : public endpoint {
 public:
  explicit carrying_endpoint(passing_time& time) : time_(time) {}

  result<reply> call(request r) override {
    time_.pass(10ms);
    result<reply> outcome = answers->call(request(r.operation, r.body.copy()));
    if (r.observation) {
      attempt_report told;
      told.operation = r.operation;
      told.attempt = r.attempt;
      told.host = "db.example:8000\r\nX: y";
      told.status = outcome ? 200 : 400;
      told.extended_id = "EXT";
      if (!outcome) told.failure = &outcome.error();
      told.times.total = 10ms;
      r.observation->attempt_ended(told);
    }
    return outcome;
  }
  void start(request r, reply_sink& sink) override { sink.complete(call(std::move(r))); }

  std::shared_ptr<scripted_endpoint> answers = std::make_shared<scripted_endpoint>();

 private:
  passing_time& time_;
};

/// Writes down what it is told.
class told final : public call_observer {
 public:
  call_notes call_begins(const request& r) noexcept override {
    call_notes notes;
    auto table = std::make_shared<std::string>();
    for (const std::string& each : tables_named_by(r)) *table += " " + each;
    lines.push_back("begins " + std::string(to_string(r.operation)) + *table);
    notes.state = std::move(table);
    return notes;
  }
  void attempt_ended(const attempt_report& what, void* state) noexcept override {
    lines.push_back("attempt " + std::to_string(what.attempt) + " of" + *static_cast<std::string*>(state) + ": " +
                    std::to_string(what.status));
  }
  void call_ended(const call_report& what, void* state) noexcept override {
    std::string line = "ends" + *static_cast<std::string*>(state) + ": ";
    line += what.failure() != nullptr ? to_string(what.failure()->code()) : "done";
    line += ", " + std::to_string(what.attempts()) + ", " + std::to_string(what.time / 1ms) + " ms";
    for (const table_capacity& each : consumed_by(what)) {
      line += ", " + each.table + " " + std::to_string(each.read).substr(0, 3) + " r " +
              std::to_string(each.write).substr(0, 3) + " w";
    }
    lines.push_back(line);
  }

  std::vector<std::string> lines;
};

class Observed : public ::testing::TestWithParam<bool> {
 protected:
  result<reply> make(operation_name operation, std::string_view body) {
    return outcome_of(*via, request(operation, json::buffer(body), repeatable::yes), GetParam(), time);
  }
  void see(std::shared_ptr<call_observer> by) { via = observed(inner, std::move(by), passing); }

  virtual_clock time;
  passing_time passing{time};
  std::shared_ptr<carrying_endpoint> inner = std::make_shared<carrying_endpoint>(passing);
  std::shared_ptr<told> log_book = std::make_shared<told>();
  std::shared_ptr<endpoint> via = observed(inner, log_book, passing);
};
INSTANTIATE_TEST_SUITE_P(, Observed, ::testing::Bool(),
                         [](const auto& way) { return way.param ? "Started" : "Blocking"; });

TEST_P(Observed, ACallIsSeenFromItsBeginningToItsEnd) {
  inner->answers->answer(R"({"ConsumedCapacity":{"TableName":"a","CapacityUnits":1.5}})");
  EXPECT_TRUE(make(operation_name::get_item, R"({"TableName":"a"})"));
  EXPECT_EQ(log_book->lines, (std::vector<std::string>{"begins GetItem a", "attempt 1 of a: 200",
                                                       "ends a: done, 1, 10 ms, a 1.5 r 0.0 w"}));
}

TEST_P(Observed, AFailureIsSeen) {
  inner->answers->answer(error(errc::validation, "no"));
  EXPECT_FALSE(make(operation_name::list_tables, "{}"));
  EXPECT_EQ(log_book->lines,
            (std::vector<std::string>{"begins ListTables", "attempt 1 of: 400", "ends: validation, 1, 10 ms"}));
}

TEST_P(Observed, AttemptsAreSeenThroughRetries) {
  retry_settings at_once(4, 0ms, 0ms);
  via = observed(retrying(inner, at_once, passing), log_book, passing);
  inner->answers->answer(error(errc::throttled, ""));
  inner->answers->answer(error(errc::throttled, ""));
  EXPECT_TRUE(make(operation_name::put_item, R"({"TableName":"a"})"));
  EXPECT_EQ(log_book->lines, (std::vector<std::string>{"begins PutItem a", "attempt 1 of a: 400", "attempt 2 of a: 400",
                                                       "attempt 3 of a: 200", "ends a: done, 3, 30 ms"}));
}

/// Writes down what becomes of failures.
class told_of_retries final : public call_observer {
 public:
  void retry_decided(const retry_report& what, void*) noexcept override {
    lines.push_back(std::to_string(what.attempt) + " " + std::string(to_string(what.failure.code())) + ": " +
                    std::string(to_string(what.verdict)) + ", " + std::to_string(what.wait / 1us) + " us, " +
                    std::to_string(what.tokens.left) + " of " + std::to_string(what.tokens.max));
  }
  void circuit_changed(const retry_tokens& now, void*) noexcept override {
    lines.push_back((now.circuit_open ? "open, " : "closed, ") + std::to_string(now.left));
  }
  std::vector<std::string> lines;
};

class ObservedRetries : public Observed {
 protected:
  void put() { (void)make(operation_name::put_item, R"({"TableName":"a"})"); }
  void fail(int times, errc code = errc::internal_server_error) {
    for (int i = 0; i < times; ++i) inner->answers->answer(error(code, ""));
  }
  /// Two retries empty the bucket of 30 tokens.
  void see_retries(std::shared_ptr<call_observer> by) {
    retry_settings at_once(4, 0ms, 0ms);
    at_once.budget = retry_budget();
    at_once.budget.tokens_max = 30;
    via = observed(retrying(inner, at_once, passing), std::move(by), passing);
  }
};
INSTANTIATE_TEST_SUITE_P(, ObservedRetries, ::testing::Bool(),
                         [](const auto& way) { return way.param ? "Started" : "Blocking"; });

TEST_P(ObservedRetries, DecisionsAndTheCircuitAreSeen) {
  const auto seen = std::make_shared<told_of_retries>();
  see_retries(seen);
  fail(3);
  put();
  EXPECT_EQ(seen->lines, (std::vector<std::string>{"1 internal_server_error: again, 0 us, 16 of 30", "open, 2",
                                                   "2 internal_server_error: again, 0 us, 2 of 30",
                                                   "3 internal_server_error: budget used up, 0 us, 2 of 30"}));
  seen->lines.clear();
  for (int i = 0; i < 20; ++i) put();
  EXPECT_EQ(seen->lines, std::vector<std::string>{"closed, 14"});
  seen->lines.clear();
  fail(1, errc::validation);
  put();
  EXPECT_EQ(seen->lines, std::vector<std::string>{"1 validation: not retryable, 0 us, 22 of 30"});
}

TEST_P(ObservedRetries, AreInMetrics) {
  const auto metrics = std::make_shared<call_metrics>();
  see_retries(metering_observer(metrics));
  put();
  EXPECT_EQ(metrics->report().find("retries"), std::string::npos);
  fail(3);
  put();
  retry_totals all = metrics->retries();
  EXPECT_EQ(all.retries, 2U);
  EXPECT_EQ(all.refused_by_budget, 1U);
  EXPECT_EQ(all.given_up, 1U);
  EXPECT_EQ(all.circuits_opened, 1U);
  EXPECT_EQ(all.circuits_open, 1U);
  EXPECT_EQ(all.tokens.left, 2U);
  EXPECT_NE(metrics->report().find(
                "retries: 2, 1 calls given up, 1 refused by the budget, 2 of 30 tokens left, 1 circuits open, opened 1 "
                "times\n"),
            std::string::npos)
      << metrics->report();
  metrics->reset();
  EXPECT_EQ(metrics->retries().retries, 0U);
  EXPECT_EQ(metrics->retries().circuits_open, 1U);
  for (int i = 0; i < 12; ++i) put();
  all = metrics->retries();
  EXPECT_EQ(all.circuits_open, 0U);
  EXPECT_EQ(all.circuits_opened, 0U);
  EXPECT_EQ(all.tokens.left, 14U);
}

/// Answers when it is told to.
class waiting_endpoint final : public endpoint {
 public:
  result<reply> call(request) override { return fail(errc::not_supported, "start() only"); }
  void start(request r, reply_sink& sink) override { waiting.emplace_back(std::move(r), &sink); }
  void answer(std::size_t which) {
    attempt_report attempt;
    attempt.attempt = waiting[which].first.attempt;
    attempt.status = 200;
    waiting[which].first.observation->attempt_ended(attempt);
    waiting[which].second->complete(reply(json::buffer("{}")));
  }

  std::vector<std::pair<request, reply_sink*>> waiting;
};

TEST(ObservedHedging, TheLateAttemptIsSeenAfterItsCall) {
  virtual_clock time;
  const auto inner = std::make_shared<waiting_endpoint>();
  const auto log_book = std::make_shared<told>();
  const auto via = observed(hedged(inner, hedge_settings(5ms), time), log_book, time);
  testing_support::kept_outcome kept;
  via->start(request(operation_name::get_item, json::buffer(R"({"TableName":"a"})"), repeatable::yes), kept);
  time.advance(6ms);
  ASSERT_EQ(inner->waiting.size(), 2U);
  inner->answer(1);
  EXPECT_TRUE(kept.done());
  inner->answer(0);
  EXPECT_EQ(log_book->lines, (std::vector<std::string>{"begins GetItem a", "attempt 1 of a: 200",
                                                       "ends a: done, 2, 6 ms", "attempt 1 of a: 200"}));
}

TEST_P(Observed, SeveralObserversSeeTheAttempts) {
  const auto outer = std::make_shared<told>();
  via = observed(via, outer, passing);
  EXPECT_TRUE(make(operation_name::get_item, R"({"TableName":"a"})"));
  EXPECT_EQ(outer->lines, log_book->lines);
  EXPECT_EQ(outer->lines.size(), 3U);
}

TEST_P(Observed, AnObserverThatOverridesNothingIsFine) {
  see(std::make_shared<call_observer>());
  EXPECT_TRUE(make(operation_name::get_item, R"({"TableName":"a"})"));
}

TEST(NoObserver, IsNoDecorator) {
  const std::shared_ptr<endpoint> inner = std::make_shared<scripted_endpoint>();
  EXPECT_EQ(observed(inner, nullptr), inner);
}

TEST_P(Observed, MetricsAreAnObserver) {
  const auto metrics = std::make_shared<call_metrics>();
  see(metering_observer(metrics));
  EXPECT_TRUE(make(operation_name::get_item, R"({"TableName":"a"})"));
  ASSERT_EQ(metrics->snapshot().size(), 1U);
  EXPECT_EQ(metrics->snapshot()[0].table, "a");
  EXPECT_EQ(metrics->snapshot()[0].latency.longest(), 10ms);
}

/// What is logged while it lives.
class log_lines {
 public:
  log_lines() {
    set_log_sink([this](log_level level, std::string_view line) {
      lines.push_back(std::string(level == log_level::debug     ? "d "
                                  : level == log_level::warning ? "w "
                                                                : "i ") +
                      std::string(line));
    });
  }
  log_lines(const log_lines&) = delete;
  log_lines& operator=(const log_lines&) = delete;
  ~log_lines() { set_log_sink({}); }

  std::vector<std::string> lines;
};

TEST_P(Observed, FailuresAndSlowCallsAreLogged) {
  call_log_settings settings;
  settings.slow = 5ms;
  see(logging_observer(settings));
  const log_lines logged;
  error_detail refused;
  refused.code = errc::throttled;
  refused.type = "com.amazonaws#ThrottlingException";
  refused.message = "item data: secret";
  refused.request_id = "ID\r\n2";
  refused.attempts = 3;
  inner->answers->answer(error(refused));
  (void)make(operation_name::get_item, R"({"TableName":"a"})");
  (void)make(operation_name::batch_get_item, R"({"RequestItems":{"a":{},"b":{},"c":{}}})");
  const std::string at =
      " at db.example:8000??X: y failed: throttled (ThrottlingException), status 400, id 2 EXT, connection none, 0 "
      "bytes sent, 0 received, 10.000 ms: wait 0.000, connect 0.000, handshake 0.000, write 0.000, first byte 0.000, "
      "read 0.000";
  EXPECT_EQ(logged.lines, (std::vector<std::string>{
                              "d GetItem a: attempt 1" + at,
                              "w GetItem a failed: throttled (ThrottlingException) after 3 attempts in 10.000 ms, "
                              "request ID??2",
                              "i BatchGetItem a and 2 more was slow: 1 attempt in 10.000 ms",
                          }));
}

TEST_P(Observed, LogsSayWhyAHostCannotBeReached) {
  see(logging_observer());
  const log_lines logged;
  inner->answers->answer(error(errc::transport, "Cannot connect to db.example:443: Connection refused"));
  (void)make(operation_name::list_tables, "{}");
  ASSERT_EQ(logged.lines.size(), 2U);
  EXPECT_EQ(logged.lines[1],
            "w ListTables - failed: transport (Cannot connect to db.example:443: Connection refused) after 1 attempt "
            "in 10.000 ms");
}

TEST_P(ObservedRetries, LogsSayWhenTheCircuitChanges) {
  see_retries(logging_observer());
  const log_lines logged;
  fail(3);
  put();
  for (int i = 0; i < 12; ++i) put();
  std::vector<std::string> lines = logged.lines;
  std::erase_if(lines, [](const std::string& each) { return each.find("circuit") == std::string::npos; });
  EXPECT_EQ(lines,
            (std::vector<std::string>{
                "w retries of DynamoDB calls: the circuit is open: calls that fail are not tried again, with 2 of "
                "30 tokens",
                "w retries of DynamoDB calls: the circuit is closed, with 14 of 30 tokens"}));
}

TEST_P(Observed, WhatProgramsExpectIsLoggedForDebuggingOnly) {
  see(logging_observer());
  const log_lines logged;
  inner->answers->answer(error(errc::conditional_check_failed, "The conditional request failed"));
  inner->answers->answer(error(errc::cancelled, ""));
  (void)make(operation_name::put_item, R"({"TableName":"a"})");
  (void)make(operation_name::put_item, R"({"TableName":"a"})");
  (void)make(operation_name::put_item, R"({"TableName":"a"})");
  ASSERT_EQ(logged.lines.size(), 4U);
  for (const std::string& each : logged.lines) EXPECT_EQ(each.substr(0, 2), "d ") << each;
}

}  // namespace
}  // namespace dynamo
