#include "limiter.hpp"

#include <dynamo/protocol/detail/sending.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo {
namespace {

/// What a request takes before anything is known of it.
constexpr double units_in_advance = 1;

std::unexpected<error> refuse(std::string_view why) {
  return fail(errc::throttled, "The rate limit of this endpoint is exhausted" + std::string(why) +
                                   "; the request was not sent. Send fewer requests, or raise rate_limits");
}

/// What a call is told that the queue or the timer has no room for.
std::unexpected<error> too_many_wait() {
  return fail(errc::throttled, "Too many calls wait for the rate limit of this endpoint; the request was not sent");
}

}  // namespace

limiter::limiter(const rate_limits& limits, timer& time) : limits_(limits), time_(time) {
  const std::chrono::duration<double> burst = limits.burst;
  const auto make = [&](std::optional<token_bucket>& bucket, double rate) {
    if (rate > 0) bucket.emplace(rate, std::max(1.0, rate * burst.count()), time.steady_now());
  };
  make(requests_, limits.requests_per_second);
  make(reads_, limits.read_units_per_second);
  make(writes_, limits.write_units_per_second);
}

result<void> limiter::admit(request& r, const make_waiting& make) {
  if (auto in_time = check_in_time(r, time_.steady_now()); !in_time) return fail(in_time.error());
  const capacity_kind kind = capacity_of(r);
  if ((reads_ || writes_) && kind != capacity_kind::none) ask_for_capacity(r);
  const std::scoped_lock lock(mutex_);
  const time_point now = time_.steady_now();
  const ahead others{queue_.size(), waiting(kind)};
  const bool may_overtake = (!requests_ || others.all == 0) && others.of_kind == 0;
  const microseconds wait = wait_of(kind, others, now);
  if (wait.count() == 0 && may_overtake) {
    take(kind, units_in_advance, 1, now);
    return {};
  }
  if (limits_.on_excess == rate_limits::excess::refused) return refuse("");
  if (wait > limits_.longest_wait) return refuse(", and the queue is longer than its limits allow");
  if (r.deadline && now + wait >= *r.deadline) return refuse(", and its turn would come after the call's deadline");
  if (queue_.size() >= waiting_max || !enqueue(make(), now)) return too_many_wait();
  return {};
}

/// At the end of the queue. False: the timer takes no task.
bool limiter::enqueue(std::shared_ptr<waiting_call> call, time_point now) {
  waiting_call& one = *call;
  one.at_ = queue_.insert(queue_.end(), std::move(call));
  one.waits_ = true;
  ++waiting(one.kind);
  if (schedule(now)) return true;
  remove(one);
  return false;
}

bool limiter::leave(waiting_call& one) {
  std::shared_ptr<waiting_call> kept;  // until the lock is free
  const std::scoped_lock lock(mutex_);
  if (!one.waits_) return false;
  kept = *one.at_;
  remove(one);
  (void)schedule(time_.steady_now());
  return true;
}

void limiter::remove(waiting_call& one) {
  one.waits_ = false;
  --waiting(one.kind);
  queue_.erase(one.at_);
}

std::chrono::microseconds limiter::rest(const waiting_call& one) {
  const std::scoped_lock lock(mutex_);
  if (!one.waits_) return microseconds(0);
  ahead others;
  for (const auto& other : queue_) {
    if (other.get() == &one) break;
    ++others.all;
    if (other->kind == one.kind) ++others.of_kind;
  }
  return wait_of(one.kind, others, time_.steady_now());
}

/// Until all of those have had their tokens, and then this one.
std::chrono::microseconds limiter::wait_of(capacity_kind kind, ahead others, time_point now) {
  microseconds wait(0);
  if (requests_) wait = requests_->wait_for(1, now, static_cast<double>(others.all));
  if (auto* units = bucket_of(kind); units != nullptr && *units) {
    const double before = static_cast<double>(others.of_kind) * units_in_advance;
    wait = std::max(wait, (*units)->wait_for(units_in_advance, now, before));
  }
  return wait;
}

/// In the order of arrival; but who waits for units of its kind holds up only those that wait for the same.
limiter::queue limiter::take_ready(time_point now) {
  queue ready;
  std::array<bool, 3> held_up{};
  for (auto at = queue_.begin(); at != queue_.end();) {
    if (requests_ && requests_->wait_for(1, now).count() > 0) break;
    waiting_call& one = **at;
    bool& waits = held_up[static_cast<std::size_t>(one.kind)];
    waits = waits || wait_of(one.kind, {}, now).count() > 0;
    if (waits) {
      ++at;
      continue;
    }
    take(one.kind, units_in_advance, 1, now);
    one.waits_ = false;
    --waiting(one.kind);
    ready.splice(ready.end(), queue_, at++);
  }
  return ready;
}

/// Asks the timer for the earliest turn. False: it takes no task, and has none.
bool limiter::schedule(time_point now) {
  std::optional<microseconds> earliest;
  for (const capacity_kind kind : {capacity_kind::none, capacity_kind::read, capacity_kind::write}) {
    if (waiting(kind) == 0) continue;
    const microseconds wait = wait_of(kind, {}, now);
    earliest = std::min(earliest.value_or(wait), wait);
  }
  if (!earliest || (ticket_ && ticket_.due <= now + *earliest)) return true;
  const timer_ticket sooner = time_.after(*earliest, shared_from_this());
  if (!sooner) return static_cast<bool>(ticket_);
  if (ticket_) time_.cancel(ticket_);
  ticket_ = sooner;
  return true;
}

void limiter::run() noexcept {
  queue ready, refused;
  {
    const std::scoped_lock lock(mutex_);
    const time_point now = time_.steady_now();
    if (ticket_ && ticket_.due > now) return;  // of a task that was too late to be cancelled
    ticket_ = {};
    ready = take_ready(now);
    if (!schedule(now)) {
      for (const auto& one : queue_) one->waits_ = false;
      waiting_ = {};
      refused.swap(queue_);
    }
  }
  for (const auto& one : ready) one->go_on({});
  for (const auto& one : refused) one->go_on(too_many_wait());
}

std::optional<token_bucket>* limiter::bucket_of(capacity_kind kind) noexcept {
  switch (kind) {
    case capacity_kind::read: return &reads_;
    case capacity_kind::write: return &writes_;
    case capacity_kind::none: break;
  }
  return nullptr;
}

void limiter::take(capacity_kind kind, double units, double requests, time_point now) {
  if (requests_) requests_->take(requests, now);
  if (auto* bucket = bucket_of(kind); bucket != nullptr && *bucket) (*bucket)->take(units, now);
}

void limiter::settle(capacity_kind kind, const result<reply>& answer) {
  if (!answer || kind == capacity_kind::none || !(reads_ || writes_)) return;
  const std::vector<table_capacity> consumed = consumed_in(answer->body, kind);
  if (consumed.empty()) return;
  double read = 0, write = 0;
  for (const table_capacity& each : consumed) {
    read += each.read;
    write += each.write;
  }
  const std::scoped_lock lock(mutex_);
  const time_point now = time_.steady_now();
  take(kind, -units_in_advance, 0, now);
  if (reads_) reads_->take(read, now);
  if (writes_) writes_->take(write, now);
  (void)schedule(now);
}

}  // namespace dynamo
