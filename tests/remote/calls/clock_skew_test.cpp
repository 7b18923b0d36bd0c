#include <remote/calls/clock_skew.hpp>

#include <gtest/gtest.h>

#include <string>

namespace dynamo::aws {
namespace {

using namespace std::chrono_literals;

const instant noon = instant(std::chrono::sys_days(std::chrono::year(2026) / 11 / 28)) + 12h;
constexpr std::string_view noon_text = "Sat, 28 Nov 2026 12:00:00 GMT";

TEST(http_date, is_read_or_refused) {
  EXPECT_EQ(parse_http_date(noon_text), noon);
  EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), instant());
  EXPECT_EQ(parse_http_date("Thu, 29 Feb 2024 23:59:60 GMT"),
            instant(std::chrono::sys_days(std::chrono::year(2024) / 3 / 1)));
  for (const std::string bad :
       {"", "Sat, 28 Nov 2026 12:00:00 UTC", "Sat, 31 Nov 2026 12:00:00 GMT", "Sat, 28 Now 2026 12:00:00 GMT",
        "Sat, 28 Nov 2026 24:00:00 GMT", "Sat, 28 Nov 2026 12:0x:00 GMT", "Saturday, 28-Nov-26 12:00:00 GMT"}) {
    EXPECT_FALSE(parse_http_date(bad)) << bad;
  }
}

TEST(clock_skew, a_clock_that_is_off_is_mended_once) {
  for (const auto off : {-20min, 20min}) {
    clock_skew skew;
    const instant here = noon + off;
    EXPECT_TRUE(skew.mend(noon_text, skew.service_time(here), here));
    EXPECT_EQ(skew.service_time(here), noon);
    EXPECT_FALSE(skew.mend(noon_text, skew.service_time(here), here)) << "it is right now";
  }
}

TEST(clock_skew, a_clock_that_is_right_stays) {
  clock_skew skew;
  EXPECT_FALSE(skew.mend(noon_text, noon + 3min, noon + 3min));
  EXPECT_FALSE(skew.mend("", noon + 3h, noon + 3h));
  EXPECT_EQ(skew.ahead(), 0us);
}

}  // namespace
}  // namespace dynamo::aws
