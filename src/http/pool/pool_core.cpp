#include <http/pool/pool_core.hpp>

#include <fmt/format.h>
#include <http/exchange/alarm.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>

#include <poll.h>

namespace dynamo::http {
namespace {

using moment = pool_core::time_point;

/// Of a request that has begun.
moment end_of(const exchange_request& r) {
  const auto time = r.times.operation;
  if (time.count() <= 0 || time > std::chrono::floor<std::chrono::milliseconds>(pool_book::never - r.begun)) {
    return r.deadline;
  }
  return std::min(r.deadline, r.begun + time);
}

/// A thread that waits for a connection of a pool.
class waiting_thread final : public pool_caller {
 public:
  explicit waiting_thread(pool_core& of) noexcept : core_(of) {}

  /// Before it waits. Errors: unavailable (no descriptors left).
  result<void> prepare() {
    timer* const time = core_.options().time;
    auto made = alarm::make(time != nullptr ? *time : system_timer());
    if (!made) return fail(std::move(made.error()));
    owned_bell_ = *std::move(made);
    bell_ = owned_bell_.get();
    return {};
  }
  /// Until take_turn() or be_turned_away(), or the time, or the token.
  void wait(moment until, const std::stop_token& stop) {
    alarm& bell = *owned_bell_;
    const auto ring = [&bell] { bell.wake(); };
    std::optional<std::stop_callback<std::reference_wrapper<const decltype(ring)>>> waker;
    if (stop.stop_possible()) waker.emplace(stop, std::cref(ring));
    const bool is_virtual = core_.options().time != nullptr;
    for (;;) {
      const moment now = core_.now();
      if (told_ || stop.stop_requested() || now >= until) break;
      pollfd waited{bell.descriptor(), POLLIN, 0};
      int milliseconds = -1;
      if (until != pool_book::never) {
        constexpr std::int64_t timer_is_full = 10;  // then the clock has to be looked at
        const auto rest = std::chrono::ceil<std::chrono::milliseconds>(until - now);
        const std::int64_t wanted = !is_virtual ? rest.count() : bell.set(rest) ? -1 : timer_is_full;
        milliseconds = static_cast<int>(std::min<std::int64_t>(wanted, std::numeric_limits<int>::max()));
      }
      if (::poll(&waited, 1, milliseconds) > 0) bell.drain();
    }
    if (is_virtual) bell.silence();
  }

  void take_turn(pooled_connection& one) noexcept override {
    got_ = &one;
    told();
  }
  void be_turned_away() noexcept override { told(); }
  /// After wait() and leave().
  pooled_connection* got() const noexcept { return got_; }

 private:
  void told() noexcept {
    told_ = true;
    // Whoever waits leaves the pool before its bell goes, and that needs the lock that is held here.
    if (alarm* const bell = bell_) bell->wake();
  }

