#include <http/pool/pool_book.hpp>

#include <algorithm>
#include <cassert>

namespace dynamo::http {
namespace {

using moment = pool_book::time_point;

moment later(moment now, std::chrono::milliseconds time) {
  const bool is_never =
      time.count() <= 0 || time > std::chrono::floor<std::chrono::milliseconds>(pool_book::never - now);
  return is_never ? pool_book::never : now + time;
}

/// A number below 1 from a count: splitmix64's, which scatters neighbours.
double scattered(std::uint64_t count) {
  std::uint64_t bits = count * 0x9e3779b97f4a7c15u;
  bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9u;
  bits = (bits ^ bits >> 27) * 0x94d049bb133111ebu;
  constexpr double below_one = 0x1p-53;
  return static_cast<double>((bits ^ bits >> 31) >> 11) * below_one;
}

}  // namespace

pool_book::pool_book(const pool_limits& limits) : limits_(limits), drawn_(limits.seed) {
  assert(limits_.connections_max > 0);
}

pool_book::lending pool_book::ask(pool_waiter& caller, moment now) {
  if (closed_) return {answer::closed, 0};
  if (first_ == nullptr) {
    if (!idle_.empty()) {
      const connection last = idle_.back();
      assert(connections_[last].expires > now);
      idle_.pop_back();
      ++lent_;
      return {answer::use, last};
    }
    if (connections() < limits_.connections_max) return {answer::open, lend_new(now)};
  }
  if (waiters_ >= limits_.waiters_max) return {answer::full, 0};
  enqueue(caller);
  return {answer::wait, 0};
}

pool_book::turn pool_book::give_back(connection which, bool reusable, moment now) {
  assert(lent_ > 0);
  times& its = connections_[which];
  turn next;
  next.keep = reusable && !closed_ && its.grows_old > now;
  next.next = closed_ ? nullptr : take_first();
  if (next.next != nullptr) {
    if (!next.keep) renewed(which, now);
    return next;
  }
  --lent_;
  if (!next.keep) {
    free(which);
    return next;
  }
  its.expires = std::min(its.grows_old, later(now, limits_.idle));
  next_expiry_ = std::min(next_expiry_, its.expires);
  idle_.push_back(which);
  return next;
}

bool pool_book::leave(pool_waiter& caller) noexcept {
  if (!caller.waits_) return false;
  (caller.before_ != nullptr ? caller.before_->after_ : first_) = caller.after_;
  (caller.after_ != nullptr ? caller.after_->before_ : last_) = caller.before_;
  caller.before_ = caller.after_ = nullptr;
  caller.waits_ = false;
  --waiters_;
  return true;
}

void pool_book::renewed(connection which, moment now) noexcept {
  const auto a_quarter = limits_.age.count() / 4;
  const auto earlier =
      static_cast<std::chrono::milliseconds::rep>(static_cast<double>(a_quarter) * scattered(++drawn_));
  connections_[which].grows_old = later(now, limits_.age - std::chrono::milliseconds(earlier));
}

std::optional<pool_book::connection> pool_book::open_spare(moment now) {
  if (closed_ || connections() >= limits_.connections_max) return std::nullopt;
  return lend_new(now);
}

std::optional<pool_book::connection> pool_book::expire(moment now) {
  if (now < next_expiry_) return std::nullopt;
  const auto over = std::ranges::find_if(idle_, [&](connection each) { return connections_[each].expires <= now; });
  if (over == idle_.end()) {
    next_expiry_ = never;
    for (const connection each : idle_) next_expiry_ = std::min(next_expiry_, connections_[each].expires);
    return std::nullopt;
  }
  const connection which = *over;
  idle_.erase(over);
  free(which);
  return which;
}

void pool_book::close() noexcept {
  closed_ = true;
  for (const connection each : idle_) connections_[each].expires = moment::min();
  next_expiry_ = idle_.empty() ? never : moment::min();
}

pool_waiter* pool_book::next_refused() noexcept { return closed_ ? take_first() : nullptr; }

pool_book::connection pool_book::lend_new(moment now) {
  if (free_.empty()) {
    free_.push_back(static_cast<connection>(connections_.size()));
    connections_.emplace_back();
  }
  const connection which = free_.back();
  free_.pop_back();
  ++lent_;
  renewed(which, now);
  return which;
}

void pool_book::enqueue(pool_waiter& caller) noexcept {
  assert(!caller.waits_);
  caller.waits_ = true;
  caller.before_ = last_;
  (last_ != nullptr ? last_->after_ : first_) = &caller;
  last_ = &caller;
  ++waiters_;
}

pool_waiter* pool_book::take_first() noexcept {
  pool_waiter* const first = first_;
  if (first != nullptr) leave(*first);
  return first;
}

}  // namespace dynamo::http
