#include <remote/provider/credential_provider.hpp>

#include <dynamo/base/detail/own_process.hpp>
#include <dynamo/base/log.hpp>

#include <fmt/core.h>
#include <remote/actions/action_performer.hpp>
#include <remote/credentials/credential_lifetime.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <pthread.h>

namespace dynamo::aws {
namespace {

using outcome = result<shared_credentials>;

/// Keys that nothing has to be done for; null for any other plan.
shared_credentials keys_at_hand(const credential_plan& plan) {
  if (!plan.source || !plan.source->roles.empty()) return nullptr;
  const auto* const keys = std::get_if<static_source>(&plan.source->base);
  return keys == nullptr ? nullptr : std::make_shared<const auth::credentials>(keys->value);
}

/// AWS's own agents on EC2 hand out expired credentials when they cannot renew them, and its services take those.
when_expired rule_for(const credential_plan& plan) {
  const bool is_agent =
      plan.source && plan.source->roles.empty() && std::holds_alternative<instance_metadata_source>(plan.source->base);
  return is_agent ? when_expired::go_on : when_expired::stop;
}

bool is_alive(const auth::credentials& of, instant now) { return !of.expires || now < *of.expires; }

/// While it lives, threads begin with every signal blocked: a program's handlers run on threads of its own.
class no_signals {
 public:
  no_signals() noexcept {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  no_signals(const no_signals&) = delete;
  no_signals& operator=(const no_signals&) = delete;
  ~no_signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

/// A thread that waits in get().
class blocked_caller final : public credential_sink, public timer_task {
 public:
  enum class wake : std::uint8_t { told, late, stopped, no_timer };

  void complete(outcome got) noexcept override {
    const std::scoped_lock lock(mutex_);
    outcome_ = std::move(got);
    changed_.notify_one();
  }
  void run() noexcept override { raise(is_late_); }
  void stop() noexcept { raise(is_stopped_); }

  wake wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return outcome_ || is_late_ || is_stopped_; });
    if (outcome_) return wake::told;
    return is_stopped_ ? wake::stopped : wake::late;
  }
  outcome take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return outcome_.has_value(); });
    return *std::move(outcome_);
  }

 private:
  void raise(bool& flag) noexcept {
    const std::scoped_lock lock(mutex_);
    flag = true;
    changed_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<outcome> outcome_;
  bool is_late_ = false;
  bool is_stopped_ = false;
};

}  // namespace

class credential_provider::state : public std::enable_shared_from_this<state> {
 public:
  state(configuration of, provider_ports ports)
      : made_from_(std::move(of)),
        clock_(ports.time != nullptr ? *ports.time : system_clock()),
        timer_(ports.waits != nullptr ? *ports.waits : system_timer()),
        random_(ports.random != nullptr ? *ports.random : system_random()),
        names_(ports.names),
        at_hand_(keys_at_hand(made_from_.plan)),
        lifetime_(rule_for(made_from_.plan)) {}

  const configuration& made_from() const noexcept { return made_from_; }

  shared_credentials cached(instant now) noexcept {
    if (at_hand_) return is_alive(*at_hand_, now) ? at_hand_ : nullptr;
    if (!process_.is_this() || !made_from_.plan.source) return nullptr;
    const std::scoped_lock lock(mutex_);
    if (now < lifetime_.settled_until()) return lifetime_.held();
    switch (lifetime_.ask(now)) {
      case lifetime_step::use: return lifetime_.held();
      case lifetime_step::use_and_refresh: begin_fetch(); return lifetime_.held();
      case lifetime_step::fetch: begin_fetch(); return nullptr;
      case lifetime_step::wait:
      case lifetime_step::refuse: return nullptr;
    }
    return nullptr;
  }

  bool is_current(const shared_credentials& those, instant now) const noexcept {
    if (at_hand_) return those == at_hand_ && is_alive(*at_hand_, now);
    // The time first: it is stored after the pointer, so nobody reads the time of the next ones with the pointer of the last.
    const instant settled(instant::duration(settled_until_.load(std::memory_order_acquire)));
    return now < settled && those && those.get() == current_.load(std::memory_order_acquire) && process_.is_this();
  }

