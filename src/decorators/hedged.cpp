#include <dynamo/decorators/hedged.hpp>

#include <dynamo/base/detail/own_process.hpp>
#include <dynamo/protocol/detail/sending.hpp>

#include <decorators/copies.hpp>
#include <decorators/hedge_policy.hpp>
#include <decorators/interpose.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace dynamo {
namespace {

using std::chrono::microseconds;

/// What all calls of one endpoint share; those under way keep it.
struct shared_hedges {
  shared_hedges(const hedge_settings& settings, timer& t) : time(t), policy(settings) {}

  std::optional<microseconds> begin() {
    calls.fetch_add(1, std::memory_order_relaxed);
    const std::scoped_lock lock(mutex);
    policy.called();
    return policy.delay();
  }
  bool take() {
    const std::scoped_lock lock(mutex);
    const bool taken = policy.take();
    (taken ? hedged : refused_by_budget).fetch_add(1, std::memory_order_relaxed);
    return taken;
  }
  void answered(std::chrono::steady_clock::time_point began) {
    const auto passed = std::chrono::duration_cast<microseconds>(time.steady_now() - began);
    const std::scoped_lock lock(mutex);
    policy.answered(passed);
  }

  timer& time;
  std::mutex mutex;
  hedge_policy policy;  // guarded by mutex
  std::atomic<std::uint64_t> calls{0}, hedged{0}, won{0}, refused_by_budget{0};
};

/// One read and its second attempt, if it comes to that. Lives until the last of the two is answered.
class race final : public timer_task, public std::enable_shared_from_this<race> {
 public:
  race(std::shared_ptr<endpoint> inner, std::shared_ptr<shared_hedges> shared, request again, reply_sink& outcome)
      : inner_(std::move(inner)), shared_(std::move(shared)), request_(std::move(again)), outcome_(outcome) {}

  /// The endpoint, which is this race's too, may go before this returns.
  void start_first(endpoint& inner, request r) {
    on_stop_.emplace(request_.stop, stop_both{first_.stop, second_.stop});
    r.stop = first_.stop.get_token();
    request_.stop = second_.stop.get_token();
    first_.runs(shared_from_this());
    inner.start(std::move(r), first_);
  }

  /// Starts the second attempt after the delay, unless there is an answer before.
  void hedge_after(microseconds delay) {
    {
      const std::scoped_lock lock(mutex_);
      if (settled_) return;
    }
    const timer_ticket ticket = shared_->time.after(delay, shared_from_this());
    const std::scoped_lock lock(mutex_);
    if (settled_) {
      shared_->time.cancel(ticket);
    } else {
      ticket_ = ticket;
    }
  }

  /// Starts the second attempt, if there is no answer yet and the budget allows it.
  void hedge() {
    {
      const std::scoped_lock lock(mutex_);
      if (settled_ || !shared_->take()) return;
      starting_ = true;
      second_.runs(shared_from_this());
    }
    inner_->start(std::move(request_), second_);
    {
      const std::scoped_lock lock(mutex_);
      starting_ = false;
      if (!settled_) return;
    }
    tell();
  }

 private:
  class attempt final : public reply_sink {
   public:
    void runs(std::shared_ptr<race> of) { race_ = std::move(of); }
    bool under_way() const noexcept { return race_ != nullptr; }
    void complete(result<reply> answer) noexcept override { race_->answered(*this, std::move(answer)); }
    std::shared_ptr<race> ended() { return std::exchange(race_, nullptr); }

    std::stop_source stop;

   private:
    std::shared_ptr<race> race_;
  };

  /// May destroy itself on the way.
  struct stop_both {
    std::stop_source first, second;
    void operator()() const {
      std::stop_source one = first, other = second;
      one.request_stop();
      other.request_stop();
    }
  };

  void run() noexcept override { hedge(); }

  void answered(attempt& by, result<reply> answer) {
    std::shared_ptr<race> kept;  // until the lock is free
    {
      const std::scoped_lock lock(mutex_);
      kept = by.ended();
      if (settled_) return;
      made_ += answer ? answer->attempts : answer.error().attempts();
      const attempt& other = &by == &first_ ? second_ : first_;
      if (!answer && answer.error().retryable() && other.under_way()) return;
      settled_ = true;
      made_ += other.under_way() ? 1 : 0;
      if (answer) {
        answer->attempts = made_;
        if (&by == &second_) shared_->won.fetch_add(1, std::memory_order_relaxed);
      } else {
        answer = fail(after_attempts(answer.error(), made_, false));
      }
      if (first_.under_way() || (answer && &by == &first_)) shared_->answered(began_);
      answer_.emplace(std::move(answer));
      // The endpoint must not go while its start() is under way: hedge() tells the outcome then.
      if (starting_) return;
    }
    tell();
  }

