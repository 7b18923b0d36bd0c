#include <dynamo/decorators/retrying.hpp>

#include <dynamo/testing/virtual_clock.hpp>

#include <decorators/scripted_endpoint.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo {
namespace {

using namespace std::chrono_literals;
using testing::virtual_clock;
using testing_support::kept_outcome;
using testing_support::outcome_of;
using testing_support::scripted_endpoint;

/// Draws the longest wait that powers of two and a millisecond's multiples below a second allow.
class halfway_random final : public random_source {
 public:
  std::uint64_t next() noexcept override { return 7'000; }
};

error lost() { return error({.code = errc::transport, .message = "The connection broke", .outcome_unknown = true}); }

/// Both ways to call are tested alike: blocking, and started.
class Retrying : public ::testing::TestWithParam<bool> {
 protected:
  result<reply> outcome(request r) { return outcome_of(*via, std::move(r), GetParam(), time); }
  static request put() { return {operation_name::put_item, json::buffer(R"({"TableName":"t"})"), repeatable::yes}; }
  static request count() { return {operation_name::update_item, json::buffer(R"({"TableName":"t"})")}; }

  virtual_clock time;
  halfway_random random;
  std::shared_ptr<scripted_endpoint> inner = std::make_shared<scripted_endpoint>();
  std::shared_ptr<endpoint> via = retrying(inner, retry_settings(4, 10ms, 100ms), time, random);
};
INSTANTIATE_TEST_SUITE_P(, Retrying, ::testing::Bool(),
                         [](const auto& way) { return way.param ? "Started" : "Blocking"; });

TEST_P(Retrying, AnswersAtOnceWhatSucceedsAtOnce) {
  inner->answer(R"({"ok":1})");
  const auto before = time.now();
  const auto answer = outcome(put());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.view(), R"({"ok":1})");
  EXPECT_EQ(answer->attempts, 1U);
  EXPECT_EQ(time.now(), before);
}

TEST_P(Retrying, SendsTheSameRequestUntilItSucceedsAndCountsTheAttempts) {
  inner->answer(error(errc::throttled, "slow down"));
  inner->answer(error({.code = errc::internal_server_error, .attempts = 3}));
  inner->answer(R"({"ok":1})");
  const auto before = time.now();
  const auto answer = outcome(put());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->attempts, 5U);
  EXPECT_EQ(time.now() - before, 14ms);  // twice 7 ms: of up to 10 and of up to 20
  const auto sent = inner->requests();
  ASSERT_EQ(sent.size(), 3U);
  for (const auto& each : sent) EXPECT_EQ(each.body, R"({"TableName":"t"})");
}

TEST_P(Retrying, TellsWhichAttemptEachRequestIsAndOfHowMany) {
  for (int i = 0; i < 9; ++i) inner->answer(error(errc::throttled, "slow down"));
  EXPECT_FALSE(outcome(put()));
  const auto sent = inner->requests();
  ASSERT_EQ(sent.size(), 4U);
  for (unsigned i = 0; i < 4; ++i) {
    EXPECT_EQ(sent[i].attempt, i + 1);
    EXPECT_EQ(sent[i].attempts_max, 4U);
  }
}

TEST_P(Retrying, AnEndpointThatTriesOnceSaysSo) {
  via = retrying(inner, retry_settings(0, 10ms, 100ms), time, random);
  EXPECT_TRUE(outcome(put()));
  ASSERT_EQ(inner->calls(), 1U);
  EXPECT_EQ(inner->requests()[0].attempt, 1U);
  EXPECT_EQ(inner->requests()[0].attempts_max, 1U);
}

TEST_P(Retrying, GivesUpWithTheLastErrorAfterTheLastAttempt) {
  for (int i = 0; i < 9; ++i) inner->answer(error(errc::throttled, "slow down " + std::to_string(i)));
  const auto answer = outcome(put());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message(), "slow down 3");
  EXPECT_EQ(answer.error().attempts(), 4U);
  EXPECT_FALSE(answer.error().outcome_unknown());
  EXPECT_EQ(inner->calls(), 4U);
}

