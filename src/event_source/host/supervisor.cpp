#include <event_source/host/supervisor.hpp>

#include <dynamo/base/random.hpp>

#include <event_source/invocation/request_id.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <utility>

#include <poll.h>

namespace dynamo::event_source {
namespace {

using std::chrono::milliseconds;

/// How often it is looked whether the program has ended, where the system cannot tell by itself.
constexpr milliseconds look_every{50};

/// The form has no years before 1970.
std::string make_trace_id(instant now, random_source& random) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  return fmt::format("Root=1-{:08x}-{:08x}{:016x};Parent={:016x};Sampled=0", std::max<std::int64_t>(seconds, 0),
                     random.next() >> 32, random.next(), random.next());
}

}  // namespace

function_host::supervisor::supervisor(host_options options, std::shared_ptr<wakeup> w)
    : options_(std::move(options)),
      arn_(function_arn(options_.region, options_.function_name)),
      wakeup_(std::move(w)) {}
function_host::supervisor::~supervisor() {
  if (thread_.joinable()) stop(milliseconds(0));
}

// ---- on callers' threads ----------------------------------------------------------------------------------------

result<void> function_host::supervisor::begin() {
  if (result<void> started = start_child(std::chrono::steady_clock::now()); !started) return started;
  thread_ = std::thread([this] { work(); });
  return {};
}

void function_host::supervisor::invoke(invocation what, outcome_sink& to) {
  outcome refused(outcome::kind::stopped, "");
  {
    const std::scoped_lock lock(mutex_);
    if (!stopping_ && queue_.size() < waiting_max) {
      queue_.emplace_back().what = std::move(what);
      queue_.back().to = &to;
      wakeup_->raise();
      return;
    }
    if (!stopping_) refused = {outcome::kind::not_executed, fmt::format("{} invocations wait already", waiting_max)};
  }
  to.complete(std::move(refused));
}

void function_host::supervisor::stop(milliseconds grace_period) {
  {
    const std::scoped_lock lock(mutex_);
    if (!stopping_) stop_until_ = std::chrono::steady_clock::now() + grace_period;
    stopping_ = true;
  }
  wakeup_->raise();
  const std::scoped_lock lock(joining_);
  if (thread_.joinable()) thread_.join();
}

// ---- on its own thread ------------------------------------------------------------------------------------------

void function_host::supervisor::work() {
  for (;;) {
    const time_point now = std::chrono::steady_clock::now();
    turn(now);
    if (told_to_end_ && !child_) return;
    wait(now);
  }
}

void function_host::supervisor::turn(time_point now) {
  wakeup_->clear();  // before looking for what it announces
  if (child_) {
    read_output(false);
    take_events();
    if (child_->program.has_ended()) {
      bury(now);
    } else {
      child_->ready = child_->ready || child_->api->is_waiting();
    }
  }
  check_times(now);
  begin_stop();
  if (!told_to_end_ && !child_ && now >= restart_at_) restart(now);
  hand_over(now);
}

void function_host::supervisor::wait(time_point now) {
  std::array<pollfd, 4> watched{};
  nfds_t count = 0;
  const auto watch = [&](const descriptor& one) {
    if (one.is_open()) watched[count++] = {one.get(), POLLIN, 0};
  };
  watched[count++] = {wakeup_->get(), POLLIN, 0};
  std::optional<time_point> until = next_deadline();
  if (child_) {
    watch(child_->program.standard_output);
    watch(child_->program.standard_error);
    watch(child_->program.end);
    if (!child_->program.end.is_open()) until = std::min(until.value_or(now + look_every), now + look_every);
  }
  int timeout = -1;
  if (until) {
    constexpr milliseconds longest = std::chrono::hours(1);
    timeout = static_cast<int>(
        std::clamp(std::chrono::ceil<milliseconds>(*until - std::chrono::steady_clock::now()), milliseconds(0), longest)
            .count());
  }
  ::poll(watched.data(), count, timeout);
}

std::optional<std::chrono::steady_clock::time_point> function_host::supervisor::next_deadline() const {
  std::optional<time_point> first;
  const auto consider = [&](bool holds, time_point at) {
    if (holds) first = std::min(first.value_or(at), at);
  };
  consider(current_.has_value(), current_until_);
  consider(child_ && !child_->ready, child_ ? child_->init_until : time_point());
  consider(!child_, restart_at_);
  if (stop_at_) consider(true, *stop_at_);
  return first;
}

// ---- invocations ------------------------------------------------------------------------------------------------

void function_host::supervisor::hand_over(time_point now) {
  if (!child_ || current_ || told_to_end_ || !child_->api->is_waiting()) return;
  {
    const std::scoped_lock lock(mutex_);
    if (queue_.empty()) return;
    current_ = std::move(queue_.front());
    queue_.pop_front();
  }
  child_->ready = true;
  current_until_ = now + options_.time_limit;
  const std::string attempt = make_invocation_id(system_random());
  const std::string fields = invocation_fields(current_->what, attempt);
  child_->api->hand_over({current_->what.request_id, std::move(current_->what.event)}, attempt, fields);
}

std::string function_host::supervisor::invocation_fields(const invocation& what, std::string_view attempt) const {
  const instant now = (options_.wall != nullptr ? *options_.wall : system_clock()).now();
  const auto deadline = std::chrono::floor<milliseconds>(now + options_.time_limit);
  http::response head;
  head.add_field("Lambda-Runtime-Aws-Request-Id", what.request_id)
      .add_field("Lambda-Runtime-Invocation-Id", attempt)
      .add_field("Lambda-Runtime-Deadline-Ms", std::to_string(deadline.time_since_epoch().count()))
      .add_field("Lambda-Runtime-Invoked-Function-Arn", arn_)
      .add_field("Lambda-Runtime-Trace-Id", make_trace_id(now, system_random()));
  return head.fields;
}

void function_host::supervisor::finish(outcome what) {
  outcome_sink& to = *current_->to;
  current_.reset();
  to.complete(std::move(what));
}

/// The function could not begin: the first caller that waits is told, so that none waits for ever.
void function_host::supervisor::fail_first(outcome what) {
  pending first;
  {
    const std::scoped_lock lock(mutex_);
    if (queue_.empty()) return;
    first = std::move(queue_.front());
    queue_.pop_front();
  }
  first.to->complete(std::move(what));
}

/// Once it is to stop: nothing more is begun, what is under way may end, and then the program is told.
void function_host::supervisor::begin_stop() {
  std::deque<pending> unheard;
  time_point until;
  {
    const std::scoped_lock lock(mutex_);
    if (!stopping_) return;
    unheard.swap(queue_);
    until = stop_until_;
  }
  stop_at_ = until;
  for (pending& one : unheard) one.to->complete({outcome::kind::stopped, ""});
  const time_point now = std::chrono::steady_clock::now();
  if (current_ && now < until) return;
  if (!told_to_end_ && child_) child_->program.signal(SIGTERM);
  told_to_end_ = true;
  if (child_ && now >= until) bury(now);
}

}  // namespace dynamo::event_source
