#include "support.hpp"

#include <dynamo/schema/schema.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

using dynamo::ttl;
using std::chrono::seconds;
using std::chrono::sys_seconds;

class fixed_clock final : public dynamo::clock {
 public:
  explicit fixed_clock(std::chrono::microseconds since) : now_(since) {}
  dynamo::instant now() const noexcept override { return now_; }

 private:
  dynamo::instant now_;
};
const fixed_clock at_1000(seconds(1'000));

struct session {
  std::string id;
  ttl expires;
  std::optional<ttl> renewed;
};

std::optional<std::int64_t> seconds_of(const dynamo::result<ttl>& made) {
  if (made) return made->unix_seconds();
  EXPECT_EQ(made.error().code(), dynamo::errc::invalid_argument);
  return std::nullopt;
}

TEST(Ttl, IsMadeOfADurationFromNow) {
  using namespace std::chrono_literals;
  EXPECT_EQ(seconds_of(ttl::after(1h, at_1000)), 4'600);
  EXPECT_EQ(seconds_of(ttl::after(-1h, at_1000)), -2'600);
  EXPECT_EQ(seconds_of(ttl::after(1ms, at_1000)), 1'001);
  EXPECT_EQ(seconds_of(ttl::after(-1ms, at_1000)), 1'000);
  EXPECT_EQ(seconds_of(ttl::after(std::chrono::duration<double>(1.5), at_1000)), 1'002);
  EXPECT_EQ(seconds_of(ttl::after(std::chrono::duration<unsigned char>(200), at_1000)), 1'200);
  EXPECT_EQ(seconds_of(ttl::after(std::chrono::duration<int, std::ratio<1, 3>>(4), at_1000)), 1'002);
  EXPECT_EQ(seconds_of(ttl::after_seconds(60, at_1000)), 1'060);
  EXPECT_EQ(seconds_of(ttl::after_days(2, at_1000)), 173'800);
  EXPECT_EQ(seconds_of(ttl::after(0s, fixed_clock(1us))), 1) << "a fraction of now is rounded up";
  const auto before = std::chrono::system_clock::now();
  EXPECT_GE(ttl::after(1s)->time(), std::chrono::floor<seconds>(before) + 1s);
}

TEST(Ttl, IsMadeOfATimePoint) {
  using namespace std::chrono;
  EXPECT_EQ(seconds_of(ttl::at(sys_days(year(2026) / 11 / 28))), 1'795'824'000);
  EXPECT_EQ(seconds_of(ttl::at(sys_time<milliseconds>(milliseconds(1'001)))), 2);
  EXPECT_EQ(seconds_of(ttl::at(sys_time<milliseconds>(milliseconds(-1'999)))), -1);
  EXPECT_EQ(ttl(sys_seconds(seconds(5))), ttl::from_unix_seconds(5));
  const sys_seconds back = ttl::from_unix_seconds(7);
  EXPECT_EQ(back.time_since_epoch().count(), 7);
  EXPECT_LT(ttl::from_unix_seconds(-1), ttl());
}

TEST(Ttl, RefusesWhatOverflows) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(seconds_of(ttl::after_seconds(most, at_1000)), std::nullopt);
  EXPECT_EQ(seconds_of(ttl::after_seconds(most - 1'000, at_1000)), most);
  EXPECT_EQ(seconds_of(ttl::after_seconds(most - 999, at_1000)), std::nullopt);
  EXPECT_EQ(seconds_of(ttl::after_seconds(least, at_1000)), least + 1'000);
  EXPECT_EQ(seconds_of(ttl::after_seconds(least, fixed_clock(-seconds(5)))), std::nullopt);
  EXPECT_EQ(seconds_of(ttl::after_days(most, at_1000)), std::nullopt);
  EXPECT_EQ(seconds_of(ttl::after_days(least, at_1000)), std::nullopt);
  EXPECT_EQ(seconds_of(ttl::after(std::chrono::years(most / 1'000'000'000'000), at_1000)), 291'061'507'482'144 + 1'000)
      << "as far as it goes";
  EXPECT_EQ(seconds_of(ttl::after(std::chrono::duration<double>(1e30), at_1000)), std::nullopt);
  EXPECT_EQ(seconds_of(ttl::after(std::chrono::duration<double>(std::nan("")), at_1000)), std::nullopt);
  EXPECT_EQ(seconds_of(ttl::after(std::chrono::duration<double>(-INFINITY), at_1000)), std::nullopt);
  using centuries = std::chrono::duration<std::int64_t, std::ratio<3'155'760'000>>;
  EXPECT_EQ(seconds_of(ttl::at(std::chrono::sys_time<centuries>(centuries(most)))), std::nullopt);
}

TEST(Ttl, IsStoredAsTheNumberThatDynamoDBAndSerdeWrite) {
  const session one{"a", ttl::from_unix_seconds(1'700'000'000), std::nullopt};
  dynamo::json::buffer text;
  dynamo::encoder out(text);
  dynamo::detail::write_record(out, dynamo::detail::record_of<session>, &one);
  ASSERT_TRUE(std::move(out).finish());
  EXPECT_EQ(text.view(), R"({"expires":{"N":"1700000000"},"id":{"S":"a"}})");
  // An i64 of serde_dynamo's, with a null for what is not there.
  const dynamo::json::buffer stored(R"({"expires":{"N":"1700000001"},"id":{"S":"a"},"renewed":{"NULL":true}})");
  dynamo::json::cursor cursor(stored);
  dynamo::decoder in(cursor);
  session read;
  dynamo::detail::read_record(in, dynamo::detail::record_of<session>, &read);
  ASSERT_TRUE(std::move(in).finish());
  EXPECT_EQ(read.expires.unix_seconds(), 1'700'000'001);
  EXPECT_EQ(read.renewed, std::nullopt);
}

TEST(Ttl, OfAFractionOrATextIsADecodingError) {
  for (const std::string_view item :
       {R"({"expires":{"N":"1.5"},"id":{"S":"a"}})", R"({"expires":{"S":"1"},"id":{"S":"a"}})"}) {
    const dynamo::json::buffer stored(item);
    dynamo::json::cursor cursor(stored);
    dynamo::decoder in(cursor);
    session read;
    dynamo::detail::read_record(in, dynamo::detail::record_of<session>, &read);
    const auto done = std::move(in).finish();
    ASSERT_FALSE(done);
    EXPECT_TRUE(done.error().message().starts_with("attribute `expires`: ")) << done.error().message();
  }
}

}  // namespace
