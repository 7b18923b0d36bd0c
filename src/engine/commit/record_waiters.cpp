#include "record_waiters.hpp"

#include "start_thread.hpp"

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

std::unexpected<error> asked_to_stop() {
  return fail(errc::cancelled, "The call was cancelled while it waited for a stream's next record");
}

std::unexpected<error> being_closed() {
  return fail(errc::unavailable, "The database was closed while the call waited for a stream's next record");
}

}  // namespace

void record_waiters::on_stop::operator()() const noexcept {
  const std::scoped_lock held(in->mutex_);
  who->stopped = true;
  who->wake->notify_all();
}

bool record_waiters::add(waiting& who) {
  const std::scoped_lock held(mutex_);
  if (closed_ || waiting_.size() >= waiting_max) return false;
  waiting_.push_back(&who);
  return true;
}

void record_waiters::remove(const waiting& who) {
  const std::scoped_lock held(mutex_);
  std::erase(waiting_, &who);
}

result<reply> record_waiters::wait(std::uint32_t stream, const wait_limit& how_long, const look& see) {
  std::condition_variable wake;
  waiting me;
  me.stream = stream;
  me.until = how_long.until;
  me.wake = &wake;
  if (!add(me)) return *see(true);
  const std::stop_callback stop(how_long.stop, on_stop{this, &me});
  // The first look comes after the admission, so that no record slips in between unannounced.
  std::optional<result<reply>> told = see(false);
  while (!told) {
    std::unique_lock held(mutex_);
    const bool woken = wake.wait_until(held, me.until, [&] { return me.has_new_records || me.stopped || closed_; });
    if (me.stopped) {
      told = asked_to_stop();
    } else if (closed_) {
      told = being_closed();
    } else {
      me.has_new_records = false;
      held.unlock();
      told = see(!woken);
    }
  }
  remove(me);
  return *std::move(told);
}

void record_waiters::wait(std::uint32_t stream, const wait_limit& how_long, look see, reply_sink& sink) {
  std::list<parked> fresh;
  parked& me = fresh.emplace_back();
  me.stream = stream;
  me.until = how_long.until;
  me.has_new_records = true;  // to be looked for once more: a record may have come before this reader is listed
  me.wake = &changed_;
  me.see = std::move(see);
  me.sink = &sink;
  me.stop.emplace(how_long.stop, on_stop{this, &me});  // may call at once, so without the lock
  {
    const std::scoped_lock held(mutex_);
    if (!closed_ && waiting_.size() < waiting_max && has_thread()) {
      waiting_.push_back(&me);
      parked_.splice(parked_.end(), fresh);
      changed_.notify_one();
    }
  }
  if (!fresh.empty()) sink.complete(*me.see(true));
}

// Without a thread the reader gets the page that it would get without waiting.
bool record_waiters::has_thread() {
  if (!thread_.joinable() && !closed_) {
    if (auto started = start_thread([this] { serve(); })) thread_ = *std::move(started);
  }
  return thread_.joinable();
}

void record_waiters::announce(std::span<const std::uint32_t> streams) {
  const std::scoped_lock held(mutex_);
  for (waiting* who : waiting_) {
    if (std::ranges::find(streams, who->stream) == streams.end()) continue;
    who->has_new_records = true;
    who->wake->notify_one();
  }
}

void record_waiters::close() {
  std::unique_lock held(mutex_);
  closed_ = true;
  for (const waiting* who : waiting_) who->wake->notify_all();
  changed_.notify_all();
  if (thread_.get_id() == std::this_thread::get_id()) {
    thread_.detach();  // it ends when the sink returns that closes
    answer_all(held);
  } else if (thread_.joinable()) {
    held.unlock();
    thread_.join();
  }
}

void record_waiters::answer_all(std::unique_lock<std::mutex>& held) {
  while (!parked_.empty()) answer(held, parked_.begin());
}

void record_waiters::serve() {
  std::unique_lock held(mutex_);
  while (true) {
    const auto now = std::chrono::steady_clock::now();
    if (const auto next = ready(now); next != parked_.end()) {
      if (!answer(held, next)) return;
    } else if (closed_) {
      return;
    } else if (parked_.empty()) {
      changed_.wait(held);
    } else {
      changed_.wait_until(held, std::ranges::min_element(parked_, {}, &parked::until)->until);
    }
  }
}

std::list<record_waiters::parked>::iterator record_waiters::ready(std::chrono::steady_clock::time_point now) {
  return std::ranges::find_if(
      parked_, [&](const parked& p) { return closed_ || p.has_new_records || p.stopped || p.until <= now; });
}

// Entered and left with the mutex held; looking and telling happen without it. False if the sink has destroyed this object: the
// mutex is gone then.
bool record_waiters::answer(std::unique_lock<std::mutex>& held, std::list<parked>::iterator who) {
  const bool closed = closed_;
  const bool stopped = who->stopped;
  const bool last = who->until <= std::chrono::steady_clock::now();
  who->has_new_records = false;
  held.unlock();
  std::optional<result<reply>> told;
  if (closed) {
    told = being_closed();
  } else if (stopped) {
    told = asked_to_stop();
  } else {
    told = who->see(last);
  }
  held.lock();
  if (!told) {
    parked_.splice(parked_.end(), parked_, who);  // the others first
    return true;
  }
  std::erase(waiting_, &*who);
  std::list<parked> done;
  done.splice(done.end(), parked_, who);
  const std::weak_ptr<const int> life = life_;
  held.unlock();
  who->stop.reset();  // waits for a callback that is running, and that may want the mutex
  who->sink->complete(*std::move(told));
  done.clear();
  if (life.expired()) return false;
  held.lock();
  return true;
}

}  // namespace dynamo::engine