TEST_P(Retrying, SendsACounterWhoseReplyWasLostOnce) {
  inner->answer(lost());
  const auto answer = outcome(count());
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().outcome_unknown());
  EXPECT_EQ(inner->calls(), 1U);
}

TEST_P(Retrying, SendsATransactionWithATokenAgainWhoseReplyWasLost) {
  const auto transaction = [](const char* body) {
    return request(operation_name::transact_write_items, json::buffer(body));
  };
  inner->answer(lost());
  inner->answer("{}");
  const auto answer = outcome(transaction(R"({"TransactItems":[],"ClientRequestToken":"t"})"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->attempts, 2U);

  inner->answer(lost());
  const auto without = outcome(transaction(R"({"TransactItems":[]})"));
  ASSERT_FALSE(without);
  EXPECT_TRUE(without.error().outcome_unknown());
  EXPECT_EQ(inner->calls(), 3U);
}

TEST_P(Retrying, AThrottledPutThatMayHaveBeenExecutedBeforeSaysSo) {
  inner->answer(lost());
  for (int i = 0; i < 3; ++i) inner->answer(error(errc::throttled, "slow down"));
  const auto answer = outcome(put());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), errc::throttled);
  EXPECT_EQ(answer.error().attempts(), 4U);
  EXPECT_TRUE(answer.error().outcome_unknown());
}

TEST_P(Retrying, DoesNotWaitPastTheDeadline) {
  inner->answer(error(errc::throttled, "slow down"));
  inner->answer(error(errc::throttled, "still"));
  request r = put();
  r.deadline = time.steady_now() + 10ms;
  const auto before = time.now();
  const auto answer = outcome(std::move(r));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message(), "still");  // after 7 ms; another 7 would be too late
  EXPECT_EQ(answer.error().attempts(), 2U);
  EXPECT_EQ(time.now() - before, 7ms);
}

TEST_P(Retrying, StopsWaitingWhenAsked) {
  inner->answer(lost());
  request r = put();
  std::stop_source stop;
  r.stop = stop.get_token();
  if (GetParam()) {
    kept_outcome kept;
    via->start(std::move(r), kept);
    EXPECT_FALSE(kept.done());
    EXPECT_EQ(time.waiting(), 1U);
    stop.request_stop();
    ASSERT_TRUE(kept.done());
    EXPECT_EQ(time.waiting(), 0U);
    EXPECT_EQ(kept.answer().error().code(), errc::cancelled);
    EXPECT_TRUE(kept.answer().error().outcome_unknown());
    time.advance(1s);
    EXPECT_EQ(kept.completions(), 1);
  } else {
    stop.request_stop();
    const auto answer = via->call(std::move(r));
    EXPECT_EQ(answer.error().code(), errc::cancelled);
    EXPECT_TRUE(answer.error().outcome_unknown());
  }
  EXPECT_EQ(inner->calls(), 1U);
}

/// The budget, in both ways to call.
class RetryBudget : public Retrying {
 protected:
  void limited_to(unsigned tokens, unsigned attempts = 4) {
    retry_settings settings(attempts, 1ms, 1ms);
    settings.budget = retry_budget();
    settings.budget.tokens_max = tokens;
    limited = retrying(inner, settings, time, random);
    via = limited;
  }
  unsigned tokens() const { return limited->statistics().tokens; }

  const error failed{errc::internal_server_error, "broken"}, throttled{errc::throttled, "slow down"};
  std::shared_ptr<retrying_endpoint> limited;
};
INSTANTIATE_TEST_SUITE_P(, RetryBudget, ::testing::Bool(),
                         [](const auto& way) { return way.param ? "Started" : "Blocking"; });

