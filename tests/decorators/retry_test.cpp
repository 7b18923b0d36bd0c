#include <dynamo/decorators/retry.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dynamo {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

/// Always draws the same number.
class fixed_random final : public random_source {
 public:
  explicit fixed_random(std::uint64_t number) : number_(number) {}
  std::uint64_t next() noexcept override { return number_; }

 private:
  std::uint64_t number_;
};

constexpr retry_state::time_point start{};

error lost(errc code) { return error({.code = code, .message = "lost", .outcome_unknown = true}); }

TEST(RetryState, DecidesByErrorAndRequest) {
  struct {
    std::string name;
    error why;
    repeatable repeats;
    retry_verdict expected;
  } const cases[] = {
      {"throttled before execution", error(errc::throttled, ""), repeatable::no, retry_verdict::again},
      {"the service's failure", error(errc::internal_server_error, ""), repeatable::no, retry_verdict::again},
      {"a wrong request", error(errc::validation, ""), repeatable::yes, retry_verdict::not_retryable},
      {"a condition", error(errc::conditional_check_failed, ""), repeatable::yes, retry_verdict::not_retryable},
      {"a put whose reply was lost", lost(errc::transport), repeatable::yes, retry_verdict::again},
      {"a counter whose reply was lost", lost(errc::transport), repeatable::no, retry_verdict::may_be_executed},
      {"a counter that timed out", lost(errc::timed_out), repeatable::no, retry_verdict::may_be_executed},
      {"a counter that was not sent", error(errc::transport, ""), repeatable::no, retry_verdict::again},
      {"asked to stop", error(errc::cancelled, ""), repeatable::yes, retry_verdict::not_retryable},
  };
  fixed_random random(0);
  for (const auto& each : cases) {
    retry_state state(retry_settings(), each.repeats);
    EXPECT_EQ(state.after(each.why, start, random).verdict, each.expected) << each.name;
  }
}

