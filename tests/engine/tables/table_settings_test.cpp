// Settings of a table that follow from others and from the time.
#include <engine/tables/table_settings.hpp>

#include <gtest/gtest.h>

#include <chrono>

namespace dynamo::engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const instant midnight{std::chrono::sys_days(std::chrono::year(2026) / 3 / 1)};

capacity_settings decreased(std::uint64_t times, instant last) {
  capacity_settings capacity;
  capacity.decreases = times;
  capacity.decreased = last;
  return capacity;
}

TEST(table_settings, decreases_are_counted_by_utc_days) {
  const instant last = midnight + hours(23);
  EXPECT_EQ(decreases_today({}, midnight), 0u);
  EXPECT_EQ(decreases_today(decreased(3, last), last), 3u);
  EXPECT_EQ(decreases_today(decreased(3, last), midnight + hours(24) - minutes(1)), 3u);
  EXPECT_EQ(decreases_today(decreased(3, last), midnight + hours(24)), 0u);
}

TEST(table_settings, four_decreases_a_day_and_one_more_after_each_hour_without) {
  struct row {
    std::uint64_t times;
    hours since_last;
    bool allowed;
  };
  for (const row& r : {row{0, hours(0), true}, row{3, hours(0), true}, row{4, hours(0), false}, row{4, hours(1), true},
                       row{9, hours(0), false}, row{9, hours(1), true}}) {
    const instant last = midnight + hours(12);
    EXPECT_EQ(!next_decrease(decreased(r.times, last), last + r.since_last), r.allowed) << r.times;
  }
  EXPECT_EQ(next_decrease(decreased(4, midnight), midnight + minutes(1)), midnight + hours(1));
  EXPECT_FALSE(next_decrease(decreased(9, midnight + hours(24) - minutes(1)), midnight + hours(24)));
}

TEST(table_settings, twenty_seven_decreases_fit_into_a_day) {
  capacity_settings capacity;
  std::uint64_t done = 0;
  for (instant now = midnight; now < midnight + hours(24); now += minutes(1)) {
    if (next_decrease(capacity, now)) continue;
    capacity = decreased(decreases_today(capacity, now) + 1, now);
    ++done;
  }
  EXPECT_EQ(done, 27u);
}

TEST(table_settings, warm_units_are_at_least_those_it_has_by_itself) {
  capacity_settings capacity;
  EXPECT_EQ(warm_units(capacity, {}), (throughput_units{12'000, 4'000}));
  EXPECT_EQ(warm_units(capacity, throughput_units{5, 6}), (throughput_units{5, 6}));
  capacity.warm = {20'000, 5};
  EXPECT_EQ(warm_units(capacity, {}), (throughput_units{20'000, 4'000}));
  EXPECT_EQ(warm_units(capacity, throughput_units{5, 6}), (throughput_units{20'000, 6}));
}

TEST(table_settings, keys_have_arns) {
  EXPECT_EQ(key_arn({""}, "r"), "arn:aws:kms:r:000000000000:key/00000000-0000-4000-8000-000000000000");
  EXPECT_EQ(key_arn({"abc"}, "r"), "arn:aws:kms:r:000000000000:key/abc");
  EXPECT_EQ(key_arn({"alias/mine"}, "r"), "arn:aws:kms:r:000000000000:alias/mine");
  EXPECT_EQ(key_arn({"arn:aws:kms:x:1:key/k"}, "r"), "arn:aws:kms:x:1:key/k");
}

}  // namespace
}  // namespace dynamo::engine