  void tell() {
    attempt* loser = nullptr;
    {
      const std::scoped_lock lock(mutex_);
      if (first_.under_way()) loser = &first_;
      if (second_.under_way()) loser = &second_;
    }
    if (loser != nullptr) loser->stop.request_stop();
    if (ticket_) shared_->time.cancel(ticket_);
    inner_.reset();  // only the receiver of the outcome keeps the endpoint from now on
    outcome_.complete(*std::exchange(answer_, std::nullopt));
  }

  std::shared_ptr<endpoint> inner_;
  const std::shared_ptr<shared_hedges> shared_;
  request request_;
  reply_sink& outcome_;
  const std::chrono::steady_clock::time_point began_ = shared_->time.steady_now();
  std::mutex mutex_;
  attempt first_, second_;
  timer_ticket ticket_;
  bool starting_ = false;  // the second attempt's start() is on the stack of a thread
  bool settled_ = false;   // answer_ is the outcome
  unsigned made_ = 0;
  std::optional<result<reply>> answer_;
  std::optional<std::stop_callback<stop_both>> on_stop_;
};

/// Wakes the thread that waits for the outcome.
class blocked_read final : public reply_sink, public std::enable_shared_from_this<blocked_read> {
 public:
  void complete(result<reply> answer) noexcept override {
    const std::shared_ptr<blocked_read> self = shared_from_this();  // the thread may have seen the answer, and gone
    {
      const std::scoped_lock lock(mutex_);
      answer_.emplace(std::move(answer));
    }
    wake_.request_stop();
  }

  result<reply> wait(race& of, microseconds delay, timer& time) {
    const auto began = time.steady_now();
    (void)time.wait(delay, wake_.get_token());
    of.hedge();
    for (;;) {
      {
        const std::scoped_lock lock(mutex_);
        if (answer_) return *std::move(answer_);
      }
      // In steps, for a virtual clock passes a wait to its end.
      const auto passed = std::chrono::duration_cast<microseconds>(time.steady_now() - began);
      (void)time.wait(std::max(passed / 8, microseconds(100)), wake_.get_token());
    }
  }

 private:
  std::stop_source wake_;
  std::mutex mutex_;
  std::optional<result<reply>> answer_;
};

class hedging_around final : public hedging_endpoint {
 public:
  hedging_around(std::shared_ptr<endpoint> inner, std::shared_ptr<shared_hedges> shared)
      : inner_(std::move(inner)), shared_(std::move(shared)) {}

  result<reply> call(request r) override {
    if (!may_be_hedged(r) || !process_.is_this()) return inner_->call(std::move(r));
    const auto delay = shared_->begin();
    if (!delay) {
      const auto began = shared_->time.steady_now();
      result<reply> answer = inner_->call(std::move(r));
      if (answer) shared_->answered(began);
      return answer;
    }
    const auto outcome = std::make_shared<blocked_read>();
    const auto runs = std::make_shared<race>(inner_, shared_, copy_of(r), *outcome);
    runs->start_first(*inner_, std::move(r));
    return outcome->wait(*runs, *delay, shared_->time);
  }

  void start(request r, reply_sink& outcome) override {
    if (!may_be_hedged(r) || !process_.is_this()) return inner_->start(std::move(r), outcome);
    const auto delay = shared_->begin();
    if (!delay) {
      const auto began = shared_->time.steady_now();
      return start_and_then(*inner_, std::move(r), outcome, [shared = shared_, began](const result<reply>& answer) {
        if (answer) shared->answered(began);
      });
    }
    const auto runs = std::make_shared<race>(inner_, shared_, copy_of(r), outcome);
    runs->start_first(*inner_, std::move(r));
    runs->hedge_after(*delay);
  }

  hedge_statistics statistics() const override {
    hedge_statistics now;
    now.calls = shared_->calls.load(std::memory_order_relaxed);
    now.hedged = shared_->hedged.load(std::memory_order_relaxed);
    now.won = shared_->won.load(std::memory_order_relaxed);
    now.refused_by_budget = shared_->refused_by_budget.load(std::memory_order_relaxed);
    const std::scoped_lock lock(shared_->mutex);
    now.delay = shared_->policy.delay().value_or(microseconds(0));
    return now;
  }

 private:
  const own_process process_;  // the parent may have held the lock: a child's calls are not hedged
  std::shared_ptr<endpoint> inner_;
  std::shared_ptr<shared_hedges> shared_;
};

}  // namespace

std::shared_ptr<hedging_endpoint> hedged(std::shared_ptr<endpoint> inner, const hedge_settings& settings, timer& time) {
  return std::make_shared<hedging_around>(or_absent(std::move(inner)), std::make_shared<shared_hedges>(settings, time));
}

}  // namespace dynamo