  outcome get(std::chrono::steady_clock::time_point deadline, const std::stop_token& stop) {
    if (stop.stop_requested()) return fail(errc::cancelled, "The call was cancelled before it had credentials");
    const auto caller = std::make_shared<blocked_caller>();
    if (auto known = ask(*caller)) return *std::move(known);
    const blocked_caller::wake why = wait(caller, deadline, stop);
    if (why == blocked_caller::wake::told || !forget(*caller)) return caller->take();
    switch (why) {
      case blocked_caller::wake::stopped:
        return fail(errc::cancelled, "The call was cancelled while it waited for credentials");
      case blocked_caller::wake::no_timer: return fail(errc::unavailable, "Too many tasks wait for the timer");
      default:
        return fail(errc::timed_out,
                    fmt::format("The call's time was over before it had credentials; they are fetched from: {}",
                                describe(*made_from_.plan.source)));
    }
  }

  void start(credential_sink& to) {
    if (auto known = ask(to)) to.complete(*std::move(known));
  }

  bool forget(credential_sink& which) noexcept {
    if (at_hand_ || !process_.is_this()) return false;
    const std::scoped_lock lock(mutex_);
    const auto found = std::ranges::find(waiting_, &which);
    if (found == waiting_.end()) return false;
    *found = waiting_.back();
    waiting_.pop_back();
    return true;
  }

  void invalidate(const shared_credentials& which) noexcept {
    if (at_hand_ || !which || !process_.is_this()) return;
    const std::scoped_lock lock(mutex_);
    lifetime_.rejected(which, clock_.now());
    publish();
  }

  /// The last handle goes.
  void close() noexcept {
    stop_.request_stop();
    std::unique_lock lock(mutex_);
    std::thread last = std::move(worker_);
    lock.unlock();
    if (!last.joinable()) return;
    if (last.get_id() == std::this_thread::get_id()) {
      last.detach();  // it holds this state
    } else {
      last.join();
    }
  }

 private:
  /// What is known without waiting; otherwise nothing, and the sink is told later.
  std::optional<outcome> ask(credential_sink& to) {
    const instant now = clock_.now();
    if (at_hand_) {
      if (is_alive(*at_hand_, now)) return at_hand_;
      return fail(errc::unavailable,
                  fmt::format("{}: the credentials have expired", describe(*made_from_.plan.source)));
    }
    if (!process_.is_this()) return made_before_fork("What fetches these credentials");
    if (!made_from_.plan.source) return fail(made_from_.plan.source.error());
    const std::scoped_lock lock(mutex_);
    switch (lifetime_.ask(now)) {
      case lifetime_step::use: return lifetime_.held();
      case lifetime_step::use_and_refresh: begin_fetch(); return lifetime_.held();
      case lifetime_step::refuse: return fail(*lifetime_.last_error());
      case lifetime_step::fetch:
        begin_fetch();
        if (!is_running_) return fail(*lifetime_.last_error());
        break;
      case lifetime_step::wait: break;
    }
    if (waiting_.size() == waiting_max) return fail(errc::unavailable, "Too many calls wait for credentials");
    waiting_.push_back(&to);
    return std::nullopt;
  }

  blocked_caller::wake wait(const std::shared_ptr<blocked_caller>& caller,
                            std::chrono::steady_clock::time_point deadline, const std::stop_token& stop) {
    const std::stop_callback stopper(stop, [&]() noexcept { caller->stop(); });
    if (deadline == std::chrono::steady_clock::time_point::max()) return caller->wait();
    const auto left = std::chrono::ceil<std::chrono::microseconds>(deadline - timer_.steady_now());
    if (left.count() <= 0) return blocked_caller::wake::late;
    const timer_ticket ticket = timer_.after(left, caller);
    if (!ticket) return blocked_caller::wake::no_timer;
    const blocked_caller::wake why = caller->wait();
    timer_.cancel(ticket);
    return why;
  }

  /// The lifetime has said so. With the lock.
  void begin_fetch() noexcept {
    is_wanted_ = true;
    publish();
    if (is_running_) return;
    if (worker_.joinable()) worker_.join();  // it has let go of the lock for the last time
    try {
      const no_signals here;
      worker_ = std::thread([self = shared_from_this()] { self->work(); });
      is_running_ = true;
    } catch (const std::exception&) {  // no more threads, or no memory for one
      is_wanted_ = false;
      lifetime_.failed(error(errc::unavailable, "Credentials cannot be fetched: this process may have no more threads"),
                       clock_.now());
      publish();
    }
  }

