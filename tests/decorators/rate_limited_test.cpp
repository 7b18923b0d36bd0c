#include <dynamo/decorators/rate_limited.hpp>

#include <dynamo/testing/virtual_clock.hpp>

#include <decorators/scripted_endpoint.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace dynamo {
namespace {

using namespace std::chrono_literals;
using testing::virtual_clock;
using testing_support::kept_outcome;
using testing_support::outcome_of;
using testing_support::scripted_endpoint;

request get() { return {operation_name::get_item, json::buffer(R"({"TableName":"t"})")}; }
request put() { return {operation_name::put_item, json::buffer(R"({"TableName":"t"})")}; }

class RateLimited : public ::testing::TestWithParam<bool> {
 protected:
  result<reply> outcome(endpoint& via, request r) { return outcome_of(via, std::move(r), GetParam(), time); }
  std::chrono::microseconds passed() const { return time.now() - start; }

  virtual_clock time;
  instant start = time.now();
  std::shared_ptr<scripted_endpoint> inner = std::make_shared<scripted_endpoint>();
};
INSTANTIATE_TEST_SUITE_P(, RateLimited, ::testing::Bool(),
                         [](const auto& way) { return way.param ? "Started" : "Blocking"; });

TEST_P(RateLimited, LetsABurstThroughAndSpacesWhatFollows) {
  const auto via = rate_limited(inner, rate_limits(10), time);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(outcome(*via, get()));
  EXPECT_EQ(passed(), 0s);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(outcome(*via, get()));
  EXPECT_EQ(passed(), 500ms);
  EXPECT_EQ(inner->requests().front().body, R"({"TableName":"t"})");  // capacity is not asked for in vain
}

TEST_P(RateLimited, RefusesWithAThrottleIfItIsToldTo) {
  rate_limits limits(2);
  limits.on_excess = rate_limits::excess::refused;
  const auto via = rate_limited(inner, limits, time);
  ASSERT_TRUE(outcome(*via, get()));
  ASSERT_TRUE(outcome(*via, get()));
  const auto refused = outcome(*via, get());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), errc::throttled);
  EXPECT_TRUE(refused.error().retryable());
  EXPECT_FALSE(refused.error().outcome_unknown());
  EXPECT_EQ(inner->calls(), 2U);
  time.advance(500ms);
  EXPECT_TRUE(outcome(*via, get()));  // the refused one took nothing
}

TEST_P(RateLimited, LaterRequestsPayForWhatOneConsumed) {
  rate_limits limits;
  limits.read_units_per_second = 10;
  const auto via = rate_limited(inner, limits, time);
  inner->answer(R"({"ConsumedCapacity":{"TableName":"t","CapacityUnits":30.0}})");
  ASSERT_TRUE(outcome(*via, get()));
  EXPECT_EQ(inner->requests()[0].body, R"({"TableName":"t","ReturnConsumedCapacity":"TOTAL"})");
  ASSERT_TRUE(outcome(*via, put()));  // writes have a limit of their own: none
  EXPECT_EQ(passed(), 0s);
  ASSERT_TRUE(outcome(*via, get()));  // 20 units of debt, and one in advance
  EXPECT_EQ(passed(), 2100ms);
}

TEST_P(RateLimited, TransactionsAreSettledUnderReadsAndWrites) {
  rate_limits limits;
  limits.read_units_per_second = 10;
  limits.write_units_per_second = 10;
  const auto via = rate_limited(inner, limits, time);
  inner->answer(
      R"({"ConsumedCapacity":[{"TableName":"t","CapacityUnits":31,"ReadCapacityUnits":11,"WriteCapacityUnits":20}]})");
  ASSERT_TRUE(outcome(*via, {operation_name::transact_write_items, json::buffer("{}")}));
  ASSERT_TRUE(outcome(*via, get()));
  EXPECT_EQ(passed(), 200ms);
  ASSERT_TRUE(outcome(*via, put()));
  EXPECT_EQ(passed(), 1100ms);
}

