#pragma once

#include <dynamo/base/random.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo::aws {

/// How often something happened, over many simulations: what never does is not tested.
using tally = std::map<std::string, std::uint64_t, std::less<>>;

/// Time and chance of one simulation. One thread; nothing happens but in the clock's tasks and in the blocking calls that advance it.
class simulated_world {
 public:
  using microseconds = std::chrono::microseconds;

  simulated_world(std::mt19937_64& random, tally& seen) : random_(random), seen_(seen) {
    constexpr unsigned troubles[] = {0, 10, 25, 50, 100, 200};
    trouble_ = troubles[random_() % std::size(troubles)];
  }

  /// Percent.
  bool chance(unsigned percent) { return random_() % 100 < percent; }
  /// The same for what goes wrong: more often in some worlds, and never in others.
  bool strikes(unsigned percent) { return random_() % 10'000 < std::uint64_t{percent} * trouble_; }
  std::size_t up_to(std::size_t most) { return static_cast<std::size_t>(random_() % (std::uint64_t{most} + 1)); }
  microseconds between(microseconds least, microseconds most) {
    return least +
           microseconds(static_cast<microseconds::rep>(up_to(static_cast<std::size_t>((most - least).count()))));
  }
  /// Of one piece on its way.
  microseconds latency() {
    using namespace std::chrono_literals;
    if (!strikes(3)) return between(0us, 5ms);
    note("a slow piece");
    return between(5ms, 8s);
  }
  std::uint64_t drawn() { return random_(); }

  void after(microseconds wait, std::function<void()> what) {
    (void)time.after(wait, std::make_shared<event>(std::move(what)));
  }
  /// Since the simulation began.
  microseconds now() const { return time.elapsed(); }
  void note(std::string_view what) {
    const auto found = seen_.find(what);
    ++(found != seen_.end() ? found->second : seen_.emplace(what, 0).first->second);
    trace_ = (trace_ ^ std::hash<std::string_view>()(what) ^ static_cast<std::uint64_t>(now().count())) *
             0x9e3779b97f4a7c15u;
  }
  /// Of all that was noted, and when.
  std::uint64_t trace() const { return trace_; }

  testing::virtual_clock time;

 private:
  class event final : public timer_task {
   public:
    explicit event(std::function<void()> what) : what_(std::move(what)) {}
    void run() noexcept override { what_(); }

   private:
    std::function<void()> what_;
  };

  std::mt19937_64& random_;
  tally& seen_;
  unsigned trouble_;
  std::uint64_t trace_ = 0;
};

/// The library's random numbers, drawn from a world.
class random_of_world final : public random_source {
 public:
  explicit random_of_world(simulated_world& of) : of_(of) {}
  std::uint64_t next() noexcept override { return of_.drawn(); }

 private:
  simulated_world& of_;
};

}  // namespace dynamo::aws