  void work() noexcept {
    std::unique_lock lock(mutex_);
    while (is_wanted_) {
      is_wanted_ = false;
      lock.unlock();
      result<auth::credentials> got = fetch();
      lock.lock();
      const bool goes_on = report(std::move(got));
      const outcome told = lifetime_.last_error() ? outcome(fail(*lifetime_.last_error())) : outcome(lifetime_.held());
      const std::vector<credential_sink*> waited = std::exchange(waiting_, {});
      lock.unlock();
      for (credential_sink* const each : waited) each->complete(told);
      if (goes_on) {
        log(log_level::warning, fmt::format("credentials: those that are held are used until they expire, because "
                                            "they cannot be renewed: {}",
                                            told.error().message()));
      }
      lock.lock();
    }
    is_running_ = false;
  }

  result<auth::credentials> fetch() noexcept {
    try {
      if (!performer_) {
        sender_options options{made_from_.variables, {}, &clock_, &timer_, names_};
        if (const auto& bundle = made_from_.applied.ca_bundle) options.ca_bundle = bundle->value;
        performer_.emplace(request_sender(std::move(options)), clock_, timer_);
      }
      auto got = performer_->fetch(*made_from_.plan.source, made_from_.applied, stop_.get_token());
      if (!got) return fail(explain_failure(made_from_.plan, got.error()));
      return got;
    } catch (const std::bad_alloc&) {
      return fail(errc::unavailable, "Credentials cannot be fetched: there is too little memory");
    }
  }

  /// True: it failed, and those that are held are used. With the lock.
  bool report(result<auth::credentials> got) noexcept {
    const instant now = clock_.now();
    if (got) {
      lifetime_.fetched(*std::move(got), now, random_);
    } else {
      lifetime_.failed(std::move(got.error()), now);
    }
    publish();
    return lifetime_.last_error() && now < lifetime_.settled_until() && !stop_.stop_requested();
  }

  /// For is_current(). With the lock.
  void publish() noexcept {
    const instant settled = lifetime_.settled_until();
    current_.store(settled == instant::min() ? nullptr : lifetime_.held().get(), std::memory_order_release);
    settled_until_.store(settled.time_since_epoch().count(), std::memory_order_release);
  }

  const configuration made_from_;
  const clock& clock_;
  timer& timer_;
  random_source& random_;
  http::name_lookup* const names_;
  const own_process process_;
  const shared_credentials at_hand_;
  std::atomic<const auth::credentials*> current_{nullptr};
  std::atomic<instant::rep> settled_until_{instant::min().time_since_epoch().count()};

  std::mutex mutex_;  // of what follows, but for the last
  credential_lifetime lifetime_;
  std::vector<credential_sink*> waiting_;
  std::thread worker_;
  bool is_wanted_ = false;   // a fetch is to be made
  bool is_running_ = false;  // the worker looks at is_wanted_ once more
  std::stop_source stop_;
  std::optional<action_performer> performer_;  // the worker's
};

/// What the handles share: when it goes, the state may live on in its thread.
class credential_provider::owner {
 public:
  owner(configuration of, provider_ports ports) : shared_(std::make_shared<state>(std::move(of), ports)) {}
  owner(const owner&) = delete;
  owner& operator=(const owner&) = delete;
  ~owner() { shared_->close(); }

  state* operator->() const noexcept { return shared_.get(); }

 private:
  const std::shared_ptr<state> shared_;
};

credential_provider::credential_provider(configuration of, provider_ports ports)
    : owner_(new owner(std::move(of), ports), delete_in_own_process()) {}

shared_credentials credential_provider::cached(instant now) const noexcept { return (*owner_)->cached(now); }

bool credential_provider::is_current(const shared_credentials& those, instant now) const noexcept {
  return (*owner_)->is_current(those, now);
}

result<shared_credentials> credential_provider::get(std::chrono::steady_clock::time_point deadline,
                                                    const std::stop_token& stop) const {
  return (*owner_)->get(deadline, stop);
}

void credential_provider::start(credential_sink& to) const { (*owner_)->start(to); }
bool credential_provider::forget(credential_sink& which) const noexcept { return (*owner_)->forget(which); }
void credential_provider::invalidate(const shared_credentials& which) const noexcept { (*owner_)->invalidate(which); }
const configuration& credential_provider::made_from() const noexcept { return (*owner_)->made_from(); }

}  // namespace dynamo::aws