TEST_P(RetryBudget, ARetryTakesFourteenTokensOrFiveAfterThrottling) {
  limited_to(100);
  EXPECT_EQ(tokens(), 100U);
  for (int i = 0; i < 4; ++i) inner->answer(failed);
  EXPECT_FALSE(outcome(put()));
  EXPECT_EQ(tokens(), 100U - 3 * 14);
  for (int i = 0; i < 4; ++i) inner->answer(throttled);
  EXPECT_FALSE(outcome(put()));
  EXPECT_EQ(tokens(), 100U - 3 * 14 - 3 * 5);
  const retry_statistics now = limited->statistics();
  EXPECT_EQ(now.retries, 6U);
  EXPECT_EQ(now.given_up, 2U);
  EXPECT_EQ(now.refused_by_budget, 0U);
  EXPECT_EQ(now.tokens_max, 100U);
  EXPECT_FALSE(now.circuit_open);
}

TEST_P(RetryBudget, ASuccessGivesBackWhatItsLastRetryTookOrOne) {
  limited_to(100);
  inner->answer(failed);
  inner->answer(throttled);
  EXPECT_TRUE(outcome(put()));
  EXPECT_EQ(tokens(), 100U - 14);
  EXPECT_TRUE(outcome(put()));
  EXPECT_EQ(tokens(), 100U - 13);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(outcome(put()));
  EXPECT_EQ(tokens(), 100U);
}

TEST_P(RetryBudget, AnEmptyBucketIsAnOpenCircuitThatSuccessesClose) {
  limited_to(30, 100);
  for (int i = 0; i < 3; ++i) inner->answer(failed);
  const auto refused = outcome(put());  // after two retries
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().attempts(), 3U);
  EXPECT_EQ(refused.error().message(), "broken");
  EXPECT_EQ(tokens(), 2U);
  EXPECT_TRUE(limited->statistics().circuit_open);
  EXPECT_EQ(limited->statistics().refused_by_budget, 1U);
  EXPECT_EQ(limited->statistics().given_up, 1U);
  inner->answer(failed);
  const auto before = time.now();
  EXPECT_EQ(outcome(put()).error().attempts(), 1U);
  EXPECT_EQ(time.now(), before);
  EXPECT_EQ(limited->statistics().refused_by_budget, 2U);
  for (int i = 0; i < 12; ++i) EXPECT_TRUE(outcome(put()));
  EXPECT_FALSE(limited->statistics().circuit_open);
  inner->answer(failed);
  EXPECT_TRUE(outcome(put()));
}

TEST_P(RetryBudget, ThrottledCallsAreRetriedLongerThanFailingOnes) {
  limited_to(30, 100);
  for (int i = 0; i < 20; ++i) inner->answer(throttled);
  EXPECT_EQ(outcome(put()).error().attempts(), 7U);
}

TEST_P(RetryBudget, ACallWithRetriesOfItsOwnUsesThemAndTheEndpointsBucket) {
  limited_to(100, 2);
  retry_settings own(3, 10ms, 10ms);
  own.budget = retry_budget();
  own.budget.per_retry = 20;
  via = retried_as(retried_as(limited, own), retry_settings(1, 0ms, 0ms));  // the outer one decides
  inner->answer(failed);
  EXPECT_EQ(outcome(put()).error().attempts(), 1U);
  via = retried_as(limited, own);
  inner->answer(failed);
  inner->answer(failed);
  const auto before = time.now();
  EXPECT_EQ(outcome(put())->attempts, 3U);
  EXPECT_EQ(time.now() - before, 14ms);
  EXPECT_EQ(tokens(), 100U - 20);
  EXPECT_EQ(inner->requests().back().attempts_max, 3U);
}

TEST_P(RetryBudget, ACallWithoutABudgetLeavesTheEndpointsBucketAlone) {
  limited_to(20, 1);
  via = retried_as(limited, retry_settings(9, 1ms, 1ms));
  for (int i = 0; i < 8; ++i) inner->answer(failed);
  EXPECT_TRUE(outcome(put()));
  EXPECT_EQ(tokens(), 20U);
  EXPECT_EQ(limited->statistics().retries, 8U);
}

