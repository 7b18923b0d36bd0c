#include <remote/service/await_credentials.hpp>

#include <algorithm>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace dynamo::aws {
namespace {

/// Stands between a provider and the sink, so that whoever ends the wait first takes it. The timer may hold it longer than the call lasts.
class credential_wait final : public timer_task, public std::enable_shared_from_this<credential_wait>, credential_sink {
 public:
  credential_wait(const credential_provider& provider, timer& waits, credential_sink& to)
      : provider_(provider), waits_(waits), to_(to) {}

  void begin(std::chrono::steady_clock::time_point deadline, const std::stop_token& stop) {
    keep_ = shared_from_this();  // for the provider
    provider_.start(*this);
    {
      const std::scoped_lock lock(mutex_);
      if (ended_) return;
      if (deadline != std::chrono::steady_clock::time_point::max()) {
        const auto left = std::max(deadline - waits_.steady_now(), std::chrono::steady_clock::duration(0));
        ticket_ = waits_.after(std::chrono::ceil<std::chrono::microseconds>(left), shared_from_this());
      }
    }
    if (stop.stop_possible()) on_stop_.emplace(stop, stopper{this});
  }

  void run() noexcept override {
    give_up(errc::timed_out, "The call's deadline passed while it waited for credentials");
  }

 private:
  struct stopper {
    credential_wait* self;
    void operator()() const noexcept {
      self->give_up(errc::cancelled, "The call was cancelled while it waited for credentials");
    }
  };

  void give_up(errc code, const char* why) noexcept {
    if (provider_.forget(*this)) end(fail(code, why));
  }
  void complete(result<shared_credentials> got) noexcept override { end(std::move(got)); }

  void end(result<shared_credentials> got) noexcept {
    const std::shared_ptr<credential_wait> self = std::move(keep_);
    {
      const std::scoped_lock lock(mutex_);
      ended_ = true;
      if (ticket_) waits_.cancel(ticket_);
    }
    to_.complete(std::move(got));
  }

  const credential_provider provider_;
  timer& waits_;
  credential_sink& to_;
  std::shared_ptr<credential_wait> keep_;
  std::mutex mutex_;
  bool ended_ = false;
  timer_ticket ticket_;
  std::optional<std::stop_callback<stopper>> on_stop_;
};

}  // namespace

void await_credentials(const credential_provider& provider, timer& waits,
                       std::chrono::steady_clock::time_point deadline, const std::stop_token& stop,
                       credential_sink& to) {
  std::make_shared<credential_wait>(provider, waits, to)->begin(deadline, stop);
}

}  // namespace dynamo::aws
