#include <dynamo/decorators/timed.hpp>

#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <utility>

namespace dynamo {
namespace {

using namespace std::chrono_literals;

/// Keeps what came of the last request's limits.
class keeping final : public endpoint {
 public:
  result<reply> call(request r) override {
    deadline = r.deadline;
    times = r.times;
    return reply(json::buffer("{}"));
  }
  void start(request r, reply_sink& to) override { to.complete(call(std::move(r))); }

  std::optional<std::chrono::steady_clock::time_point> deadline;
  std::optional<call_times> times;
};

struct dropped final : reply_sink {
  void complete(result<reply>) noexcept override {}
};

/// By call() and by start().
class timed_calls : public ::testing::TestWithParam<bool> {
 protected:
  void send(endpoint& to, request r) {
    dropped sink;
    if (GetParam()) {
      to.start(std::move(r), sink);
    } else {
      (void)to.call(std::move(r));
    }
  }
  static request get() { return request(operation_name::get_item, json::buffer("{}")); }
  static call_times seconds(int count) {
    call_times times;
    times.operation = std::chrono::seconds(count);
    return times;
  }

  testing::virtual_clock time;
  std::shared_ptr<keeping> inner = std::make_shared<keeping>();
};

TEST_P(timed_calls, have_a_deadline_and_times) {
  send(*timed(inner, seconds(5), time), get());
  EXPECT_EQ(inner->deadline, time.steady_now() + 5s);
  EXPECT_EQ(inner->times, seconds(5));
}

TEST_P(timed_calls, keep_an_earlier_deadline_of_their_own) {
  for (const auto own : {2s, 9s}) {
    request r = get();
    r.deadline = time.steady_now() + own;
    send(*timed(inner, seconds(5), time), std::move(r));
    EXPECT_EQ(inner->deadline, time.steady_now() + std::min(own, 5s));
  }
}

TEST_P(timed_calls, without_a_limit_have_none) {
  send(*timed(inner, seconds(0), time), get());
  EXPECT_FALSE(inner->deadline);
}

TEST_P(timed_calls, by_the_outermost_times) {
  send(*timed(timed(inner, seconds(5), time), seconds(9), time), get());
  EXPECT_EQ(inner->deadline, time.steady_now() + 9s);
  EXPECT_EQ(inner->times, seconds(9)) << "a call's are before its table's, and those before its service's";
}

INSTANTIATE_TEST_SUITE_P(both_ways, timed_calls, ::testing::Bool(),
                         [](const auto& run) { return run.param ? "start" : "call"; });

}  // namespace
}  // namespace dynamo