TEST_P(RetryBudget, NoTokensAreTakenForWhatIsNotRetried) {
  limited_to(100);
  inner->answer(error(errc::validation, "no"));
  EXPECT_FALSE(outcome(put()));
  inner->answer(lost());
  EXPECT_FALSE(outcome(count()));
  request late = put();
  late.deadline = time.steady_now();
  inner->answer(failed);
  EXPECT_FALSE(outcome(std::move(late)));
  EXPECT_EQ(tokens(), 100U);
  EXPECT_EQ(limited->statistics().given_up, 1U);  // the last one
  request stops = put();
  std::stop_source stop;
  stops.stop = stop.get_token();
  inner->answer(failed);
  if (GetParam()) {
    kept_outcome kept;
    via->start(std::move(stops), kept);
    EXPECT_EQ(tokens(), 86U);
    stop.request_stop();
    EXPECT_EQ(kept.answer().error().code(), errc::cancelled);
  } else {
    stop.request_stop();
    EXPECT_EQ(via->call(std::move(stops)).error().code(), errc::cancelled);
  }
  EXPECT_EQ(tokens(), 100U);
}

TEST_P(RetryBudget, WithoutABucketRetriesAreFree) {
  limited_to(0, 1000);
  for (int i = 0; i < 999; ++i) inner->answer(failed);
  EXPECT_TRUE(outcome(put()));
  EXPECT_EQ(limited->statistics().retries, 999U);
  EXPECT_EQ(limited->statistics().tokens_max, 0U);
  EXPECT_FALSE(limited->statistics().circuit_open);
}

/// The limits of the adaptive mode, in both ways to call.
class AdaptiveRetrying : public Retrying {
 protected:
  AdaptiveRetrying() { adapt(retry_settings::adaptive()); }
  void adapt(retry_settings settings) {
    settings.first_throttled_wait = settings.first_wait = 10ms;
    adapting = retrying(inner, settings, time, random);
    via = adapting;
  }
  static request get(std::string_view table) {
    return {operation_name::get_item, json::buffer(R"({"TableName":")" + std::string(table) + R"("})")};
  }
  static request query(std::string_view index) {
    return {operation_name::query, json::buffer(R"({"TableName":"t","IndexName":")" + std::string(index) + R"("})")};
  }
  static error throttled(std::string_view reason, std::string_view resource) {
    return error({.code = errc::throttled,
                  .message = "slow down",
                  .body = R"({"ThrottlingReasons":[{"reason":")" + std::string(reason) +
                          R"(","resource":"arn:aws:dynamodb:eu-west-1:123456789012:table/)" + std::string(resource) +
                          R"("}]})"});
  }
  std::chrono::microseconds time_of(request r) {
    const auto before = time.now();
    EXPECT_TRUE(outcome(std::move(r)));
    return std::chrono::duration_cast<std::chrono::microseconds>(time.now() - before);
  }

  std::shared_ptr<retrying_endpoint> adapting;
};
INSTANTIATE_TEST_SUITE_P(, AdaptiveRetrying, ::testing::Bool(),
                         [](const auto& way) { return way.param ? "Started" : "Blocking"; });

TEST_P(AdaptiveRetrying, ThePresetTriesThreeTimesFromASecondOn) {
  const retry_settings preset = retry_settings::adaptive();
  EXPECT_EQ(preset.attempts, 3U);
  EXPECT_EQ(preset.first_wait, 1s);
  EXPECT_EQ(preset.first_throttled_wait, 1s);
  EXPECT_TRUE(preset.send_rate);
  EXPECT_FALSE(retry_settings::standard().send_rate);
}

