// What a client does over a network that fails at any byte: the sender, the retries, hedged reads, the pool's book and the machine of its
// connections as they are, on a network and a service of the test's own, in virtual time, on one thread. Not here: TLS, names, proxies,
// sockets and threads, which tests/http has.
#include <dynamo/decorators/hedged.hpp>
#include <dynamo/decorators/retrying.hpp>
#include <dynamo/decorators/timed.hpp>
#include <dynamo/http/client.hpp>

#include <gtest/gtest.h>
#include <remote/service/remote_endpoint.hpp>
#include <remote/service/sender.hpp>
#include <remote/service/simulated_pool.hpp>
#include <remote/variables.hpp>
#include <support/seeds.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::aws {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

enum class call_kind : std::uint8_t { increment, put, read };

/// One call of a program, with what came of it.
struct planned_call final : reply_sink {
  planned_call(simulated_world& in, std::size_t n) : world(in), number(n) {}

  void complete(result<reply> came) noexcept override {
    ++completions;
    ended = world.now();
    world.note(came ? "a success" : to_string(came.error().code()));
    answer = std::move(came);
  }

  simulated_world& world;
  const std::size_t number;
  call_kind kind{};
  std::size_t key = 0;
  bool blocks = false;
  microseconds starts{0};
  std::optional<microseconds> gives_up;  // after its start
  std::optional<microseconds> stops;     // by its token, after its start
  std::optional<call_times> times;
  std::stop_source stop;
  unsigned completions = 0;
  microseconds ended{0};
  std::optional<result<reply>> answer;
};

