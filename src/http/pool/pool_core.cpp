#include <http/pool/pool_core.hpp>

#include <fmt/format.h>
#include <http/exchange/alarm.hpp>
#include <http/pool/async_call.hpp>

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
  void wait(pool_core::time_point until, const std::stop_token& stop) {
    alarm& bell = *owned_bell_;
    const auto ring = [&bell] { bell.wake(); };
    std::optional<std::stop_callback<std::reference_wrapper<const decltype(ring)>>> waker;
    if (stop.stop_possible()) waker.emplace(stop, std::cref(ring));
    const bool is_virtual = core_.options().time != nullptr;
    for (;;) {
      const pool_core::time_point now = core_.now();
      if (told_ || stop.stop_requested() || now >= until) break;
      pollfd waited{bell.descriptor(), POLLIN, 0};
      int milliseconds = -1;
      if (until != pool_book::never) {
        constexpr std::int64_t timer_is_full = 10;  // then the clock has to be looked at
        const auto rest = std::chrono::ceil<std::chrono::milliseconds>(until - now);
        const std::int64_t wanted = !is_virtual ? rest.count() : bell.set_until(until) ? -1 : timer_is_full;
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
    // A waiting thread leaves the pool before its bell goes. To leave takes the lock that is held here.
    if (alarm* const bell = bell_) bell->wake();
  }

  pool_core& core_;
  std::shared_ptr<alarm> owned_bell_;
  std::atomic<alarm*> bell_{nullptr};  // it may be told before there is one
  std::atomic<bool> told_{false};
  pooled_connection* got_ = nullptr;
};

}  // namespace

pool_core::time_point end_of(const exchange_request& r) noexcept {
  const auto time = r.times.operation;
  if (time.count() <= 0 || time > std::chrono::floor<std::chrono::milliseconds>(pool_book::never - r.begun)) {
    return r.deadline;
  }
  return std::min(r.deadline, r.begun + time);
}

bool may_be_sent_again(const exchange_failure& why, const exchange_request& r) noexcept {
  return why.stale && (!why.sent || r.repeatable);
}

pool_core::pool_core(address to, client_pool_options options)
    : to_(std::move(to)), options_(std::move(options)), book_(options_.connections), loop_(options_.loop) {}

