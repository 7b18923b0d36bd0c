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
