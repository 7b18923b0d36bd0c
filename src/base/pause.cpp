#include <dynamo/base/detail/pause.hpp>

#include <atomic>
#include <optional>
#include <utility>

namespace dynamo {
namespace {

/// Owned by the timer, until it runs or is cancelled.
class pause final : public timer_task {
 public:
  explicit pause(pause_owner& owner) : owner_(owner) {}

  void run() noexcept override {
    if (!ended_.exchange(true)) owner_.resume(true);
  }

  void end_with(timer& time, timer_ticket ticket, std::stop_token stop) {
    if (stop.stop_possible()) on_stop_.emplace(std::move(stop), stopper{this, &time, ticket});
  }

 private:
  struct stopper {
    pause* self;
    timer* time;
    timer_ticket ticket;
    void operator()() const noexcept {
      if (self->ended_.exchange(true)) return;
      pause_owner& owner = self->owner_;
      const auto [pausing, waits_on, cancelled] =
          *this;  // the timer may hold the last reference to the pause, and so to this
      waits_on->cancel(cancelled);
      owner.resume(false);
    }
  };

  pause_owner& owner_;
  std::atomic<bool> ended_{false};
  std::optional<std::stop_callback<stopper>> on_stop_;
};

}  // namespace

bool start_pause(timer& time, std::chrono::microseconds wait, std::stop_token stop, pause_owner& owner) {
  const auto started = std::make_shared<pause>(owner);
  const timer_ticket ticket = time.after(wait, started);
  if (!ticket) return false;
  started->end_with(time, ticket, std::move(stop));
  return true;
}

}  // namespace dynamo