request made_request(const planned_call& of) {
  const std::string beginning = fmt::format(R"({{"TableName":"t","k":{},"call":{},)", of.key, of.number);
  request out;
  switch (of.kind) {
    case call_kind::increment:
      out = request(operation_name::update_item, json::buffer(beginning + R"("UpdateExpression":"ADD n :one"})"));
      break;
    case call_kind::put: {
      const std::string padding(of.number % 4 == 0 ? 2'500 : 0, '.');
      const std::string value = fmt::format(R"("put":{},"padding":"{}"}})", 1'000 * (of.number + 1), padding);
      out = request(operation_name::put_item, json::buffer(beginning + value), repeatable::yes);
      break;
    }
    case call_kind::read:
      out = request(operation_name::get_item, json::buffer(beginning + R"("ConsistentRead":true})"));
      break;
  }
  out.stop = of.stop.get_token();
  out.times = of.times;
  if (of.gives_up) out.deadline = of.world.time.steady_now() + *of.gives_up;
  return out;
}

/// One program: a few calls through one endpoint, and what must hold of each whatever the network did.
class lost_replies {
 public:
  lost_replies(std::mt19937_64& random, tally& seen, const configuration& loaded) : world_(random, seen) {
    const std::size_t count = 1 + world_.up_to(9);
    service_.emplace(world_, count);
    http::pool_limits limits;
    limits.connections_max = 1 + world_.up_to(2);
    limits.waiters_max = world_.chance(5) ? 1 : 100;
    limits.idle = std::chrono::milliseconds(world_.chance(50) ? 1'000 : 20'000);
    limits.age = std::chrono::milliseconds(world_.chance(30) ? 2'000 : 300'000);
    limits.seed = world_.drawn();
    pool_ = std::make_shared<simulated_pool>(world_, *service_, limits);

    const auto to = std::make_shared<routes>(loaded.applied, loaded.variables, "tests",
                                             [this](const auto&, const auto&) { return pool_; });
    provider_ports ports;
    ports.time = &world_.time;
    ports.waits = &world_.time;
    call_times times;
    if (world_.chance(50)) times = some_times();
    const credential_provider who(loaded, ports);
    auto sender = make_sender(sender_parts(to, who, world_.time, world_.time));
    auto patient =
        retrying(std::move(sender), world_.chance(50) ? retry_settings::standard() : retry_settings::adaptive(),
                 world_.time, random_);
    operation_ = times.operation;
    remote_ = std::make_shared<remote_endpoint>(timed(patient, times, world_.time), patient, to, who);
    endpoint_ = remote_;
    if (world_.chance(30)) {
      is_hedged_ = true;
      hedge_settings settings(world_.between(1ms, hedged_after_max));
      settings.percent_of_calls = 100;
      endpoint_ = hedged(remote_, settings, world_.time);
    }
    if (world_.chance(5)) closes_ = world_.between(0us, 5s);
    for (std::size_t i = 0; i < count; ++i) calls_.push_back(some_call(i));
  }

  void run() {
    for (const auto& each : calls_) {
      if (!each->blocks) world_.after(each->starts, [this, one = each.get()] { start(*one); });
    }
    if (closes_) world_.after(*closes_, [this] { remote_->close(); });
    for (const auto& each : calls_) {
      if (!each->blocks) continue;
      if (each->starts > world_.now()) world_.time.advance(each->starts - world_.now());
      start(*each);
    }
    constexpr int events_max = 100'000;
    for (int events = 0; world_.time.advance_to_next();) {
      if (++events < events_max) continue;
      ADD_FAILURE() << "there is no end to it";
      return;
    }
    check();
  }
  std::uint64_t trace() const { return world_.trace(); }

 private:
  static constexpr microseconds hedged_after_max = 100ms;

  call_times some_times() {
    call_times out;
    out.connect = std::chrono::milliseconds(100 + world_.up_to(2'000));
    out.read = std::chrono::milliseconds(100 + world_.up_to(5'000));
    out.operation = std::chrono::milliseconds(1'000 + world_.up_to(20'000));
    return out;
  }

  std::unique_ptr<planned_call> some_call(std::size_t number) {
    auto one = std::make_unique<planned_call>(world_, number);
    const auto kind = world_.up_to(9);
    one->kind = kind < 5 ? call_kind::increment : kind < 7 ? call_kind::put : call_kind::read;
    one->key = world_.up_to(1);
    one->blocks = world_.chance(20);
    one->starts = world_.chance(50) ? world_.between(0us, 20ms) : world_.between(0us, 4s);
    if (world_.chance(30)) one->gives_up = world_.between(1ms, 20s);
    if (world_.chance(10)) one->stops = world_.between(0us, 3s);
    if (world_.chance(20)) one->times = some_times();
    return one;
  }

  void start(planned_call& one) {
    one.starts = world_.now();
    if (one.stops) {
      world_.after(*one.stops, [&one] { one.stop.request_stop(); });
    }
    if (one.blocks) return one.complete(endpoint_->call(made_request(one)));
    endpoint_->start(made_request(one), one);
  }

  /// When a call has to have ended; nothing where it may take any time.
  std::optional<microseconds> latest_end(const planned_call& one) const {
    std::optional<microseconds> most;
    const auto no_later = [&](microseconds time) { most = std::min(most.value_or(time), time); };
    if (one.gives_up) no_later(*one.gives_up);
    // The second attempt of a hedged read has an operation's time of its own.
    if (!one.times) no_later(operation_ + (is_hedged_ ? hedged_after_max : 0us));
    // A blocked thread passes this clock's time in waits that it does not end at once, and a hedged one asks in steps.
    if (most && one.blocks && is_hedged_) *most += *most / 8 + hedged_after_max;
    if (one.stops && !one.blocks) no_later(*one.stops);
    if (!most) return std::nullopt;
    return one.starts + *most;
  }

  void check() const {
    for (const auto& each : calls_) check(*each);
    EXPECT_EQ(pool_->calls(), 0u);
    EXPECT_EQ(pool_->book().connections(), 0u) << "all have been idle for long enough";
    EXPECT_EQ(pool_->book().waiters(), 0u);
    EXPECT_EQ(pool_->lines(), 0u);
    EXPECT_EQ(remote_->calls_under_way(), 0u);
    EXPECT_EQ(world_.time.waiting(), 0u);
  }

  /// For the message of a failure.
  std::string said(const planned_call& one) const {
    std::string text = fmt::format("call {}, {}{}{}, from {} us on", one.number,
                                   one.kind == call_kind::read  ? "a read"
                                   : one.kind == call_kind::put ? "a put"
                                                                : "an increment",
                                   one.blocks ? ", blocking" : "", is_hedged_ ? ", hedged" : "", one.starts.count());
    if (one.gives_up) text += fmt::format(", gives up after {} us", one.gives_up->count());
    if (one.stops) text += fmt::format(", stops after {} us", one.stops->count());
    if (!one.times) text += fmt::format(", ends after {} ms", operation_.count());
    return text;
  }

  void check(const planned_call& one) const {
    SCOPED_TRACE(said(one));
    ASSERT_EQ(one.completions, 1u);
    const auto latest = latest_end(one);
    EXPECT_LE(one.ended, latest.value_or(one.ended) + 1us);
    const result<reply>& answer = *one.answer;
    SCOPED_TRACE(answer ? std::string(answer->body.view()) : answer.error().describe());
    const unsigned executed = service_->executed(one.number);
    // Of a hedged read's loser nobody knows how often it was tried by then.
    if (!is_hedged_ || one.kind != call_kind::read) {
      // An attempt that repeats may go twice: a kept connection was closed, and the pool takes another.
      const unsigned of_attempt = one.kind == call_kind::increment ? 1 : 2;
      EXPECT_LE(service_->heard(one.number), of_attempt * (answer ? answer->attempts : answer.error().attempts()));
    }
    EXPECT_TRUE(one.kind != call_kind::increment || executed <= 1)
        << "an increment was applied " << executed << " times";
    if (!answer) {
      const bool unknown = answer.error().outcome_unknown();
      EXPECT_TRUE(unknown || executed == 0) << "executed, though the error is sure that it was not";
      if (unknown) world_.note(executed > 0 ? "unknown, and executed" : "unknown, and not executed");
      return;
    }
    EXPECT_EQ(simulated_service::number_in(answer->body.view(), "\"call\":"), one.number) << "another call's answer";
    const std::size_t value = simulated_service::number_in(answer->body.view(), "\"n\":");
    switch (one.kind) {
      case call_kind::increment: EXPECT_EQ(executed, 1u); break;
      case call_kind::put: EXPECT_GE(executed, 1u); break;
      case call_kind::read: EXPECT_TRUE(service_->held(one.key, value, one.starts, one.ended)); break;
    }
    if (answer->attempts > 1)
      world_.note(one.kind == call_kind::increment ? "an increment that needed retries" : "a call that needed retries");
  }

  mutable simulated_world world_;
  random_of_world random_{world_};
  std::optional<simulated_service> service_;
  std::shared_ptr<simulated_pool> pool_;
  std::shared_ptr<remote_endpoint> remote_;
  std::shared_ptr<endpoint> endpoint_;
  std::chrono::milliseconds operation_{0};
  bool is_hedged_ = false;
  std::optional<microseconds> closes_;
  std::vector<std::unique_ptr<planned_call>> calls_;
};

TEST(lost_replies, never_apply_an_increment_twice) {
  explicit_settings given;
  given.region = "eu-west-1";
  given.endpoint_url = "http://db.example:8000";
  const auto loaded = load_configuration(given, auth::credentials("AKID", "secret"), with({}));
  ASSERT_TRUE(loaded) << loaded.error().describe();
  tally seen;
  std::uint64_t seeds = 0;
  testing_support::for_each_seed(40'000, [&](std::mt19937_64& random) {
    const bool twice = ++seeds % 50 == 0;
    std::mt19937_64 again = random;
    lost_replies first(random, seen, *loaded);
    first.run();
    if (!twice) return;
    tally others;
    lost_replies second(again, others, *loaded);
    second.run();
    EXPECT_EQ(first.trace(), second.trace()) << "a seed must say all that happens";
  });
  constexpr std::uint64_t enough = 4'000;
  if (seeds < enough) return;
  for (const std::string_view what : {"500 after execution",
                                      "500 before execution",
                                      "a broken pipe",
                                      "a call that needed retries",
                                      "a gateway's error",
                                      "a gateway's error after execution",
                                      "a refused clock",
                                      "a request lost on its way",
                                      "a request much too late",
                                      "a reset amid the answer",
                                      "a reset amid the request",
                                      "a slow piece",
                                      "a stall amid the answer",
                                      "a success",
                                      "an answer much too late",
                                      "an end amid the answer",
                                      "an end instead of an answer",
                                      "an idle connection closed",
                                      "an idle connection closed amid a request",
                                      "an increment that needed retries",
                                      "answered twice",
                                      "cancelled",
                                      "cut short",
                                      "executed after the client had gone",
                                      "garbage",
                                      "half closed",
                                      "half closed from the beginning",
                                      "invalid",
                                      "no answer",
                                      "no answer to connect",
                                      "no room for the request",
                                      "refused",
                                      "refused early",
                                      "sent again by the pool",
                                      "throttled",
                                      "throttled, with a time",
                                      "timed_out",
                                      "transport",
                                      "unavailable",
                                      "unknown, and executed",
                                      "unknown, and not executed",
                                      "waited for a connection",
                                      "wrong checksum"}) {
    EXPECT_GE(seen[std::string(what)], enough / 400) << what << " happens too rarely to be tested";
  }
}

}  // namespace
}  // namespace dynamo::aws
