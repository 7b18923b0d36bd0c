#include <http/pool/loop_core.hpp>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <limits>
#include <system_error>

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace dynamo::http {
namespace {

constexpr auto none_left = "no thread or file descriptor is left for it";
constexpr std::uint64_t bell_key = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t alarm_clock_key = bell_key - 1;
constexpr std::uint32_t events_to_receive = EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR;
constexpr std::uint32_t events_of_end = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
/// Posts that follow posts are run before sockets are looked at again, but not for ever.
constexpr int rounds_of_posts_max = 16;
/// A host's thread has other things to do too.
constexpr int rounds_of_turn_max = 16;

}  // namespace

/// What a host holds until something has come. If it drops it, it has ended.
class loop_core::hosted_turn final : public timer_task {
 public:
  explicit hosted_turn(std::weak_ptr<loop_core> of) noexcept : of_(std::move(of)) {}
  hosted_turn(const hosted_turn&) = delete;
  hosted_turn& operator=(const hosted_turn&) = delete;
  ~hosted_turn() override {
    if (const auto left = of_.lock()) left->stop();
  }
  void run() noexcept override {
    if (const auto its = std::exchange(of_, {}).lock()) its->turn_by_host();
  }

 private:
  std::weak_ptr<loop_core> of_;  // the handles keep it
};

loop_core::~loop_core() {
  if (alarm_clock_ >= 0) ::close(alarm_clock_);
  if (epoll_ >= 0) ::close(epoll_);
}

result<void> loop_core::start() {
  if (!process_.is_this()) return made_before_fork("The thread of this pool of HTTP connections");
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_) return fail(errc::cancelled, "the thread of its requests was stopped");
    if (running_) return {};
    if (auto made = make_descriptors(); !made) return made;
    try {
      if (!is_hosted()) thread_ = std::thread([self = shared_from_this()] { self->run(); });
    } catch (const std::system_error&) {
      return fail(errc::unavailable, none_left);
    }
    running_ = true;
    asleep_ = is_hosted();  // until the first turn
  }
  return {};
}

result<void> loop_core::make_descriptors() {
  if (!bell_) {
    auto made = alarm::make(time_ != nullptr ? *time_ : system_timer());
    if (!made) return fail(errc::unavailable, none_left);
    bell_ = *std::move(made);
  }
  if (epoll_ < 0) {
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event bell{EPOLLIN | EPOLLET, {}};  // never read: each ring is told
    bell.data.u64 = bell_key;
    if (epoll_ < 0 || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, bell_->descriptor(), &bell) != 0) {
      if (epoll_ >= 0) ::close(std::exchange(epoll_, -1));
      return fail(errc::unavailable, none_left);
    }
  }
  if (is_hosted() && alarm_clock_ < 0) {
    alarm_clock_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    epoll_event rings{EPOLLIN | EPOLLET, {}};
    rings.data.u64 = alarm_clock_key;
    if (alarm_clock_ < 0 || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, alarm_clock_, &rings) != 0) {
      if (alarm_clock_ >= 0) ::close(std::exchange(alarm_clock_, -1));
      return fail(errc::unavailable, none_left);
    }
  }
  return {};
}

void loop_core::wait_on_host() { host_->when_readable(epoll_, std::make_shared<hosted_turn>(weak_from_this())); }

void loop_core::turn_by_host() noexcept {
  {
    const std::scoped_lock lock(mutex_);
    is_waited_for_ = false;
  }
  take_turn();
  bool goes_on = false;
  {
    const std::scoped_lock no_turn(turning_);
    const std::scoped_lock lock(mutex_);
    // Without a request on its way it is no work of the host's, which may end then.
    goes_on = !ended_ && !(members_.empty() && asleep_) && !std::exchange(is_waited_for_, true);
  }
  if (!goes_on) return;
  wait_on_host();
  const std::scoped_lock no_turn(turning_);
  if (ended_) host_->forget();  // meanwhile
}

void loop_core::take_turn() noexcept {
  const std::scoped_lock one_at_a_time(turning_);
  if (ended_) return;
  {
    const std::scoped_lock lock(mutex_);
    if (!running_) return;  // it was never needed
  }
  id_ = std::this_thread::get_id();
  for (int rounds = 0; rounds < rounds_of_turn_max && !stop_seen_; ++rounds) {
    if (!go_round()) break;
  }
  if (stop_seen_) {
    end_of_thread();
    ended_ = true;
  } else {
    set_alarm(now());
    go_to_sleep();
  }
  id_ = std::thread::id();
}

/// From now on each post rings the bell. What was posted before has it rung here.
void loop_core::go_to_sleep() {
  bool late = false;
  {
    const std::scoped_lock lock(mutex_);
    late = stopping_ || !(posted_.empty() && ending_clients_.empty() && answers_.empty());
    asleep_ = !late;
  }
  if (late) bell_->wake();
}

