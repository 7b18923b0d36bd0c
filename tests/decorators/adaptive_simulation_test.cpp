#include <dynamo/decorators/retrying.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <decorators/token_bucket.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo {
namespace {

using namespace std::chrono_literals;

constexpr double provisioned = 100;  // reads a second of the table "hot"

class seeded_jitter final : public random_source {
 public:
  std::uint64_t next() noexcept override { return engine_(); }

 private:
  std::mt19937_64 engine_{1};
};

/// Answers after 5 ms; throttles reads of the table "hot" beyond what is provisioned, and says why.
class provisioned_service final : public endpoint {
 public:
  explicit provisioned_service(timer& time) : time_(time), reads_(provisioned, provisioned, time.steady_now()) {}

  result<reply> call(request) override { return fail(errc::not_supported, "not part of the test"); }
  void start(request r, reply_sink& sink) override {
    EXPECT_TRUE(time_.after(5ms, std::make_shared<answer>(sink, decide(r))));
  }

  int throttled = 0;

 private:
  struct answer final : timer_task {
    answer(reply_sink& s, result<reply> r) : sink(s), outcome(std::move(r)) {}
    void run() noexcept override { sink.complete(std::move(outcome)); }
    reply_sink& sink;
    result<reply> outcome;
  };

  result<reply> decide(const request& r) {
    const auto now = time_.steady_now();
    if (r.body.view().find("hot") == std::string_view::npos) return reply(json::buffer("{}"));
    if (reads_.level(now) >= 1) {
      reads_.take(1, now);
      return reply(json::buffer("{}"));
    }
    ++throttled;
    return fail(error({.code = errc::throttled,
                       .message = "slow down",
                       .body = R"({"ThrottlingReasons":[{"reason":"TableReadProvisionedThroughputExceeded",)"
                               R"("resource":"arn:aws:dynamodb:eu-west-1:123456789012:table/hot"}]})"}));
  }

  timer& time_;
  token_bucket reads_;
};

/// Reads one table again and again; after a failure it takes a second's rest.
class caller final : public reply_sink {
 public:
  caller(endpoint& via, std::string_view table, timer& time) : via_(via), table_(table), time_(time) { read(); }

  void complete(result<reply> answer) noexcept override {
    ++(answer ? succeeded : failed);
    longest = std::max(longest, time_.steady_now() - began_);
    if (stops) return;
    if (answer) return read();
    EXPECT_TRUE(time_.after(1s, std::make_shared<rest>(*this)));
  }

  int succeeded = 0, failed = 0;
  std::chrono::steady_clock::duration longest{0};
  bool stops = false;

 private:
  struct rest final : timer_task {
    explicit rest(caller& who) : rests(who) {}
    void run() noexcept override { rests.read(); }
    caller& rests;
  };

  void read() {
    began_ = time_.steady_now();
    via_.start(request(operation_name::get_item, json::buffer(R"({"TableName":")" + table_ + R"("})")), *this);
  }

  endpoint& via_;
  std::string table_;
  timer& time_;
  std::chrono::steady_clock::time_point began_;
};

struct outcome_of_a_day {
  int succeeded = 0, failed = 0, throttled = 0;
  std::chrono::steady_clock::duration longest_of_cold{0};
};

/// Thirty callers of the hot table and one of a cold one, for two minutes.
outcome_of_a_day read_with(const retry_settings& settings) {
  testing::virtual_clock time;
  seeded_jitter jitter;
  const auto service = std::make_shared<provisioned_service>(time);
  const auto via = retrying(service, settings, time, jitter);
  std::deque<caller> hot;
  for (int i = 0; i < 30; ++i) hot.emplace_back(*via, "hot", time);
  caller cold(*via, "cold", time);
  time.advance(2min);
  outcome_of_a_day sum;
  sum.throttled = service->throttled;
  sum.longest_of_cold = cold.longest;
  for (caller& one : hot) {
    sum.succeeded += one.succeeded;
    sum.failed += one.failed;
    one.stops = true;
  }
  cold.stops = true;
  while (time.advance_to_next()) {
  }
  return sum;
}

// What is provisioned comes to 12,100 reads, with the burst at first.
TEST(AdaptiveSimulation, UsesNearlyAllThatIsProvisionedAndIsSeldomThrottled) {
  const outcome_of_a_day adaptive = read_with(retry_settings::adaptive());
  EXPECT_GT(adaptive.succeeded, 11'000);
  EXPECT_LT(adaptive.throttled, 200);
  EXPECT_LT(adaptive.failed, 100);
  EXPECT_EQ(adaptive.longest_of_cold, 5ms);  // nothing but the service's own time
}

TEST(AdaptiveSimulation, WithoutItEveryThirdRequestIsThrottled) {
  const outcome_of_a_day standard = read_with(retry_settings::standard());
  EXPECT_GT(standard.succeeded, 11'000);
  EXPECT_GT(standard.throttled, 3'000);
}

}  // namespace
}  // namespace dynamo
