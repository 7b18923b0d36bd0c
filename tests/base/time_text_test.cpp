#include <dynamo/base/detail/time_text.hpp>

#include <gtest/gtest.h>

namespace dynamo {
namespace {

using namespace std::chrono_literals;

TEST(TimeText, IsUtcToTheSecondOrTheMillisecond) {
  const instant epoch{};
  const instant leap_day = std::chrono::sys_days(std::chrono::year(2024) / 2 / 29) + 23h + 4min + 5s + 6'999us;
  EXPECT_EQ(time_text(epoch, time_precision::seconds), "1970-01-01T00:00:00");
  EXPECT_EQ(time_text(epoch - 1us, time_precision::milliseconds), "1969-12-31T23:59:59.999");
  EXPECT_EQ(time_text(leap_day, time_precision::seconds), "2024-02-29T23:04:05");
  EXPECT_EQ(time_text(leap_day, time_precision::milliseconds), "2024-02-29T23:04:05.006");
}

TEST(TimeText, SortsAsTimesDoAndIsReadBack) {
  const instant times[] = {instant::min(),
                           std::chrono::sys_days(std::chrono::year(0) / 1 / 1),
                           instant(-1ms),
                           instant(0ms),
                           std::chrono::sys_days(std::chrono::year(2024) / 2 / 29) + 23h + 59min + 59s + 999ms,
                           std::chrono::sys_days(std::chrono::year(9999) / 12 / 31) + 1ms,
                           instant::max()};
  std::string before;
  for (const instant at : times) {
    const std::string text = time_text(at, time_precision::milliseconds);
    EXPECT_EQ(text.size(), 23u) << text;
    EXPECT_GE(text, before);
    before = text;
    const auto back = time_from_text(text);
    ASSERT_TRUE(back) << text;
    EXPECT_EQ(time_text(*back, time_precision::milliseconds), text);
    if (at != instant::min() && at != instant::max()) {
      EXPECT_EQ(*back, at);
    }
    EXPECT_TRUE(time_from_text(time_text(at, time_precision::seconds)));
  }
  for (const char* no :
       {"", "2024", "2024-02-30T00:00:00", "2024-13-01T00:00:00", "2024-01-01T24:00:00", "2024-01-01 00:00:00",
        "2024-01-01T00:00:00Z", "2024-01-01T00:00:00.0000", "x024-01-01T00:00:00"}) {
    EXPECT_FALSE(time_from_text(no)) << no;
  }
}

}  // namespace
}  // namespace dynamo