TEST_P(AdaptiveRetrying, SlowsDownTheTableThatIsThrottledAndNotTheClient) {
  inner->answer(throttled("TableReadProvisionedThroughputExceeded", "hot"));
  EXPECT_EQ(time_of(get("hot")), 2s);  // 7 ms of backoff within the wait for its turn at a request in two seconds
  EXPECT_EQ(time_of(get("cold")), 0s);
  EXPECT_EQ(time_of({operation_name::put_item, json::buffer(R"({"TableName":"hot"})")}), 0s);
  EXPECT_EQ(time_of(get("hot")), 625ms);  // twice what is measured, 0.8 * (2 answers in 2 s)
  const auto rates = adapting->statistics().rates;
  ASSERT_EQ(rates.size(), 1U);
  EXPECT_EQ(rates[0].resource, "hot");
  EXPECT_EQ(rates[0].capacity, capacity_kind::read);
}

TEST_P(AdaptiveRetrying, SlowsDownTheIndexThatIsThrottledAndNotItsTable) {
  inner->answer(throttled("IndexReadKeyRangeThroughputExceeded", "t/index/hot"));
  EXPECT_EQ(time_of(query("hot")), 2s);
  EXPECT_EQ(time_of(query("cold")), 0s);
  EXPECT_EQ(time_of(get("t")), 0s);
}

TEST_P(AdaptiveRetrying, LimitsNothingAsLongAsNothingIsThrottled) {
  inner->answer(error(errc::internal_server_error, "broken"));
  EXPECT_EQ(time_of(get("t")), 7ms);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(time_of(get("t")), 0s);
  EXPECT_TRUE(adapting->statistics().rates.empty());
}

TEST_P(AdaptiveRetrying, ComesBackToItsFormerRate) {
  inner->answer(throttled("TableReadProvisionedThroughputExceeded", "t"));
  std::chrono::microseconds took{0};
  for (int i = 0; i < 5'000; ++i) took = time_of(get("t"));
  EXPECT_LT(took, 1ms);
}

TEST_P(AdaptiveRetrying, ATurnAfterTheDeadlineOrTheLongestWaitIsNotWaitedFor) {
  retry_settings impatient = retry_settings::adaptive();
  impatient.send_rate->longest_wait = 3s;
  adapt(impatient);
  inner->answer(throttled("TableReadProvisionedThroughputExceeded", "t"));
  ASSERT_EQ(time_of(get("t")), 2s);  // now it is 1.6 a second, and no token is left
  request late = get("t");
  late.deadline = time.steady_now() + 624ms;
  const auto before = time.now();
  const auto refused = outcome(std::move(late));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), errc::throttled);
  EXPECT_NE(refused.error().message().find("was not sent"), std::string::npos);
  EXPECT_FALSE(refused.error().outcome_unknown());
  EXPECT_EQ(time.now(), before);
  EXPECT_EQ(inner->calls(), 2U);
  for (int i = 0; i < 3; ++i) inner->answer(throttled("TableReadProvisionedThroughputExceeded", "t"));
  EXPECT_FALSE(outcome(get("t")));
  EXPECT_EQ(adapting->statistics().given_up, 2U);
}

TEST_P(AdaptiveRetrying, ARetryWithoutATurnInTimeEndsWithTheErrorBefore) {
  inner->answer(throttled("TableReadProvisionedThroughputExceeded", "t"));
  request soon = get("t");
  soon.deadline = time.steady_now() + 1s;  // enough for the backoff
  const auto refused = outcome(std::move(soon));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message(), "slow down");
  EXPECT_EQ(inner->calls(), 1U);
  EXPECT_EQ(adapting->statistics().tokens, 500U);
  EXPECT_EQ(adapting->statistics().retries, 0U);
}

