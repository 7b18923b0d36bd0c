#include <dynamo/decorators/faulty.hpp>
#include <dynamo/decorators/hedged.hpp>
#include <dynamo/decorators/retrying.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <decorators/scripted_endpoint.hpp>
#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <array>
#include <charconv>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo {
namespace {

using namespace std::chrono_literals;
using testing_support::kept_outcome;

class seeded_random final : public random_source {
 public:
  explicit seeded_random(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t next() noexcept override { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

/// A service that counts how often each request was executed, and sometimes fails after it has executed one.
class counting_service final : public endpoint {
 public:
  explicit counting_service(std::mt19937_64& random) : random_(random) {}

  result<reply> call(request r) override {
    const std::string_view text = r.body.view();
    std::size_t number = 0;
    std::from_chars(text.data() + text.find("\"n\":") + 4, text.data() + text.size(), number);
    ++executed.at(number);
    if (random_() % 8 == 0) {
      return fail(error({.code = errc::internal_server_error, .message = "after all", .outcome_unknown = true}));
    }
    return reply(json::buffer("{}"));
  }
  void start(request r, reply_sink& sink) override { sink.complete(call(std::move(r))); }

  std::array<int, 64> executed{};

 private:
  std::mt19937_64& random_;
};

retry_settings some_settings(std::mt19937_64& random) {
  retry_settings settings = random() % 2 == 0 ? retry_settings::standard() : retry_settings::adaptive();
  settings.attempts = static_cast<unsigned>(random() % 8);
  if (random() % 4 == 0) settings.budget.tokens_max = static_cast<unsigned>(random() % 100);
  if (settings.send_rate && random() % 2 == 0) settings.send_rate->longest_wait = 2s;
  return settings;
}

std::shared_ptr<fault_plan> a_bad_day(std::mt19937_64& random) {
  auto plan = std::make_shared<fault_plan>(random());
  const auto some = [&] { return static_cast<double>(random() % 40) / 100; };
  plan->add(fault_rule(fault::lost_reply).with_probability(some()))
      .add(fault_rule(fault::lost_request).with_probability(some()))
      .add(fault_rule(fault::internal_error).with_probability(some()))
      .add(fault_rule(fault::throttle).with_probability(some()))
      .add(fault_rule(fault::delay).with_probability(some()).lasting(std::chrono::milliseconds(random() % 3'000)));
  return plan;
}

std::shared_ptr<endpoint> perhaps_hedged(std::shared_ptr<endpoint> inner, std::mt19937_64& random, timer& time) {
  if (random() % 2 == 0) return inner;
  hedge_settings settings(std::chrono::milliseconds(1 + random() % 50));
  settings.percent_of_calls = 50;
  return hedged(std::move(inner), settings, time);
}

/// One call of the simulation. Increments do not repeat; puts and reads do, and reads may be hedged.
struct simulated_call {
  bool increments = false;
  bool reads = false;
  std::stop_source stop;
  kept_outcome outcome;
};

/// Some calls at once through a bad day. What became of them, in words.
std::string day(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  testing::virtual_clock time(testing::virtual_clock::blocking::passes_the_time, instant{});
  seeded_random jitter(random());
  const auto service = std::make_shared<counting_service>(random);
  const auto faults = a_bad_day(random);
  const auto inner = perhaps_hedged(faulty(service, faults, time), random, time);
  const auto via = retrying(inner, some_settings(random), time, jitter);

  std::deque<simulated_call> calls(1 + random() % service->executed.size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    simulated_call& one = calls[i];
    one.increments = random() % 3 != 0;
    one.reads = !one.increments && random() % 2 == 0;
    request r(one.increments ? operation_name::update_item
              : one.reads    ? operation_name::get_item
                             : operation_name::put_item,
              json::buffer(R"({"TableName":"t)" + std::to_string(random() % 3) + R"(","n":)" + std::to_string(i) + "}"),
              one.increments ? repeatable::no : repeatable::yes);
    r.stop = one.stop.get_token();
    if (random() % 3 == 0) r.deadline = time.steady_now() + std::chrono::milliseconds(random() % 5'000);
    if (random() % 4 == 0) {
      one.outcome.complete(via->call(std::move(r)));
    } else {
      via->start(std::move(r), one.outcome);
    }
    if (random() % 4 == 0) time.advance(std::chrono::milliseconds(random() % 100));
    if (random() % 8 == 0) calls[random() % (i + 1)].stop.request_stop();
  }
  while (time.advance_to_next()) {  // attempts that lost a race, too
    if (random() % 16 == 0) calls[random() % calls.size()].stop.request_stop();
  }

  std::string told;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const simulated_call& one = calls[i];
    SCOPED_TRACE("call " + std::to_string(i));
    EXPECT_EQ(one.outcome.completions(), 1);
    if (one.outcome.completions() != 1) continue;
    const result<reply>& answer = one.outcome.answer();
    const int executed = service->executed.at(i);
    EXPECT_TRUE(!one.increments || executed <= 1) << "applied twice";
    EXPECT_TRUE(!answer || executed >= 1) << "succeeded without being executed";
    const bool denied = !answer && !answer.error().outcome_unknown();
    EXPECT_TRUE(!denied || one.reads || executed == 0) << "executed, though the error denies it";
    told += std::to_string(executed) + (answer ? "ok" : answer.error().describe()) + '\n';
  }
  const retry_statistics after = via->statistics();
  EXPECT_LE(after.tokens, after.tokens_max);
  return told + std::to_string(after.retries) + ' ' + std::to_string(time.elapsed().count());
}

TEST(RetrySimulation, ALostReplyNeverAppliesAnIncrementTwice) {
  testing_support::for_each_seed(2'000, [](std::mt19937_64& random) {
    const std::uint64_t seed = random();
    const std::string once = day(seed);
    EXPECT_EQ(day(seed), once);  // a seed says everything
  });
}

}  // namespace
}  // namespace dynamo