/// The host's thread is woken at the next deadline. One that moves on with every request sets nothing: the earlier alarm is left to ring.
void loop_core::set_alarm(time_point now) {
  if (now >= alarm_at_) alarm_at_ = never;
  if (next_check_ >= alarm_at_) return;
  time_point due = next_check_;
  if (time_ != nullptr) {
    constexpr std::chrono::milliseconds timer_is_full{10};  // then the clock has to be looked at
    if (bell_->set_until(next_check_)) return;
    due = std::chrono::steady_clock::now() + timer_is_full;
  } else {
    alarm_at_ = due;
  }
  const auto since_boot = std::max(due.time_since_epoch(), time_point::duration(1));
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_boot);
  itimerspec at{};
  at.it_value.tv_sec = seconds.count();
  at.it_value.tv_nsec = std::chrono::nanoseconds(since_boot - seconds).count();
  ::timerfd_settime(alarm_clock_, TFD_TIMER_ABSTIME, &at, nullptr);
}

template <class Change>
void loop_core::tell(Change change) noexcept {
  bool asleep = false, unwatched = false;
  {
    const std::scoped_lock lock(mutex_);
    change();
    asleep = std::exchange(asleep_, false);
    unwatched = asleep && is_hosted() && running_ && !std::exchange(is_waited_for_, true);
  }
  if (asleep) bell_->wake();
  if (unwatched) wait_on_host();
}

void loop_core::stop() noexcept {
  if (!process_.is_this()) return;
  tell([&] { stopping_ = true; });
  if (is_hosted()) {
    if (is_this_thread()) return;  // within a turn, whose end sees it
    take_turn();
    return host_->forget();
  }
  if (is_this_thread()) {
    const std::unique_lock if_nobody_joins(joining_, std::try_to_lock);
    if (if_nobody_joins && thread_.joinable()) thread_.detach();
    return;
  }
  const std::scoped_lock one_joins(joining_);
  if (thread_.joinable()) thread_.join();
}

void loop_core::post(loop_member& m) noexcept {
  if (m.posted_.exchange(true, std::memory_order_acq_rel)) return;
  tell([&] {
    if (running_) {
      posted_.push_back(&m);
    } else {
      m.posted_.store(false, std::memory_order_release);
    }
  });
}

bool loop_core::post_first(loop_member& m) noexcept {
  bool taken = false;
  tell([&] {
    taken = running_ && !stopping_;
    if (taken) {
      posted_.push_back(&m);
    } else {
      m.posted_.store(false, std::memory_order_release);
    }
  });
  return taken;
}

bool loop_core::post_end_of(loop_client& client, std::shared_ptr<loop_client> kept) noexcept {
  bool taken = false;
  tell([&] {
    taken = running_;
    if (taken) ending_clients_.push_back({&client, std::move(kept)});
  });
  return taken;
}

void loop_core::post_answer(std::shared_ptr<name_job> job) noexcept {
  tell([&] { answers_.push_back(std::move(job)); });
}

void loop_core::join(loop_member& m) {
  m.place_ = members_.size();
  m.deadline_ = never;
  members_.push_back(&m);
}

void loop_core::leave(loop_member& m) noexcept {
  members_.back()->place_ = m.place_;
  members_[m.place_] = members_.back();
  members_.pop_back();
}

void loop_core::set_deadline(loop_member& m, time_point due) noexcept {
  m.deadline_ = due;
  next_check_ = std::min(next_check_, due);
}

void loop_core::set_expiry(loop_client& of, time_point due) noexcept {
  auto at = std::ranges::find(clients_, &of, &known_client::who);
  if (at == clients_.end()) at = clients_.insert(at, {&of, due});
  at->expiry = std::min(at->expiry, due);
  next_check_ = std::min(next_check_, due);
}

void loop_core::run() noexcept {
  id_ = std::this_thread::get_id();
  while (!stop_seen_) go_round();
  end_of_thread();
}

/// Does what was posted and what is due, and hears of sockets, for which it waits unless there is a host. False: there was nothing.
bool loop_core::go_round() {
  std::array<epoll_event, 128> events;
  const bool more_posted = run_posted();
  const time_point time = now();
  check_time(time);
  const int wait = more_posted || is_hosted() ? 0 : time_to_wait(time);
  const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait);
  be_awake();
  for (int i = 0; i < ready; ++i) hear(events[static_cast<std::size_t>(i)]);
  return more_posted || ready > 0;
}

void loop_core::end_of_thread() {
  for (;;) {
    end_members_of(nullptr, "the thread of its requests was stopped");
    clients_.clear();
    {
      const std::scoped_lock lock(mutex_);
      running_ = !(posted_.empty() && ending_clients_.empty());
      if (!running_) break;
    }
    run_posted();
  }
  names_.end();
  bell_->silence();
  id_ = std::thread::id();
}

/// False when there is nothing left, and others know that this thread is going to sleep.
bool loop_core::run_posted() {
  for (int rounds = 0; rounds < rounds_of_posts_max; ++rounds) {
    if (!take_posted()) return stop_seen_;
    for (loop_member* const each : being_run_) {
      each->posted_.exchange(false, std::memory_order_acq_rel);
      each->run();
    }
    being_run_.clear();
    for (const auto& job : being_told_) {
      job->answered = true;
      job->answered_at = now();
      for (loop_member* const each : std::exchange(job->waiting, {})) each->name_found(*job);
    }
    being_told_.clear();
    for (ending_client& each : being_ended_) {
      end_members_of(each.who, "the pool of its connections has been closed");
      std::erase_if(clients_, [&](const known_client& k) { return k.who == each.who; });
      // A posted member is run in the next round. The thread that waits for it may destroy the client right after this.
      if (!each.who->members_have_left()) post_end_of(*each.who, std::move(each.kept));
    }
    being_ended_.clear();
  }
  return true;
}

