#include <decorators/send_rate.hpp>

#include <dynamo/decorators/retry.hpp>

#include <decorators/send_rates.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace dynamo {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr send_rate::time_point start{1'000h};

/// Ten answers a second, the last of them at `until`, throttled or not. What is measured comes to ten.
void ten_a_second(send_rate& rate, microseconds from, microseconds until, bool last_is_throttled = false) {
  for (microseconds at = from + 100ms; at <= until; at += 100ms)
    rate.answered(last_is_throttled && at == until, start + at);
}

TEST(SendRate, MeasuresAnswersByHalfSecondsAndSmooths) {
  send_rate rate({}, start);
  // 0.8 * 10 + 0.2 * (what was measured before), from zero on
  const double expected[] = {8, 9.6, 9.92, 9.984, 9.9968};
  for (int slot = 0; slot < 5; ++slot) {
    ten_a_second(rate, slot * 500ms, (slot + 1) * 500ms);
    EXPECT_NEAR(rate.measured(), expected[slot], 1e-9) << slot;
  }
  rate.answered(false, start + 6'500ms);  // one in four seconds: 0.8 * 0.25 + 0.2 * 9.9968
  EXPECT_NEAR(rate.measured(), 2.19936, 1e-9);
  EXPECT_FALSE(rate.limiting());
}

TEST(SendRate, LimitsNothingBeforeTheFirstThrottling) {
  send_rate rate({}, start);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(rate.wait(start), 0us);
    (void)rate.take();
    rate.answered(false, start + i * 1ms);
  }
  EXPECT_FALSE(rate.limiting());
}

TEST(SendRate, FollowsTheCubicCurveAfterThrottling) {
  send_rate rate({}, start);
  ten_a_second(rate, 0s, 20s, true);
  ASSERT_TRUE(rate.limiting());
  EXPECT_NEAR(rate.per_second(), 7, 1e-9);  // beta * 10
  // 0.4 * (t - K)^3 + 10 with K = cbrt(10 * 0.3 / 0.4) = 1.957433820584432
  struct {
    std::chrono::seconds after;
    double expected;
  } const cases[] = {
      {1s, 9.64893600966},
      {2s, 10.000030849917364},
      {3s, 10.453284520772092},
      {4s, 13.408697022224185},
      {5s, 20},  // 21.27, but no more than twice what is sent
      {6s, 20},
  };
  for (const auto& each : cases) {
    ten_a_second(rate, 19s + each.after, 20s + each.after);
    EXPECT_NEAR(rate.per_second(), each.expected, 1e-8) << each.after.count();
  }
}

TEST(SendRate, CutsDeeperWhileItIsThrottled) {
  send_rate rate({}, start);
  ten_a_second(rate, 0s, 20s, true);
  ten_a_second(rate, 20s, 21s, true);
  // The curve was at 0.4 * (0.9 - K)^3 + 10 when the answer before came.
  const double before = 0.4 * std::pow(0.9 - 1.957433820584432, 3) + 10;
  EXPECT_NEAR(rate.per_second(), 0.7 * before, 1e-8);
  rate.answered(true, start + 21s);
  EXPECT_NEAR(rate.per_second(), 0.49 * before, 1e-8);
  for (int i = 0; i < 50; ++i) rate.answered(true, start + 21s);
  EXPECT_EQ(rate.per_second(), 0.5);
  (void)rate.take();  // what had gathered
  EXPECT_EQ(rate.wait(start + 21s), 2s);
}

TEST(SendRate, ThrottledBeforeAnythingWasMeasuredItIsTheLowest) {
  send_rate rate({}, start);
  rate.answered(true, start + 100ms);
  EXPECT_EQ(rate.per_second(), 0.5);
  EXPECT_EQ(rate.wait(start + 100ms), 2s);
}