TEST(RetryState, TheLongestWaitsDoubleUpToTheCap) {
  struct {
    std::string name;
    retry_settings settings;
    std::vector<microseconds> expected;  // one for each attempt after the first
  } const cases[] = {
      {"doubling", {5, 50ms, 2'000ms}, {50ms, 100ms, 200ms, 400ms}},
      {"capped between two powers", {6, 50ms, 300ms}, {50ms, 100ms, 200ms, 300ms, 300ms}},
      {"first above the cap", {3, 500ms, 300ms}, {300ms, 300ms}},
      {"no waits", {4, 0ms, 300ms}, {0ms, 0ms, 0ms}},
      {"one attempt", {1, 50ms, 300ms}, {}},
      {"none counts as one", {0, 50ms, 300ms}, {}},
      {"a negative cap", {2, 50ms, -1ms}, {0ms}},
  };
  for (const auto& each : cases) {
    retry_state state(each.settings, repeatable::yes);
    std::vector<microseconds> waits;
    for (;;) {
      // Drawn modulo wait + 1: the number that gives the most is found by trying both neighbours of a power of two.
      retry_state copy = state;
      fixed_random none(0);
      const retry_decision least = copy.after(error(errc::throttled, ""), start, none);
      if (!least.again()) {
        EXPECT_EQ(least.verdict, retry_verdict::attempts_used_up) << each.name;
        break;
      }
      EXPECT_EQ(least.wait, 0us) << each.name;
      const auto longest = waits.size() < each.expected.size() ? each.expected[waits.size()] : 1us;
      fixed_random most(static_cast<std::uint64_t>(longest.count()));
      retry_state above = state;
      fixed_random one_more(static_cast<std::uint64_t>(longest.count()) + 1);
      EXPECT_EQ(above.after(error(errc::throttled, ""), start, one_more).wait, 0us) << each.name;
      waits.push_back(state.after(error(errc::throttled, ""), start, most).wait);
    }
    EXPECT_EQ(waits, each.expected) << each.name;
  }
}

/// Draws the longest of waits of so many microseconds; see fixed_random.
microseconds longest_wait(retry_settings settings, const error& why, unsigned retry, microseconds expected) {
  retry_state state(settings, repeatable::yes);
  fixed_random most(static_cast<std::uint64_t>(expected.count()));
  retry_decision decision(retry_verdict::again);
  for (unsigned i = 0; i < retry; ++i) decision = state.after(why, start, most);
  EXPECT_TRUE(decision.again());
  return decision.wait;
}

TEST(RetryState, ThePresetsWaitAsTheSdksDo) {
  const error throttled(errc::throttled, ""), failed(errc::internal_server_error, "");
  struct {
    std::string name;
    retry_settings settings;
    error why;
    std::vector<microseconds> longest;  // before the second attempt, the third, ...
    unsigned tokens;
  } const cases[] = {
      {"standard, failure", retry_settings::standard(), failed, {25ms, 50ms, 100ms}, 14},
      {"standard, lost", retry_settings::standard(), lost(errc::transport), {25ms, 50ms, 100ms}, 14},
      {"standard, a transaction's conflict",
       retry_settings::standard(),
       error(errc::transaction_conflict, ""),
       {25ms, 50ms, 100ms},
       14},
      {"standard, throttling", retry_settings::standard(), throttled, {1s, 2s, 4s}, 5},
      {"standard, control plane", retry_settings::standard(), error(errc::limit_exceeded, ""), {1s, 2s, 4s}, 5},
      {"standard, a token in use",
       retry_settings::standard(),
       error(errc::transaction_in_progress, ""),
       {1s, 2s, 4s},
       5},
      {"plain", retry_settings(3, 10ms, 15ms), throttled, {10ms, 15ms}, 5},
  };
  for (const auto& each : cases) {
    for (unsigned i = 0; i < each.longest.size(); ++i)
      EXPECT_EQ(longest_wait(each.settings, each.why, i + 1, each.longest[i]), each.longest[i]) << each.name << i;
    retry_state state(each.settings, repeatable::yes);
    fixed_random random(0);
    for (unsigned i = 0; i < each.longest.size(); ++i)
      EXPECT_EQ(state.after(each.why, start, random).tokens, each.tokens) << each.name;
    EXPECT_EQ(state.after(each.why, start, random).verdict, retry_verdict::attempts_used_up) << each.name;
  }
  EXPECT_EQ(retry_settings(3, 10ms, 15ms).budget.tokens_max, 0U);
  EXPECT_EQ(retry_settings().budget.tokens_max, 500U);
}

TEST(RetryState, NoWaitIsLongerThanTwentySecondsInTheStandardMode) {
  retry_settings patient;
  patient.attempts = 12;
  EXPECT_EQ(longest_wait(patient, error(errc::throttled, ""), 6, 20s), 20s);
  EXPECT_EQ(longest_wait(patient, error(errc::internal_server_error, ""), 11, 20s), 20s);
}

TEST(RetryState, WhatTheServiceAsksForMakesAWaitLongerUpToALimit) {
  struct {
    std::string name;
    std::chrono::milliseconds asked, extra;
    std::uint64_t drawn_us;
    microseconds expected;
  } const cases[] = {
      {"nothing asked", 0ms, 5s, 10'000, 10ms},
      {"less than drawn", 5ms, 5s, 10'000, 10ms},
      {"more than drawn", 300ms, 5s, 10'000, 300ms},
      {"much more", 60s, 5s, 10'000, 5'010ms},
      {"nothing drawn", 5s, 5s, 0, 5s},
      {"not heeded", 60s, 0s, 10'000, 10ms},
      {"negative", -1s, 5s, 10'000, 10ms},
      {"negative limit", 60s, -5s, 10'000, 10ms},
      {"absurd", std::chrono::milliseconds::max(), std::chrono::milliseconds::max(), 0, 24h},
  };
  for (const auto& each : cases) {
    retry_settings settings;
    settings.retry_after_extra = each.extra;
    retry_state state(settings, repeatable::yes);
    fixed_random random(each.drawn_us);
    const error why({.code = errc::internal_server_error, .retry_after = each.asked});
    EXPECT_EQ(state.after(why, start, random).wait, each.expected) << each.name;
  }
}

TEST(RetryState, ThousandsOfAttemptsDoNotOverflowTheWait) {
  retry_state state(retry_settings(100'000, 1ms, std::chrono::milliseconds::max() / 4000), repeatable::yes);
  fixed_random random(~std::uint64_t{0});
  for (int i = 0; i < 1000; ++i) {
    const retry_decision decision = state.after_partial_success(start, random);
    ASSERT_TRUE(decision.again());
    ASSERT_GE(decision.wait, 0us);
  }
}

TEST(RetryState, CountsTheAttemptThatIsUnderWay) {
  fixed_random random(0);
  retry_state state(retry_settings(3, 1ms, 1ms), repeatable::no);
  EXPECT_EQ(state.attempt(), 1U);
  EXPECT_TRUE(state.after(error(errc::throttled, ""), start, random).again());
  EXPECT_EQ(state.attempt(), 2U);
  EXPECT_TRUE(state.after_partial_success(start, random).again());
  EXPECT_EQ(state.attempt(), 3U);
  EXPECT_EQ(state.after(error(errc::throttled, ""), start, random).verdict, retry_verdict::attempts_used_up);
  EXPECT_EQ(state.attempt(), 3U);
}

TEST(RetryState, GivesUpAtOnceWhenTheNextAttemptWouldMissTheDeadline) {
  const retry_settings settings(10, 100ms, 100ms);
  for (const auto& [drawn, expected] : {std::pair{50'000U, retry_verdict::again},
                                        {99'999U, retry_verdict::again},
                                        {100'000U, retry_verdict::deadline}}) {
    fixed_random random(drawn);
    retry_state state(settings, repeatable::yes, start + 100ms);
    EXPECT_EQ(state.after(error(errc::throttled, ""), start, random).verdict, expected) << drawn;
  }
  fixed_random random(0);
  retry_state late(settings, repeatable::yes, start + 100ms);
  EXPECT_EQ(late.after(error(errc::throttled, ""), start + 101ms, random).verdict, retry_verdict::deadline);
}

TEST(RetryState, ReadsRepeatWhateverTheRequestSays) {
  fixed_random random(0);
  const request read(operation_name::query, json::buffer("{}")), write(operation_name::update_item, json::buffer("{}"));
  EXPECT_TRUE(retry_state(retry_settings(), read).after(lost(errc::timed_out), start, random).again());
  EXPECT_FALSE(retry_state(retry_settings(), write).after(lost(errc::timed_out), start, random).again());
}

}  // namespace
}  // namespace dynamo
