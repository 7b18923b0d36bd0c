#include <dynamo/decorators/faulty.hpp>
#include <dynamo/decorators/hedged.hpp>
#include <dynamo/decorators/metered.hpp>
#include <dynamo/decorators/rate_limited.hpp>
#include <dynamo/decorators/recorded.hpp>
#include <dynamo/decorators/replayed.hpp>
#include <dynamo/decorators/retrying.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace dynamo {
namespace {

using namespace std::chrono_literals;

constexpr int threads = 4;
constexpr int calls_each = 200;

/// Answers every request, in the caller's thread or, as a remote endpoint would, later in another one.
class counting_endpoint final : public endpoint {
 public:
  result<reply> call(request) override {
    ++calls;
    return reply(json::buffer("{}"));
  }
  void start(request r, reply_sink& sink) override {
    struct later final : timer_task {
      counting_endpoint* self;
      reply_sink* sink;
      later(counting_endpoint* e, reply_sink* s) : self(e), sink(s) {}
      void run() noexcept override { sink->complete(self->call({})); }
    };
    if (calls.load() % 2 == 0) return sink.complete(call(std::move(r)));
    EXPECT_TRUE(system_timer().after(0us, std::make_shared<later>(this, &sink)));
  }
  std::atomic<int> calls{0};
};

/// Counts the outcomes of many start()s.
class counting_sink final : public reply_sink {
 public:
  explicit counting_sink(int expected) : left(expected) {}
  void complete(result<reply> answer) noexcept override {
    if (answer) {
      ++succeeded;
    } else if (answer.error().code() == errc::cancelled) {
      ++cancelled;
    } else {
      ++failed;
    }
    left.count_down();
  }
  std::atomic<int> succeeded{0}, failed{0}, cancelled{0};
  std::latch left;
};

class kept_lines final : public recording_sink {
 public:
  bool line(std::string_view text) noexcept override {
    lines += std::string(text) + "\n";  // without a lock: the promise is what is tested
    return true;
  }
  std::string lines;
};

request put() { return {operation_name::put_item, json::buffer(R"({"TableName":"t"})"), repeatable::yes}; }

TEST(DecoratorThreads, AWholeStackServesManyThreadsInBothWays) {
  const auto inner = std::make_shared<counting_endpoint>();
  const auto plan = std::make_shared<fault_plan>(1);
  plan->add(fault_rule(fault::throttle).with_probability(0.2))
      .add(fault_rule(fault::lost_reply).with_probability(0.1))
      .add(fault_rule(fault::delay).with_probability(0.1).lasting(100us));
  const auto metrics = std::make_shared<call_metrics>();
  const auto sink = std::make_shared<kept_lines>();
  std::shared_ptr<endpoint> via = faulty(inner, plan);
  via = recorded(via, sink);
  via = rate_limited(via, rate_limits(1e6));
  via = retrying(via, retry_settings(50, 1ms, 1ms));
  via = metered(via, metrics);

  counting_sink started(threads * calls_each);
  std::atomic<int> called{0};
  {
    std::vector<std::jthread> running;
    for (int t = 0; t < threads; ++t) {
      running.emplace_back([&] {
        for (int i = 0; i < calls_each; ++i) {
          via->start(put(), started);
          if (via->call(put())) ++called;
        }
      });
    }
  }
  started.left.wait();
  EXPECT_EQ(called, threads * calls_each);
  EXPECT_EQ(started.succeeded, threads * calls_each);
  const auto rows = metrics->snapshot();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].calls, 2U * threads * calls_each);
  EXPECT_EQ(rows[0].failed(), 0U);
  EXPECT_EQ(rows[0].attempts, plan->calls());
  EXPECT_EQ(static_cast<std::uint64_t>(inner->calls), plan->calls() - plan->dealt(fault::throttle));
  via.reset();  // which closes the recording
  const auto replay = replayed::from_text(sink->lines);
  ASSERT_TRUE(replay) << replay.error().describe();
  EXPECT_EQ((*replay)->remaining(), plan->calls());
}