TEST_P(RateLimited, RefusesWhatWouldWaitBeyondItsDeadlineOrTheLongestWait) {
  rate_limits limits(1);
  limits.longest_wait = 2s;
  const auto via = rate_limited(inner, limits, time);
  ASSERT_TRUE(outcome(*via, get()));
  request hurried = get();
  hurried.deadline = time.steady_now() + 900ms;
  const auto late = outcome(*via, std::move(hurried));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), errc::throttled);
  EXPECT_EQ(passed(), 0s);

  kept_outcome first, second, third;
  via->start(get(), first);
  via->start(get(), second);
  via->start(get(), third);
  EXPECT_FALSE(second.done());
  ASSERT_TRUE(third.done());
  EXPECT_EQ(third.answer().error().code(), errc::throttled);
  time.advance(2s);
  EXPECT_TRUE(first.done() && second.done());
}

TEST_P(RateLimited, ACancelledCallReleasesItsPlace) {
  const auto via = rate_limited(inner, rate_limits(1), time);
  ASSERT_TRUE(outcome(*via, get()));
  std::stop_source stop;
  request waits = get();
  waits.stop = stop.get_token();
  kept_outcome kept;
  via->start(std::move(waits), kept);
  EXPECT_FALSE(kept.done());
  stop.request_stop();
  ASSERT_TRUE(kept.done());
  EXPECT_EQ(kept.answer().error().code(), errc::cancelled);
  ASSERT_TRUE(outcome(*via, get()));
  EXPECT_EQ(passed(), 1s);
  request late = get();
  late.stop = stop.get_token();
  EXPECT_EQ(outcome(*via, std::move(late)).error().code(), errc::cancelled);
}

TEST_P(RateLimited, WaitersDidNotMoveUpWhenOthersWereCancelled) {
  const auto via = rate_limited(inner, rate_limits(1), time);
  ASSERT_TRUE(outcome(*via, get()));
  std::stop_source stop;
  kept_outcome given_up[3], waits, newcomer;
  for (kept_outcome& one : given_up) {
    request r = get();
    r.stop = stop.get_token();
    via->start(std::move(r), one);
  }
  via->start(get(), waits);
  stop.request_stop();
  for (const kept_outcome& one : given_up) EXPECT_TRUE(one.done());
  via->start(get(), newcomer);
  time.advance(999ms);
  EXPECT_FALSE(waits.done());
  time.advance(1ms);
  EXPECT_TRUE(waits.done());
  EXPECT_FALSE(newcomer.done());
  ASSERT_TRUE(outcome(*via, get()));  // after both
  EXPECT_EQ(passed(), 3s);
  EXPECT_TRUE(newcomer.done());
}

TEST_P(RateLimited, ANewcomerDidNotWaitForThoseBeforeIt) {
  rate_limits limits;
  limits.read_units_per_second = 10;
  const auto via = rate_limited(inner, limits, time);
  inner->answer(R"({"ConsumedCapacity":{"TableName":"t","CapacityUnits":30.0}})");
  ASSERT_TRUE(outcome(*via, get()));
  kept_outcome first, write;
  via->start(get(), first);
  via->start(put(), write);
  EXPECT_TRUE(write.done());  // it waits for no reads
  time.advance(2s);
  EXPECT_FALSE(first.done());
  ASSERT_TRUE(outcome(*via, get()));
  EXPECT_TRUE(first.done());
  EXPECT_EQ(passed(), 2200ms);
}

TEST_P(RateLimited, HoldsNoMoreThanSoManyCalls) {
  rate_limits limits(1);
  limits.longest_wait = std::chrono::hours(24);
  const auto via = rate_limited(inner, limits, time);
  ASSERT_TRUE(outcome(*via, get()));
  constexpr std::size_t most = timer::waiting_max / 4;
  std::vector<std::unique_ptr<kept_outcome>> all;
  for (std::size_t i = 0; i < most; ++i) via->start(get(), *all.emplace_back(std::make_unique<kept_outcome>()));
  EXPECT_FALSE(all.back()->done());
  const auto refused = outcome(*via, get());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), errc::throttled);
  EXPECT_EQ(refused.error().message(),
            "Too many calls wait for the rate limit of this endpoint; the request was not sent");
  time.advance(std::chrono::seconds(most));
  for (const auto& one : all) ASSERT_TRUE(one->done());
}

TEST_P(RateLimited, WithoutLimitsEverythingPasses) {
  const auto via = rate_limited(inner, {}, time);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(outcome(*via, put()));
  EXPECT_EQ(passed(), 0s);
}

}  // namespace
}  // namespace dynamo
