// Calls that come to a rate limit at the same moment. The clock is virtual: it moves only where a test says so.

#include <dynamo/decorators/rate_limited.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <decorators/scripted_endpoint.hpp>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <stop_token>
#include <thread>

namespace dynamo {
namespace {

using namespace std::chrono_literals;
using testing::virtual_clock;
using testing_support::kept_outcome;
using testing_support::scripted_endpoint;

constexpr int rounds = 4'000;

request get() { return {operation_name::get_item, json::buffer(R"({"TableName":"t"})")}; }

/// Two threads begin what they do within some nanoseconds of each other: a sleeping one would come microseconds too late.
template <class First, class Second>
void at_once(First first, Second second) {
  std::atomic<int> here = 0;
  const auto meet = [&here] {
    ++here;
    while (here < 2) std::this_thread::yield();
  };
  std::jthread other([&] {
    meet();
    second();
  });
  meet();
  first();
}

class RateLimitedThreads : public ::testing::Test {
 protected:
  /// A limit of one request a second, whose first token is taken.
  std::shared_ptr<endpoint> exhausted(rate_limits limits) {
    auto via = rate_limited(std::make_shared<scripted_endpoint>(), limits, time);
    EXPECT_TRUE(via->call(get()));
    return via;
  }
  virtual_clock time;
};

// Each was decided by the queue as it was before the other one stood in it.
TEST_F(RateLimitedThreads, TwoCallsWaitedWhereTheLongestWaitAllowsOne) {
  rate_limits limits(1);
  limits.longest_wait = 1s;
  int both = 0;
  for (int round = 0; round < rounds; ++round) {
    const auto via = exhausted(limits);
    std::array<kept_outcome, 2> outcomes;
    at_once([&] { via->start(get(), outcomes[0]); }, [&] { via->start(get(), outcomes[1]); });
    if (!outcomes[0].done() && !outcomes[1].done()) ++both;
    time.advance(2s);
    for (const kept_outcome& each : outcomes) ASSERT_EQ(each.completions(), 1);
    ASSERT_TRUE(outcomes[0].answer() || outcomes[1].answer());
  }
  EXPECT_EQ(both, 0) << "of " << rounds << " rounds";
}

TEST_F(RateLimitedThreads, ACallThatIsCancelledAsItsTurnComesIsToldOnce) {
  for (int round = 0; round < rounds; ++round) {
    const auto via = exhausted(rate_limits(1));
    std::stop_source stop;
    kept_outcome outcome;
    at_once(
        [&] {
          request r = get();
          r.stop = stop.get_token();
          via->start(std::move(r), outcome);
        },
        [&] {
          time.advance(1s);
          stop.request_stop();
        });
    time.advance(1s);
    ASSERT_EQ(outcome.completions(), 1);
  }
}

}  // namespace
}  // namespace dynamo