TEST_P(AdaptiveRetrying, StopsWaitingForItsTurnWhenAsked) {
  inner->answer(throttled("TableReadProvisionedThroughputExceeded", "t"));
  ASSERT_TRUE(outcome(get("t")));
  std::stop_source stop;
  request r = get("t");
  r.stop = stop.get_token();
  if (GetParam()) {
    kept_outcome kept;
    via->start(std::move(r), kept);
    EXPECT_FALSE(kept.done());
    stop.request_stop();
    ASSERT_TRUE(kept.done());
    EXPECT_EQ(kept.answer().error().code(), errc::cancelled);
    EXPECT_EQ(kept.answer().error().attempts(), 1U);
  } else {
    stop.request_stop();
    EXPECT_EQ(via->call(std::move(r)).error().code(), errc::cancelled);
  }
  EXPECT_EQ(inner->calls(), 2U);
  EXPECT_LE(time_of(get("t")), 2s);  // its turn was given back
}

TEST_P(AdaptiveRetrying, CallsTakeTheirTurnsInOrder) {
  if (!GetParam()) return;  // they wait at the same time
  inner->answer(throttled("TableReadProvisionedThroughputExceeded", "t"));
  ASSERT_TRUE(outcome(get("t")));
  const std::size_t before = inner->calls();
  std::vector<kept_outcome> kept(4);
  for (kept_outcome& each : kept) via->start(get("t"), each);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    EXPECT_EQ(inner->calls(), before + i);
    while (inner->calls() == before + i && time.advance_to_next()) {
    }
    EXPECT_TRUE(kept[i].done());
  }
}

TEST_P(AdaptiveRetrying, AWaitThatComesToPassTheDeadlineIsEnded) {
  if (!GetParam()) return;  // another call is throttled meanwhile
  inner->answer(throttled("TableReadProvisionedThroughputExceeded", "t"));
  ASSERT_TRUE(outcome(get("t")));  // 1.6 a second from now on
  std::vector<kept_outcome> kept(2);
  request patient = get("t");
  patient.deadline = time.steady_now() + 1'400ms;
  via->start(get("t"), kept[0]);              // its turn is in 625 ms
  via->start(std::move(patient), kept[1]);    // and this one's in 1,250
  inner->answer(error(errc::throttled, ""));  // which makes it 0.5 a second
  while (!kept[1].done() && time.advance_to_next()) {
  }
  ASSERT_FALSE(kept[1].answer());
  EXPECT_EQ(kept[1].answer().error().code(), errc::throttled);
  EXPECT_EQ(inner->calls(), 3U);
  while (time.advance_to_next()) {
  }
  EXPECT_TRUE(kept[0].answer());
}

TEST(RetryingStarted, TheEndpointMayGoWhileACallWaits) {
  virtual_clock time;
  halfway_random random;
  auto inner = std::make_shared<scripted_endpoint>();
  inner->answer(error(errc::throttled, "slow down"));
  auto via = retrying(inner, {}, time, random);
  kept_outcome kept;
  via->start(request(operation_name::scan, json::buffer("{}")), kept);
  via.reset();
  time.advance(1min);
  ASSERT_TRUE(kept.done());
  EXPECT_TRUE(kept.answer());
  EXPECT_EQ(inner.use_count(), 1);
}

TEST(RetryingStarted, ATimerWithoutRoomEndsTheAttempts) {
  struct idle final : timer_task {
    void run() noexcept override {}
  };
  virtual_clock time;
  halfway_random random;
  const auto nothing = std::make_shared<idle>();
  while (time.after(1h, nothing)) {
  }
  auto inner = std::make_shared<scripted_endpoint>();
  inner->answer(error(errc::throttled, "slow down"));
  const auto via = retrying(inner, {}, time, random);
  kept_outcome kept;
  via->start(request(operation_name::scan, json::buffer("{}")), kept);
  ASSERT_TRUE(kept.done());
  EXPECT_EQ(kept.answer().error().code(), errc::throttled);
  EXPECT_EQ(via->statistics().given_up, 1U);
  EXPECT_EQ(via->statistics().tokens, 500U);
}

}  // namespace
}  // namespace dynamo