pool_core::~pool_core() = default;

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
  at.watch.end();
  const client_connection* const before = at.connection.get();
  at.shell->lend(std::move(at.connection));
  auto got = at.shell->send(r, stop);
  if (!got && may_be_sent_again(got.error(), r)) {
    const bool was_sent = got.error().sent;
    if (r.begun == pool_book::never) r.begun = now();
    if (r.timings != nullptr) r.timings->resent = true;
    got = at.shell->send(r, stop);
    if (was_sent) (got ? got->sent_before : got.error().sent) = true;
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
  if (r.timings != nullptr) *r.timings = {};
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

void pool_core::start(const exchange_request& r, std::stop_token stop, exchange_sink& sink) {
  auto call = take_call();
  if (!call) return sink.complete(std::unexpected(std::move(call.error())));
  if ((*call)->begin(r, std::move(stop), sink)) return;
  call_ended(**call);
  sink.complete(std::unexpected(no_connection(errc::cancelled, "the thread of its requests was stopped")));
}

void pool_core::preconnect(std::size_t idle_wanted) {
  if (!process_.is_this()) return;
  const std::size_t idle = counts().idle;
  for (std::size_t missing = idle_wanted - std::min(idle_wanted, idle); missing > 0; --missing) {
    const auto call = take_call();
    if (!call) return;
    std::unique_lock lock(mutex_);
    const auto number = book_.open_spare(now());
    pooled_connection* const at = number ? &place(*number) : nullptr;
    lock.unlock();
    if (at != nullptr && (*call)->begin_to_open(*at)) continue;
    if (at != nullptr) give_back(*at, false, false);
    return call_ended(**call);
  }
}

std::expected<async_call*, exchange_failure> pool_core::take_call() {
  if (!process_.is_this()) return std::unexpected(made_before_fork());
  const std::scoped_lock lock(mutex_);
  if (!loop_runs_) {
    if (!loop_) loop_.emplace(options_.time);
    const auto started = loop_->core_->start();
    if (!started) return std::unexpected(no_connection(started.error().code(), started.error().message()));
    loop_runs_ = true;
  }
  const pool_limits& limits = options_.connections;
  if (calls_in_flight_ >= limits.connections_max && calls_in_flight_ - limits.connections_max >= limits.waiters_max) {
    return std::unexpected(full());  // they have not all asked for a connection yet
  }
  if (free_calls_.empty()) {
    calls_.push_back(std::make_unique<async_call>(*this, *loop_->core_));
    free_calls_.push_back(calls_.back().get());
  }
  ++calls_in_flight_;
  async_call* const free = free_calls_.back();
  free_calls_.pop_back();
  return free;
}

void pool_core::call_ended(async_call& call) noexcept {
  const std::scoped_lock lock(mutex_);
  free_calls_.push_back(&call);
  if (--calls_in_flight_ == 0) call_ended_.notify_all();
}

pool_core::lending pool_core::ask(pool_caller& caller) {
  dead_connections dead;  // closed once the lock is left
  const std::scoped_lock lock(mutex_);
  const time_point time = now();
  expire(time, dead);
  const auto got = book_.ask(caller, time);
  const bool lent = got.what == pool_book::answer::use || got.what == pool_book::answer::open;
  return {got.what, lent ? &place(got.which) : nullptr, time};
}

bool pool_core::leave(pool_caller& caller) noexcept {
  const std::scoped_lock lock(mutex_);
  return book_.leave(caller);
}

pool_core::time_point pool_core::give_back(pooled_connection& one, bool reusable, bool renewed) {
  dead_connections dead;
  const std::scoped_lock lock(mutex_);
  const time_point time = now();
  if (renewed) book_.renewed(one.number, time);
  const auto turn = book_.give_back(one.number, reusable, time);
  if (!turn.keep) bury(one, dead);
  if (turn.next != nullptr) static_cast<pool_caller*>(turn.next)->take_turn(one);
  expire(time, dead);
  return book_.next_expiry();
}

void pool_core::close() noexcept {
  if (!process_.is_this()) return;
  {
    dead_connections dead;
    const std::scoped_lock lock(mutex_);
    book_.close();
    expire(now(), dead);
    while (pool_waiter* const each = book_.next_refused()) static_cast<pool_caller*>(each)->be_turned_away();
  }
  post_end(nullptr);
}

void pool_core::end() noexcept {
  close();
  if (loop_ && loop_->core_->is_this_thread()) return post_end(shared_from_this());
  std::unique_lock lock(mutex_);
  const auto all_have_ended = [&] { return calls_in_flight_ == 0 && ends_posted_ == 0; };
  while (loop_ && loop_->core_->is_hosted() && !all_have_ended()) {
    lock.unlock();
    loop_->core_->take_turn();
    lock.lock();
  }
  call_ended_.wait(lock, all_have_ended);
}

void pool_core::post_end(std::shared_ptr<loop_client> kept) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    if (!loop_runs_) return;
    ++ends_posted_;
  }
  if (loop_->core_->post_end_of(*this, std::move(kept))) {
    if (loop_->core_->is_hosted() && !loop_->core_->is_this_thread()) loop_->core_->take_turn();  // nobody else may
    return;
  }
  const std::scoped_lock lock(mutex_);
  --ends_posted_;
  call_ended_.notify_all();
}

bool pool_core::members_have_left() noexcept {
  const std::scoped_lock lock(mutex_);
  if (calls_in_flight_ > 0) return false;
  --ends_posted_;
  call_ended_.notify_all();
  return true;
}

pool_counts pool_core::counts() const {
  pool_counts all;
  if (!process_.is_this()) return all;
  const std::scoped_lock lock(mutex_);
  all.connections = book_.connections();
  all.idle = book_.idle();
  all.waiters = book_.waiters();
  return all;
}

void pool_core::bury(pooled_connection& one, dead_connections& dead) {
  if (one.connection) dead.push_back({std::move(one.connection), std::move(one.watch)});
}

void pool_core::expire(time_point now, dead_connections& dead) {
  while (const auto over = book_.expire(now)) bury(*connections_[*over], dead);
}

pool_core::time_point pool_core::expire(time_point now) noexcept {
  dead_connections dead;
  const std::scoped_lock lock(mutex_);
  expire(now, dead);
  return book_.next_expiry();
}

pooled_connection& pool_core::place(pool_book::connection number) {
  while (connections_.size() <= number) {
    connections_.push_back(std::make_unique<pooled_connection>());
    connections_.back()->number = static_cast<pool_book::connection>(connections_.size() - 1);
  }
  return *connections_[number];
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
