#pragma once

#include <dynamo/base/timer.hpp>
#include <dynamo/decorators/rate_limited.hpp>

#include <decorators/consumed.hpp>
#include <decorators/token_bucket.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>

namespace dynamo {

/// A call whose turn has not come.
class waiting_call {
 public:
  explicit waiting_call(capacity_kind k) : kind(k) {}
  waiting_call(const waiting_call&) = delete;
  waiting_call& operator=(const waiting_call&) = delete;
  virtual ~waiting_call() = default;

  /// Its turn, with its tokens taken; or why it does not come. Once, on the timer's thread, unless it left the queue.
  virtual void go_on(result<void>) noexcept = 0;

  const capacity_kind kind;

 private:
  friend class limiter;
  std::list<std::shared_ptr<waiting_call>>::iterator at_;  // guarded by the limiter, like the next
  bool waits_ = false;
};

/// The buckets of one endpoint and the queue of those that wait for tokens, shared with the calls under way.
///
/// A call takes its tokens when its turn comes and not before. So a call that leaves the queue lets all others move up. A new call waits
/// until all calls before it that want the same tokens have theirs. Reads do not wait for the units of writes, nor writes for those of reads. One task of
/// the timer waits for the earliest turn. Thread-safe; owned by shared_ptr.
class limiter final : public timer_task, public std::enable_shared_from_this<limiter> {
 public:
  /// So many calls wait at the most.
  static constexpr std::size_t waiting_max = timer::waiting_max / 4;

  limiter(const rate_limits&, timer&);

  timer& time() const noexcept { return time_; }

  using make_waiting = std::function<std::shared_ptr<waiting_call>()>;
  /// Gives the request its tokens; or has `make` make a call that stands at the end of the queue from now on; or answers why it may do
  /// neither. It is one step: no other call comes between the decision and the place. `make` may take the request; it is called with the
  /// limiter locked, and must not call back. The turn may come before this returns.
  result<void> admit(request&, const make_waiting& make);
  /// Takes a call out of the queue; false if its turn has come before.
  bool leave(waiting_call&);
  /// About how long one that waits still will.
  std::chrono::microseconds rest(const waiting_call&);

  /// Takes what the request consumed beyond what it took in advance.
  void settle(capacity_kind, const result<reply>&);

 private:
  using microseconds = std::chrono::microseconds;
  using time_point = token_bucket::time_point;
  using queue = std::list<std::shared_ptr<waiting_call>>;
  struct ahead {
    std::size_t all = 0, of_kind = 0;
  };

  void run() noexcept override;
  microseconds wait_of(capacity_kind, ahead, time_point now);
  queue take_ready(time_point now);
  bool enqueue(std::shared_ptr<waiting_call>, time_point now);
  bool schedule(time_point now);
  void remove(waiting_call&);
  std::size_t& waiting(capacity_kind kind) { return waiting_[static_cast<std::size_t>(kind)]; }
  std::optional<token_bucket>* bucket_of(capacity_kind) noexcept;
  void take(capacity_kind, double units, double requests, time_point now);

  const rate_limits limits_;
  timer& time_;
  std::mutex mutex_;
  std::optional<token_bucket> requests_, reads_, writes_;
  queue queue_;
  std::array<std::size_t, 3> waiting_{};  // of each kind
  timer_ticket ticket_;
};

}  // namespace dynamo