TEST(DecoratorThreads, TokensOfABucketAreNeitherLostNorMade) {
  const auto inner = std::make_shared<counting_endpoint>();
  const auto plan = std::make_shared<fault_plan>(4);
  plan->add(fault_rule(fault::throttle).with_probability(0.5)).add(fault_rule(fault::lost_reply).with_probability(0.3));
  retry_settings settings(3, 0ms, 0ms);
  settings.budget = retry_budget();
  settings.budget.tokens_max = 60;
  const auto via = retrying(faulty(inner, plan), settings);
  counting_sink started(threads * calls_each);
  std::atomic<int> called{0};
  {
    std::vector<std::jthread> running;
    for (int t = 0; t < threads; ++t) {
      running.emplace_back([&] {
        for (int i = 0; i < calls_each; ++i) {
          via->start(put(), started);
          if (via->call(put())) ++called;
          EXPECT_LE(via->statistics().tokens, 60U);
        }
      });
    }
  }
  started.left.wait();
  const retry_statistics after = via->statistics();
  EXPECT_LE(after.tokens, 60U);
  EXPECT_GT(after.refused_by_budget, 0U);
  EXPECT_EQ(plan->calls(), 2U * threads * calls_each + after.retries);
  EXPECT_EQ(after.given_up, 2U * threads * calls_each - static_cast<unsigned>(started.succeeded + called));
  plan->pause();
  for (int i = 0; i < 60; ++i) EXPECT_TRUE(via->call(put()));
  EXPECT_EQ(via->statistics().tokens, 60U);
}

TEST(DecoratorThreads, LimitsOfManyTablesComeAndGoWhileCallsDrawOnThem) {
  const auto inner = std::make_shared<counting_endpoint>();
  const auto plan = std::make_shared<fault_plan>(5);
  plan->add(fault_rule(fault::throttle).with_probability(0.3));
  retry_settings settings = retry_settings::adaptive();
  settings.attempts = 50;
  settings.first_throttled_wait = settings.longest_wait = 1ms;
  settings.budget = retry_budget::none();
  settings.send_rate->lowest_rate = 20'000;
  settings.send_rate->limits_max = 3;
  const auto via = retrying(faulty(inner, plan), settings);
  const auto read_of = [](int table) {
    return request(operation_name::get_item, json::buffer(R"({"TableName":"t)" + std::to_string(table) + R"("})"));
  };
  std::vector<std::stop_source> stops(threads);
  counting_sink started(threads * calls_each);
  std::atomic<int> called{0};
  {
    std::vector<std::jthread> running;
    for (std::size_t t = 0; t < threads; ++t) {
      running.emplace_back([&, t] {
        for (int i = 0; i < calls_each; ++i) {
          request r = read_of(i % 7);
          if (i % 5 == 0) r.stop = stops[t].get_token();
          via->start(std::move(r), started);
          if (via->call(read_of(i % 2))) ++called;
          if (i == calls_each / 2) stops[t].request_stop();
          EXPECT_LE(via->statistics().rates.size(), 3U);
        }
      });
    }
  }
  started.left.wait();
  EXPECT_EQ(called, threads * calls_each);
  EXPECT_EQ(started.succeeded + started.cancelled, threads * calls_each);
  EXPECT_EQ(started.failed, 0);
}

TEST(DecoratorThreads, HedgedReadsRaceAndEachIsToldOnce) {
  const auto inner = std::make_shared<counting_endpoint>();
  const auto plan = std::make_shared<fault_plan>(6);
  plan->add(fault_rule(fault::delay).with_probability(0.5).lasting(150us))
      .add(fault_rule(fault::delay).with_probability(0.2).lasting(2ms))
      .add(fault_rule(fault::lost_reply).with_probability(0.2));
  hedge_settings settings(100us);
  settings.percent_of_calls = 100;
  settings.burst = 1000;
  std::shared_ptr<hedging_endpoint> via = hedged(faulty(inner, plan), settings);
  const auto get = [] { return request(operation_name::get_item, json::buffer(R"({"TableName":"t"})")); };
  counting_sink started(threads * calls_each);
  std::vector<std::stop_source> stops(threads);
  std::atomic<int> blocked{0};
  {
    std::vector<std::jthread> running;
    for (std::size_t t = 0; t < threads; ++t) {
      running.emplace_back([&, t] {
        for (int i = 0; i < calls_each; ++i) {
          request r = get();
          if (i % 4 == 0) r.stop = stops[t].get_token();
          via->start(std::move(r), started);
          if (i % 4 == 0) {
            request blocks = get();
            if (i % 8 == 0) blocks.stop = stops[(t + 1) % threads].get_token();
            (void)via->call(std::move(blocks));
            ++blocked;
          }
          if (i == calls_each / 2) stops[t].request_stop();
        }
      });
    }
  }
  started.left.wait();
  EXPECT_EQ(started.succeeded + started.cancelled + started.failed, threads * calls_each);
  EXPECT_EQ(blocked, threads * calls_each / 4);
  const hedge_statistics after = via->statistics();
  EXPECT_EQ(after.calls, static_cast<unsigned>(threads * calls_each * 5 / 4));
  EXPECT_GT(after.hedged, 0U);
  EXPECT_LE(after.won, after.hedged);
}

