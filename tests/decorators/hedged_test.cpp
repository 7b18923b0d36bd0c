#include <dynamo/decorators/hedged.hpp>

#include <dynamo/decorators/faulty.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <decorators/hedge_policy.hpp>
#include <decorators/scripted_endpoint.hpp>
#include <gtest/gtest.h>

#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo {
namespace {

using namespace std::chrono_literals;
using testing::virtual_clock;
using testing_support::kept_outcome;

request get() { return {operation_name::get_item, json::buffer(R"({"TableName":"t"})")}; }
result<reply> said(std::string_view word) { return reply(json::buffer(word)); }
result<reply> failed(errc code, std::string message = "") { return fail(code, std::move(message)); }

/// Keeps what is started until the test answers it.
class held_endpoint final : public endpoint {
 public:
  struct held {
    request asked;
    reply_sink* sink;
  };

  result<reply> call(request) override {
    ++called;
    return said("called");
  }
  void start(request r, reply_sink& sink) override {
    started.push_back({std::move(r), &sink});
    if (at_once) answer(started.size() - 1, said("at once"));
  }
  void answer(std::size_t which, result<reply> answer) {
    reply_sink& sink = *std::exchange(started.at(which).sink, nullptr);
    sink.complete(std::move(answer));
  }
  bool stopped(std::size_t which) const { return started.at(which).asked.stop.stop_requested(); }

  std::deque<held> started;
  int called = 0;
  bool at_once = false;
};

/// Started calls, hedged after 10 ms.
class HedgedRead : public ::testing::Test {
 protected:
  void begin(request r = get()) { via->start(std::move(r), outcome); }
  std::string told() const {
    if (!outcome.done()) return "nothing";
    EXPECT_EQ(outcome.completions(), 1);
    if (!outcome.answer()) return outcome.answer().error().describe();
    return std::string(outcome.answer()->body.view()) + " of " + std::to_string(outcome.answer()->attempts);
  }