  pool_core& core_;
  std::shared_ptr<alarm> owned_bell_;
  std::atomic<alarm*> bell_{nullptr};  // it may be told before there is one
  std::atomic<bool> told_{false};
  pooled_connection* got_ = nullptr;
};

}  // namespace

bool may_be_sent_again(const exchange_failure& why, const exchange_request& r) noexcept {
  return why.stale && (!why.sent || r.repeatable);
}

pool_core::pool_core(address to, client_pool_options options)
    : to_(std::move(to)), options_(std::move(options)), book_(options_.connections) {}

std::expected<client_response, exchange_failure> pool_core::send(const exchange_request& asked,
                                                                 const std::stop_token& stop) {
  if (!process_.is_this()) return std::unexpected(made_before_fork());
  exchange_request r = asked;
  auto lent = borrow(r, stop);
  if (!lent) return std::unexpected(std::move(lent.error()));
  pooled_connection& at = **lent;
  if (!at.shell) {
    blocking_options o;
    o.limits = options_.limits;
    o.tls = options_.tls;
    o.proxy = options_.proxy;
    o.names = options_.names;
    o.time = options_.time;
    at.shell = std::make_unique<blocking_exchange>(to_, std::move(o));
  }
  const client_connection* const before = at.connection.get();
  at.shell->lend(std::move(at.connection));
  auto got = at.shell->send(r, stop);
  if (!got && may_be_sent_again(got.error(), r)) {
    if (r.begun == pool_book::never) r.begun = now();
    got = at.shell->send(r, stop);
  }
  at.connection = at.shell->take_back();
  give_back(at, at.connection != nullptr, at.connection.get() != before);
  return got;
}

/// Waits for its turn if it must. `r` remembers then when it began.
std::expected<pooled_connection*, exchange_failure> pool_core::borrow(exchange_request& r,
                                                                      const std::stop_token& stop) {
  waiting_thread caller(*this);
  const lending got = ask(caller);
  switch (got.what) {
    case pool_book::answer::use:
    case pool_book::answer::open: return got.which;
    case pool_book::answer::full: return std::unexpected(full());
    case pool_book::answer::closed: return std::unexpected(closed());
    case pool_book::answer::wait: break;
  }
  r.begun = std::min(r.begun, got.asked);
  const auto prepared = caller.prepare();
  if (prepared) caller.wait(end_of(r), stop);
  const bool gave_up = leave(caller);
  if (r.timings != nullptr) r.timings->wait = now() - got.asked;
  if (caller.got() != nullptr) return caller.got();
  if (!gave_up) return std::unexpected(closed());
  if (!prepared) return std::unexpected(no_connection(errc::unavailable, prepared.error().message()));
  return std::unexpected(stop.stop_requested() ? cancelled() : none_became_free());
}

pool_core::lending pool_core::ask(pool_caller& caller) {
  dead_connections dead;  // closed once the lock is left
  const std::scoped_lock lock(mutex_);
  const moment time = now();
  expire(time, dead);
  const auto got = book_.ask(caller, time);
  return {got.what, place(got), time};
}

bool pool_core::leave(pool_caller& caller) noexcept {
  const std::scoped_lock lock(mutex_);
  return book_.leave(caller);
}

void pool_core::give_back(pooled_connection& one, bool reusable, bool renewed) {
  dead_connections dead;
  const std::scoped_lock lock(mutex_);
  const moment time = now();
  if (renewed) book_.renewed(one.number, time);
  const auto turn = book_.give_back(one.number, reusable, time);
  if (!turn.keep && one.connection) dead.push_back(std::move(one.connection));
  if (turn.next != nullptr) static_cast<pool_caller*>(turn.next)->take_turn(one);
  expire(time, dead);
}

void pool_core::close() noexcept {
  dead_connections dead;
  const std::scoped_lock lock(mutex_);
  book_.close();
  expire(now(), dead);
  while (pool_waiter* const each = book_.next_refused()) static_cast<pool_caller*>(each)->be_turned_away();
}

pool_counts pool_core::counts() const {
  const std::scoped_lock lock(mutex_);
  pool_counts all;
  all.connections = book_.connections();
  all.idle = book_.idle();
  all.waiters = book_.waiters();
  return all;
}

void pool_core::expire(moment now, dead_connections& dead) {
  while (const auto over = book_.expire(now)) dead.push_back(std::move(connections_[*over]->connection));
}

pooled_connection* pool_core::place(const pool_book::lending& of) {
  if (of.what != pool_book::answer::use && of.what != pool_book::answer::open) return nullptr;
  while (connections_.size() <= of.which) {
    connections_.push_back(std::make_unique<pooled_connection>());
    connections_.back()->number = static_cast<pool_book::connection>(connections_.size() - 1);
  }
  return connections_[of.which].get();
}

exchange_failure pool_core::no_connection(errc code, std::string_view why) const {
  return {code, exchange_phase::wait, fmt::format("Cannot connect to {}: {}", to_.text(), why)};
}
exchange_failure pool_core::made_before_fork() const {
  const error why = dynamo::made_before_fork("This pool of HTTP connections").error();
  return {why.code(), exchange_phase::wait, why.message()};
}
exchange_failure pool_core::full() const {
  return no_connection(errc::unavailable,
                       fmt::format("all of its {} connections are in use, and {} callers wait for one already",
                                   options_.connections.connections_max, options_.connections.waiters_max));
}
exchange_failure pool_core::closed() const {
  return no_connection(errc::cancelled, "the pool of its connections has been closed");
}
exchange_failure pool_core::cancelled() const { return no_connection(errc::cancelled, "the request was cancelled"); }
exchange_failure pool_core::none_became_free() const {
  return no_connection(errc::timed_out, fmt::format("none of its {} connections became free in time",
                                                    options_.connections.connections_max));
}

}  // namespace dynamo::http
