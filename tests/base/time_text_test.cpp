#include <dynamo/base/time_text.hpp>

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

}  // namespace
}  // namespace dynamo