TEST(DecoratorThreads, AHedgedReadIsReleasedByItsLastUser) {
  for (int i = 0; i < 300; ++i) {
    const auto plan = std::make_shared<fault_plan>(static_cast<std::uint64_t>(i));
    plan->add(fault_rule(fault::delay).with_probability(0.7).lasting(60us));
    const auto inner = std::make_shared<counting_endpoint>();
    std::shared_ptr<endpoint> via = hedged(faulty(inner, plan), hedge_settings(50us));
    counting_sink outcome(1);
    via->start({operation_name::get_item, json::buffer("{}")}, outcome);
    via.reset();
    outcome.left.wait();
    EXPECT_EQ(outcome.succeeded, 1);
  }
}

TEST(DecoratorThreads, StoppingRacesWithTheTimerAndEveryCallCompletesOnce) {
  const auto inner = std::make_shared<counting_endpoint>();
  const auto plan = std::make_shared<fault_plan>(2);
  plan->add(fault_rule(fault::throttle).with_probability(0.9));
  const auto via = retrying(faulty(inner, plan), retry_settings(1000, 1ms, 1ms));
  constexpr int rounds = 300;
  counting_sink started(rounds);
  for (int i = 0; i < rounds; ++i) {
    std::stop_source stop;
    request r = put();
    r.stop = stop.get_token();
    via->start(std::move(r), started);
    if (i % 3 == 0) std::this_thread::yield();
    stop.request_stop();
  }
  started.left.wait();
  EXPECT_EQ(started.succeeded + started.cancelled, rounds);
  EXPECT_EQ(started.failed, 0);
}

TEST(DecoratorThreads, BlockingCallersThatAreStoppedWakeUp) {
  const auto plan = std::make_shared<fault_plan>(3);
  plan->add(fault_rule(fault::delay).lasting(std::chrono::hours(1)));
  const auto via = faulty(std::make_shared<counting_endpoint>(), plan);
  std::stop_source stop;
  std::vector<std::jthread> running;
  for (int t = 0; t < threads; ++t) {
    running.emplace_back([&] {
      request r = put();
      r.stop = stop.get_token();
      EXPECT_EQ(via->call(std::move(r)).error().code(), errc::cancelled);
    });
  }
  stop.request_stop();
}

TEST(DecoratorThreads, WaitersOfARateLimitComeAndGoAndEachIsToldOnce) {
  const auto inner = std::make_shared<counting_endpoint>();
  rate_limits limits(20'000);
  limits.burst = 1ms;
  limits.write_units_per_second = 15'000;
  const auto via = rate_limited(inner, limits);
  std::vector<std::stop_source> stops(threads);
  counting_sink outcomes(threads * calls_each);
  std::atomic<int> blocked_done = 0, blocked_cancelled = 0;
  std::vector<std::jthread> callers;
  for (std::size_t t = 0; t < threads; ++t) {
    callers.emplace_back([&, t] {
      for (int i = 0; i < calls_each; ++i) {
        request r = put();
        if (i % 3 == 0) r.stop = stops[t].get_token();
        via->start(std::move(r), outcomes);
        if (i % 8 != 0) continue;
        request blocks = put();
        if (i % 16 == 0) blocks.stop = stops[(t + 1) % threads].get_token();
        const auto answer = via->call(std::move(blocks));
        ++(answer ? blocked_done : blocked_cancelled);
        if (i == calls_each / 2) stops[t].request_stop();
      }
      stops[t].request_stop();
    });
  }
  callers.clear();
  outcomes.left.wait();
  EXPECT_EQ(outcomes.failed, 0);
  EXPECT_EQ(outcomes.succeeded + outcomes.cancelled, threads * calls_each);
  EXPECT_EQ(blocked_done + blocked_cancelled, threads * calls_each / 8);
  EXPECT_EQ(inner->calls, outcomes.succeeded + blocked_done);
}

TEST(DecoratorThreads, AStackIsReleasedByItsLastUser) {
  for (int i = 0; i < 200; ++i) {
    const auto plan = std::make_shared<fault_plan>(static_cast<std::uint64_t>(i));
    plan->add(fault_rule(fault::delay).lasting(50us)).add(fault_rule(fault::throttle).at_call(1));
    const auto inner = std::make_shared<counting_endpoint>();
    std::shared_ptr<endpoint> via = retrying(faulty(inner, plan), retry_settings(5, 1ms, 1ms));
    counting_sink outcome(1);
    via->start(put(), outcome);
    via.reset();
    outcome.left.wait();
    EXPECT_EQ(outcome.succeeded, 1);
  }
}

}  // namespace
}  // namespace dynamo