TEST(SendRate, HandsOutTokensInTheOrderOfPlaces) {
  send_rate rate({}, start);
  ten_a_second(rate, 0s, 20s, true);  // seven tokens a second, of which there are none yet
  EXPECT_EQ(rate.wait(start + 20s), 142'858us);
  const double first = rate.take(), second = rate.take();
  EXPECT_EQ(rate.wait(first, start + 20s), 142'858us);
  EXPECT_EQ(rate.wait(second, start + 20s), 285'715us);
  EXPECT_EQ(rate.wait(start + 20s), 428'572us);
  EXPECT_EQ(rate.wait(first, start + 20'142ms), 858us);
  EXPECT_EQ(rate.wait(first, start + 20'143ms), 0us);
  EXPECT_EQ(rate.wait(second, start + 20'200ms), 85'715us);
  rate.give_back();  // of one before it
  EXPECT_EQ(rate.wait(second, start + 20'200ms), 0us);
  EXPECT_EQ(rate.wait(start + 20'200ms), 85'715us);
  // A silence is made up for by a second's worth.
  for (int i = 0; i < 7; ++i) {
    EXPECT_EQ(rate.wait(start + 60s), 0us) << i;
    (void)rate.take();
  }
  EXPECT_EQ(rate.wait(start + 60s), 142'858us);
}

TEST(SendRate, APlaceComesNearerWhenTheRateRisesAndFartherWhenItFalls) {
  send_rate rate({}, start);
  ten_a_second(rate, 0s, 20s, true);
  for (int i = 0; i < 99; ++i) (void)rate.take();
  const double last = rate.take();
  EXPECT_EQ(rate.wait(last, start + 20s), 14'285'715us);  // 100 at 7 a second
  ten_a_second(rate, 20s, 25s);                           // at 20 in the end, of which some came at lower rates
  EXPECT_LT(rate.wait(last, start + 25s), 3s);
  for (int i = 0; i < 10; ++i) rate.answered(true, start + 25s);
  EXPECT_GT(rate.wait(last, start + 25s), 60s);
}

TEST(SendRate, APlaceOfALimitThatWasForgottenDoesNotWait) {
  send_rate rate({}, start);
  rate.answered(true, start);
  EXPECT_EQ(rate.wait(1'000.0, start), 0us);
}

TEST(SendRate, NoSettingStopsItForGood) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  for (const double wrong : {0.0, -1.0, nan, inf, -inf, 1e300}) {
    for (double send_rate_settings::* member :
         {&send_rate_settings::beta, &send_rate_settings::scale, &send_rate_settings::smoothing,
          &send_rate_settings::lowest_rate, &send_rate_settings::smallest_burst}) {
      send_rate_settings settings;
      settings.*member = wrong;
      send_rate rate(settings, start);
      ten_a_second(rate, 0s, 5s, true);
      ten_a_second(rate, 5s, 60s);
      EXPECT_TRUE(std::isfinite(rate.per_second())) << wrong;
      EXPECT_GT(rate.per_second(), 0) << wrong;
      EXPECT_GE(rate.wait(start + 60s), 0us) << wrong;
      EXPECT_LE(rate.wait(start + 60s), 24h) << wrong;
    }
  }
}

const throughput_key reads_a{capacity_kind::read, "a"}, reads_b{capacity_kind::read, "b"},
    writes_a{capacity_kind::write, "a"};

TEST(SendRates, LimitWhatWasThrottledAndNothingElse) {
  send_rates rates({});
  send_rates::places places;
  rates.answered({reads_a, reads_b}, {reads_a}, start);
  EXPECT_EQ(rates.reserve({reads_b}, places, start, 1h), 0us);
  EXPECT_EQ(rates.reserve({writes_a}, places, start, 1h), 0us);
  EXPECT_EQ(rates.reserve({reads_a}, places, start, 1h), 2s);
  EXPECT_EQ(rates.wait({reads_a}, places, start + 500ms), 1'500ms);
  EXPECT_EQ(rates.reserve({reads_b, reads_a}, places, start, 1h), 3'500ms);
  EXPECT_EQ(rates.wait({reads_b, reads_a}, places, start + 2s), 2s);
  EXPECT_EQ(rates.wait({reads_b, reads_a}, places, start + 4s), 0s);
  const auto all = rates.rates();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].resource, "a");
  EXPECT_EQ(all[0].capacity, capacity_kind::read);
  EXPECT_EQ(all[0].per_second, 0.5);
}

TEST(SendRates, ATurnThatIsTooLateIsNotTaken) {
  send_rates rates({});
  send_rates::places places;
  rates.answered({reads_a}, {reads_a}, start);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(rates.reserve({reads_a}, places, start, 1'999'999us), std::nullopt);
  EXPECT_EQ(rates.reserve({reads_a}, places, start, 2s), 2s);
  rates.give_back({reads_a, reads_b});
  EXPECT_EQ(rates.reserve({reads_a}, places, start, 2s), 2s);
}

TEST(SendRates, ForgetTheOneThatHasGoneUnusedForLongest) {
  send_rate_settings settings;
  settings.limits_max = 2;
  send_rates rates(settings);
  rates.answered({reads_a}, {reads_a}, start);
  rates.answered({reads_b}, {reads_b}, start);
  rates.answered({reads_a}, {}, start + 1s);
  rates.answered({writes_a}, {writes_a}, start + 1s);
  std::string left;
  for (const limited_rate& one : rates.rates())
    left += one.resource + (one.capacity == capacity_kind::read ? "r " : "w ");
  EXPECT_EQ(left, "ar aw ");
  settings.limits_max = 0;  // counts as one
  send_rates few(settings);
  few.answered({reads_a, reads_b}, {reads_a, reads_b}, start);
  EXPECT_EQ(few.rates().size(), 1U);
}

}  // namespace
}  // namespace dynamo