void loop_core::be_awake() {
  const std::scoped_lock lock(mutex_);
  asleep_ = false;
}

bool loop_core::take_posted() {
  const std::scoped_lock lock(mutex_);
  std::swap(posted_, being_run_);
  std::swap(ending_clients_, being_ended_);
  std::swap(answers_, being_told_);
  free_slots_.insert(free_slots_.end(), unwatched_.begin(), unwatched_.end());
  unwatched_.clear();
  stop_seen_ = stopping_;
  const bool any = !(being_run_.empty() && being_ended_.empty() && being_told_.empty());
  asleep_ = !any && !stop_seen_;
  return any;
}

void loop_core::hear(const epoll_event& event) noexcept {
  if (event.data.u64 >= alarm_clock_key) return;
  slot& at = slots_[event.data.u64 & std::numeric_limits<std::uint32_t>::max()];
  if (at.generation != event.data.u64 >> 32) return;  // it was watched until a moment ago
  at.events |= event.events;
  if (at.who != nullptr) at.who->socket_ready(at.tag);
}

void loop_core::check_time(time_point now) {
  if (now < next_check_) return;
  next_check_ = never;
  for (std::size_t i = members_.size(); i-- > 0;) {  // one that leaves is replaced by one that was asked before
    loop_member& each = *members_[i];
    if (each.deadline_ <= now) {
      each.time_passed(now);
    } else {
      next_check_ = std::min(next_check_, each.deadline_);
    }
  }
  for (known_client& each : clients_) {
    if (each.expiry <= now) each.expiry = each.who->expire(now);
    next_check_ = std::min(next_check_, each.expiry);
  }
}

/// In milliseconds, for epoll_wait().
int loop_core::time_to_wait(time_point now) {
  if (next_check_ == never) return -1;
  if (time_ != nullptr) {
    constexpr int timer_is_full = 10;  // then the clock has to be looked at
    if (!bell_->set_until(next_check_)) return timer_is_full;
    return this->now() >= next_check_ ? 0 : -1;
  }
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next_check_ - now).count();
  return static_cast<int>(std::clamp<std::int64_t>(wait, 0, std::numeric_limits<int>::max()));
}

/// Null: of all.
void loop_core::end_members_of(const loop_client* client, std::string_view why) {
  for (std::size_t i = members_.size(); i-- > 0;) {
    if (client == nullptr || &members_[i]->client_ == client) members_[i]->give_up(why);
  }
}

bool socket_watch::begin(loop_core& on, int descriptor, loop_member* who, unsigned tag) {
  end();
  if (on.free_slots_.empty()) {
    on.free_slots_.push_back(static_cast<std::uint32_t>(on.slots_.size()));
    on.slots_.emplace_back();
  }
  const std::uint32_t number = on.free_slots_.back();
  loop_core::slot& at = on.slots_[number];
  ++at.generation;
  at.who = who;
  at.tag = tag;
  at.events = 0;
  epoll_event wanted{EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, {}};
  wanted.data.u64 = std::uint64_t{at.generation} << 32 | number;
  if (::epoll_ctl(on.epoll_, EPOLL_CTL_ADD, descriptor, &wanted) != 0) return false;
  on.free_slots_.pop_back();
  loop_ = on.shared_from_this();
  descriptor_ = descriptor;
  slot_ = number;
  return true;
}

void socket_watch::end() noexcept {
  if (!loop_) return;
  ::epoll_ctl(loop_->epoll_, EPOLL_CTL_DEL, descriptor_, nullptr);
  if (loop_->is_this_thread()) {
    loop_core::slot& at = loop_->slots_[slot_];
    ++at.generation;
    at.who = nullptr;
    loop_->free_slots_.push_back(slot_);
  } else {
    const std::scoped_lock lock(loop_->mutex_);
    loop_->unwatched_.push_back(slot_);
  }
  loop_.reset();
}

bool socket_watch::can_receive() const noexcept { return (loop_->slots_[slot_].events & events_to_receive) != 0; }
bool socket_watch::has_ended() const noexcept { return (loop_->slots_[slot_].events & events_of_end) != 0; }
bool socket_watch::can_send() const noexcept { return (loop_->slots_[slot_].events & EPOLLOUT) != 0; }
void socket_watch::all_received() noexcept { loop_->slots_[slot_].events &= ~std::uint32_t{EPOLLIN}; }
void socket_watch::nothing_to_receive() noexcept { loop_->slots_[slot_].events &= ~events_to_receive; }
void socket_watch::no_room_to_send() noexcept { loop_->slots_[slot_].events &= ~std::uint32_t{EPOLLOUT}; }

}  // namespace dynamo::http
