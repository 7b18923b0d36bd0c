#include <dynamo/decorators/rate_limited.hpp>

#include <dynamo/base/detail/own_process.hpp>
#include <dynamo/protocol/detail/sending.hpp>

#include <decorators/interpose.hpp>
#include <decorators/limiter.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace dynamo {
namespace {

void start_admitted(endpoint& inner, std::shared_ptr<limiter> limits, request r, reply_sink& outcome) {
  const capacity_kind kind = capacity_of(r);
  start_and_then(inner, std::move(r), outcome,
                 [limits = std::move(limits), kind](const result<reply>& answer) { limits->settle(kind, answer); });
}

/// A started call whose turn has not come.
class queued_call final : public waiting_call, public std::enable_shared_from_this<queued_call> {
 public:
  queued_call(std::shared_ptr<endpoint> inner, std::shared_ptr<limiter> limits, request r, reply_sink& outcome)
      : waiting_call(capacity_of(r)),
        inner_(std::move(inner)),
        limits_(std::move(limits)),
        request_(std::move(r)),
        outcome_(outcome) {
    leaves_.emplace(request_.stop, leaving{*this});
  }

  /// After limiter::admit(), which has made it. Its turn may have come already.
  void heed(const std::stop_token& stop) {
    admitted_ = true;
    if (stop.stop_requested()) leave();  // while it was admitted, perhaps
  }

 private:
  struct leaving {
    queued_call& one;
    void operator()() const { one.leave(); }
  };

  void leave() noexcept {
    if (!admitted_) return;  // the limiter may be locked by this thread; heed() comes
    const std::shared_ptr<queued_call> self = weak_from_this().lock();
    if (self && limits_->leave(*this)) outcome_.complete(fail(stopped_waiting()));
  }

  void go_on(result<void> turn) noexcept override {
    leaves_.reset();
    if (!turn) return outcome_.complete(std::unexpected(std::move(turn).error()));
    const std::shared_ptr<endpoint> inner = std::move(inner_);
    start_admitted(*inner, limits_, std::move(request_), outcome_);
  }

  std::shared_ptr<endpoint> inner_;
  const std::shared_ptr<limiter> limits_;
  request request_;
  reply_sink& outcome_;
  std::atomic<bool> admitted_ = false;
  std::optional<std::stop_callback<leaving>> leaves_;
};

/// A call that blocks until its turn has come.
class blocked_call final : public waiting_call {
 public:
  explicit blocked_call(capacity_kind k) : waiting_call(k) {}

  result<void> wait(limiter& limits, const std::stop_token& stop) {
    const std::stop_callback wakes(stop, [this] { wake_.request_stop(); });
    for (;;) {
      if (std::optional<result<void>> turn = take_turn()) return *std::move(turn);
      if (stop.stop_requested() && limits.leave(*this)) return fail(stopped_waiting());
      (void)limits.time().wait(std::max(limits.rest(*this), std::chrono::microseconds(1)), wake_.get_token());
    }
  }

 private:
  void go_on(result<void> turn) noexcept override {
    {
      const std::scoped_lock lock(mutex_);
      turn_ = std::move(turn);
    }
    wake_.request_stop();
  }
  std::optional<result<void>> take_turn() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(turn_, std::nullopt);
  }

  std::stop_source wake_;
  std::mutex mutex_;
  std::optional<result<void>> turn_;
};

class rate_limited_endpoint final : public endpoint {
 public:
  rate_limited_endpoint(std::shared_ptr<endpoint> inner, const rate_limits& limits, timer& time)
      : inner_(std::move(inner)), limits_(std::make_shared<limiter>(limits, time)) {}

  result<reply> call(request r) override {
    if (!process_.is_this()) return made_before_fork(this_limit);
    const capacity_kind kind = capacity_of(r);
    std::shared_ptr<blocked_call> blocked;
    const auto make = [&] { return blocked = std::make_shared<blocked_call>(kind); };
    result<void> turn = limits_->admit(r, std::ref(make));
    if (turn && blocked) turn = blocked->wait(*limits_, r.stop);
    if (!turn) return fail(std::move(turn).error());
    result<reply> answer = inner_->call(std::move(r));
    limits_->settle(kind, answer);
    return answer;
  }

  void start(request r, reply_sink& outcome) override {
    if (!process_.is_this()) return outcome.complete(made_before_fork(this_limit));
    const std::stop_token stop = r.stop;
    std::shared_ptr<queued_call> queued;
    const auto limits = limits_;  // a turn that comes at once may destroy this endpoint
    const auto make = [&] { return queued = std::make_shared<queued_call>(inner_, limits, std::move(r), outcome); };
    const result<void> admitted = limits->admit(r, std::ref(make));
    if (!admitted) return outcome.complete(fail(admitted.error()));
    if (queued) return queued->heed(stop);
    start_admitted(*inner_, limits, std::move(r), outcome);
  }

 private:
  static constexpr std::string_view this_limit = "The rate limit of this endpoint";

  const own_process process_;
  std::shared_ptr<endpoint> inner_;
  std::shared_ptr<limiter> limits_;
};

}  // namespace

std::shared_ptr<endpoint> rate_limited(std::shared_ptr<endpoint> inner, const rate_limits& limits, timer& time) {
  return std::make_shared<rate_limited_endpoint>(or_absent(std::move(inner)), limits, time);
}

}  // namespace dynamo