  virtual_clock time;
  kept_outcome outcome;
  std::shared_ptr<held_endpoint> inner = std::make_shared<held_endpoint>();
  std::shared_ptr<hedging_endpoint> via = hedged(inner, hedge_settings(10ms), time);
};

TEST_F(HedgedRead, ThatIsAnsweredInTimeIsSentOnce) {
  begin();
  time.advance(9ms);
  inner->answer(0, said("first"));
  EXPECT_EQ(told(), "first of 1");
  EXPECT_EQ(time.waiting(), 0U);
  time.advance(1s);
  EXPECT_EQ(inner->started.size(), 1U);
  EXPECT_EQ(via->statistics().calls, 1U);
  EXPECT_EQ(via->statistics().hedged, 0U);
  EXPECT_EQ(via->statistics().delay, 10ms);
}

TEST_F(HedgedRead, ThatIsAnsweredAtOnceLeavesNothingOnTheTimer) {
  inner->at_once = true;
  begin();
  EXPECT_EQ(told(), "at once of 1");
  EXPECT_EQ(time.waiting(), 0U);
}

TEST_F(HedgedRead, TakesTheSecondAnswerWhenItComesFirst) {
  begin();
  time.advance(10ms);
  ASSERT_EQ(inner->started.size(), 2U);
  EXPECT_EQ(inner->started[1].asked.body.view(), inner->started[0].asked.body.view());
  inner->answer(1, said("second"));
  EXPECT_EQ(told(), "second of 2");
  EXPECT_TRUE(inner->stopped(0));
  inner->answer(0, failed(errc::cancelled));
  EXPECT_EQ(told(), "second of 2");
  EXPECT_EQ(via->statistics().hedged, 1U);
  EXPECT_EQ(via->statistics().won, 1U);
}

TEST_F(HedgedRead, TakesTheFirstAnswerAlthoughTheSecondIsUnderWay) {
  begin();
  time.advance(10ms);
  inner->answer(0, said("first"));
  EXPECT_EQ(told(), "first of 2");
  EXPECT_TRUE(inner->stopped(1));
  inner->answer(1, said("second"));
  EXPECT_EQ(told(), "first of 2");
  EXPECT_EQ(via->statistics().won, 0U);
}

TEST_F(HedgedRead, WhoseSecondAttemptIsAnsweredInItsStart) {
  begin();
  inner->at_once = true;
  time.advance(10ms);
  EXPECT_EQ(told(), "at once of 2");
  EXPECT_TRUE(inner->stopped(0));
  inner->answer(0, said("first"));
}

TEST_F(HedgedRead, WaitsForTheOtherAttemptWhenOneFailsForAWhile) {
  for (const std::size_t fails : {0U, 1U}) {
    SCOPED_TRACE(fails);
    kept_outcome kept;
    inner->started.clear();
    via->start(get(), kept);
    time.advance(10ms);
    inner->answer(fails, failed(errc::throttled));
    EXPECT_FALSE(kept.done());
    EXPECT_FALSE(inner->stopped(1 - fails));
    inner->answer(1 - fails, said("ok"));
    ASSERT_TRUE(kept.done());
    EXPECT_TRUE(kept.answer());
    EXPECT_EQ(kept.answer()->attempts, 2U);
  }
}

TEST_F(HedgedRead, FailsWithTheLaterErrorWhenBothFail) {
  begin();
  time.advance(10ms);
  inner->answer(0, failed(errc::throttled, "slow down"));
  inner->answer(1, failed(errc::internal_server_error, "broken"));
  EXPECT_EQ(told(), "internal_server_error: broken after 2 attempts");
}

TEST_F(HedgedRead, FailsAtOnceWhenTheFirstAttemptDoesBeforeTheDelay) {
  begin();
  inner->answer(0, failed(errc::throttled, "slow down"));
  EXPECT_EQ(told(), "throttled: slow down");
  EXPECT_EQ(time.waiting(), 0U);
}

TEST_F(HedgedRead, FailsAtOnceWithWhatNoOtherAttemptWillMend) {
  begin();
  time.advance(10ms);
  inner->answer(1, failed(errc::validation, "no"));
  EXPECT_EQ(told(), "validation: no after 2 attempts");
  EXPECT_TRUE(inner->stopped(0));
  inner->answer(0, said("first"));
}

TEST_F(HedgedRead, StopsBothAttemptsWhenAsked) {
  std::stop_source stop;
  request r = get();
  r.stop = stop.get_token();
  begin(std::move(r));
  time.advance(10ms);
  EXPECT_FALSE(inner->stopped(0));
  stop.request_stop();
  EXPECT_TRUE(inner->stopped(0));
  EXPECT_TRUE(inner->stopped(1));
  inner->answer(1, failed(errc::cancelled, "stopped"));
  inner->answer(0, failed(errc::cancelled, "stopped"));
  EXPECT_EQ(outcome.answer().error().code(), errc::cancelled);
  EXPECT_EQ(outcome.completions(), 1);
}

TEST_F(HedgedRead, BothAttemptsHaveTheDeadlineAndTheOriginOfTheCall) {
  request r = get();
  r.deadline = time.steady_now() + 1s;
  r.origin = std::make_shared<request_origin>();
  const auto deadline = r.deadline;
  const auto origin = r.origin;
  begin(std::move(r));
  time.advance(10ms);
  for (std::size_t i : {0U, 1U}) {
    EXPECT_EQ(inner->started.at(i).asked.deadline, deadline);
    EXPECT_EQ(inner->started.at(i).asked.origin, origin);
    inner->answer(i, said("ok"));
  }
}

TEST_F(HedgedRead, IsNoWriteNoStatementAndNoGetRecords) {
  struct {
    operation_name operation;
    bool hedged;
  } const cases[] = {
      {operation_name::get_item, true},
      {operation_name::query, true},
      {operation_name::scan, true},
      {operation_name::batch_get_item, true},
      {operation_name::transact_get_items, true},
      {operation_name::describe_table, true},
      {operation_name::put_item, false},
      {operation_name::update_item, false},
      {operation_name::batch_write_item, false},
      {operation_name::transact_write_items, false},
      {operation_name::execute_statement, false},
      {operation_name::batch_execute_statement, false},
      {operation_name::get_records, false},
      {operation_name::create_table, false},
  };
  for (const auto& each : cases) {
    inner->started.clear();
    kept_outcome kept;
    via->start(request(each.operation, json::buffer("{}"), repeatable::yes), kept);
    time.advance(1s);
    EXPECT_EQ(inner->started.size(), each.hedged ? 2U : 1U) << to_string(each.operation);
    while (!inner->started.empty()) {
      inner->answer(inner->started.size() - 1, said("ok"));
      inner->started.pop_back();
    }
    EXPECT_EQ(kept.completions(), 1);
  }
}

TEST_F(HedgedRead, BeyondTheBudgetIsSentOnce) {
  hedge_settings settings(10ms);
  settings.burst = 2;
  settings.percent_of_calls = 25;
  via = hedged(inner, settings, time);
  std::string hedges;
  for (int i = 0; i < 12; ++i) {
    inner->started.clear();
    kept_outcome kept;
    via->start(get(), kept);
    time.advance(10ms);
    hedges += inner->started.size() == 2 ? 'h' : '-';
    for (std::size_t n = 0; n < inner->started.size(); ++n) inner->answer(n, said("ok"));
  }
  // Two at first; then one for four calls, of which the first call finds the budget full.
  EXPECT_EQ(hedges, "hh--h---h---");
  EXPECT_EQ(via->statistics().hedged, 4U);
  EXPECT_EQ(via->statistics().refused_by_budget, 8U);
}

TEST_F(HedgedRead, LearnsItsDelayFromTheAnswers) {
  hedge_settings settings;
  settings.learned_from = 10;
  settings.percentile = 0.9;
  settings.burst = 100;
  via = hedged(inner, settings, time);
  const auto answered_after = [&](std::chrono::milliseconds taken) {
    inner->started.clear();
    kept_outcome kept;
    via->start(get(), kept);
    time.advance(taken);
    const bool twice = inner->started.size() == 2;
    for (std::size_t n = 0; n < inner->started.size(); ++n) inner->answer(n, said("ok"));
    return twice;
  };
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(answered_after(i == 7 ? 1'000ms : 20ms));
  const auto learned = via->statistics().delay;
  EXPECT_GE(learned, 20ms);
  EXPECT_LE(learned, 25ms);
  EXPECT_FALSE(answered_after(19ms));
  EXPECT_TRUE(answered_after(26ms));
  // Slower answers count in full, although a second attempt was under way.
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(answered_after(100ms));
  EXPECT_GE(via->statistics().delay, 100ms);
}

TEST_F(HedgedRead, TheReceiverMayDropTheEndpointWithTheOutcomeWhileTheOtherAttemptRuns) {
  struct dropping final : reply_sink {
    void complete(result<reply>) noexcept override {
      owners = watched->use_count();
      watched->reset();
    }
    std::shared_ptr<held_endpoint>* watched = nullptr;
    long owners = 0;
  };
  for (const std::size_t wins : {0U, 1U}) {
    auto own = std::make_shared<held_endpoint>();
    held_endpoint& alive = *own;
    const auto kept = own;  // the test's: the endpoint's calls are completed whatever becomes of it
    dropping sink;
    sink.watched = &own;
    auto around = hedged(own, hedge_settings(10ms), time);
    around->start(get(), sink);
    around.reset();
    time.advance(10ms);
    ASSERT_EQ(alive.started.size(), 2U);
    alive.answer(wins, said("ok"));
    EXPECT_EQ(sink.owners, 2);
    alive.answer(1 - wins, said("ok"));
    EXPECT_EQ(kept.use_count(), 1);
  }
}

TEST_F(HedgedRead, ATimerWithoutRoomLeavesItAtOneAttempt) {
  struct idle final : timer_task {
    void run() noexcept override {}
  };
  const auto nothing = std::make_shared<idle>();
  while (time.after(1h, nothing)) {
  }
  begin();
  time.advance(1min);
  EXPECT_EQ(inner->started.size(), 1U);
  inner->answer(0, said("first"));
  EXPECT_EQ(told(), "first of 1");
}

/// Blocking calls, of which the endpoint delays some.
class HedgedCall : public ::testing::Test {
 protected:
  HedgedCall() {
    faults->add(fault_rule(fault::delay).at_calls(1, 1).lasting(1h));
    via = hedged(faulty(scripted, faults, time), hedge_settings(10ms), time);
  }

  virtual_clock time;
  std::shared_ptr<testing_support::scripted_endpoint> scripted = std::make_shared<testing_support::scripted_endpoint>();
  std::shared_ptr<fault_plan> faults = std::make_shared<fault_plan>(1);
  std::shared_ptr<hedging_endpoint> via;
};

TEST_F(HedgedCall, TakesTheSecondAnswerWhenItComesFirst) {
  const auto before = time.now();
  const auto answer = via->call(get());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->attempts, 2U);
  EXPECT_EQ(time.now() - before, 10ms);
  EXPECT_EQ(time.waiting(), 0U);  // the first attempt was stopped
  EXPECT_EQ(via->statistics().won, 1U);
  EXPECT_EQ(scripted->calls(), 1U);
}

TEST_F(HedgedCall, WaitsForBothWhenNeitherIsFast) {
  faults->add(fault_rule(fault::delay).at_calls(1, 2).lasting(1h));
  const auto before = time.now();
  const auto answer = via->call(get());
  ASSERT_TRUE(answer);
  EXPECT_GE(time.now() - before, 1h);
  EXPECT_LE(time.now() - before, 70min);
  EXPECT_TRUE(via->call(get()));
  EXPECT_EQ(via->statistics().hedged, 1U);
}

TEST_F(HedgedCall, EndsWhenItIsStopped) {
  std::stop_source stop;
  request r = get();
  r.stop = stop.get_token();
  stop.request_stop();
  EXPECT_EQ(via->call(std::move(r)).error().code(), errc::cancelled);
}

TEST(Hedged, UsesPlainCallsAsLongAsItKnowsNoDelay) {
  virtual_clock time;
  const auto inner = std::make_shared<held_endpoint>();
  const auto via = hedged(inner, {}, time);
  for (int i = 0; i < 199; ++i) EXPECT_TRUE(via->call(get()));
  EXPECT_EQ(via->statistics().delay, 0ms);
  EXPECT_TRUE(via->call(get()));
  EXPECT_EQ(via->statistics().delay, 1ms);  // at the least
  EXPECT_EQ(inner->called, 200);
  inner->at_once = true;
  EXPECT_TRUE(via->call(get()));
  EXPECT_EQ(inner->called, 200);
  EXPECT_EQ(via->call({operation_name::put_item, json::buffer("{}")})->body.view(), "called");
}

TEST(HedgePolicy, NoSettingMakesItHedgeWithoutBudget) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double wrong : {0.0, -1.0, nan}) {
    hedge_settings settings(1ms);
    settings.burst = settings.percent_of_calls = wrong;
    hedge_policy policy(settings);
    for (int i = 0; i < 1'000; ++i) policy.called();
    EXPECT_FALSE(policy.take()) << wrong;
  }
  hedge_settings odd;
  odd.percentile = nan;
  odd.learned_from = 0;
  odd.shortest_delay = -1s;
  hedge_policy policy(odd);
  EXPECT_FALSE(policy.delay());
  policy.answered(0ms);
  EXPECT_GT(policy.delay(), 0us);
}

}  // namespace
}  // namespace dynamo
