#include "committer.hpp"

#include <engine/storage/big_endian.hpp>
#include <engine/storage/change_key.hpp>

#include <cassert>
#include <exception>
#include <string>
#include <utility>

namespace dynamo::engine {

using state = prepared_change::state;

committer::committer(store& target, key_locks& locks, std::uint32_t epoch, record_waiters* waiters,
                     stale_index_views* stale_views, thread_starter start, commit_observer* observer)
    : store_(target),
      locks_(locks),
      epoch_(epoch),
      waiters_(waiters),
      stale_views_(stale_views),
      start_thread_(start),
      observer_(observer) {
  spare_.reserve(group_changes_max);
  batches_.reserve(group_changes_max);
}

committer::~committer() {
  std::unique_lock held(mutex_);
  stopping_ = true;
  work_.notify_all();
  if (thread_.get_id() == std::this_thread::get_id()) {
    thread_.detach();  // a sink destroys this object: its thread ends when the sink returns
  } else if (thread_.joinable()) {
    held.unlock();
    thread_.join();
    held.lock();
  }
  while (!queue_.empty()) {  // their callers have given up, or this is the thread that would settle them
    leading_ = true;
    lead(held);
  }
  assert(in_flight_ == 0 && "callers still wait for a database that is being closed");
}

void committer::reserve() {
  std::unique_lock held(mutex_);
  ++in_flight_waiters_;
  while (in_flight_ >= in_flight_max) {
    if (!leading_ && !queue_.empty()) {
      leading_ = true;
      lead(held);
    } else {
      room_.wait(held);
    }
  }
  --in_flight_waiters_;
  ++in_flight_;
}

bool committer::try_reserve() {
  const std::scoped_lock held(mutex_);
  if (in_flight_ == in_flight_max) return false;
  ++in_flight_;
  return true;
}

void committer::release() {
  const std::scoped_lock held(mutex_);
  --in_flight_;
  if (in_flight_waiters_ > 0) room_.notify_one();
}

committer::verdict committer::enqueue(const std::shared_ptr<prepared_change>& change,
                                      const std::function<void()>& in_order) {
  const std::scoped_lock held(mutex_);
  if (failure_) return verdict::refused;
  for (const auto& entry : change->prepared_for) {
    if (entry->stale()) return verdict::stale;
  }
  if (change->sink != nullptr && !thread_.joinable()) {
    auto started = start_thread_([this] { serve(); });
    if (!started) {
      thread_failure_ = started.error();
      return verdict::no_thread;
    }
    thread_ = *std::move(started);
  }
  queue_.push_back(change);
  try {
    if (in_order) in_order();
  } catch (...) {
    queue_.pop_back();
    throw;
  }
  change->progress.store(state::queued, std::memory_order_relaxed);
  return verdict::queued;
}

result<void> committer::wait(prepared_change& change) {
  assert(change.sink == nullptr);
  std::unique_lock held(mutex_);
  while (true) {
    state now = change.progress.load(std::memory_order_acquire);
    if (now == state::committed) return {};
    if (now == state::lost) return std::unexpected(*change.why_lost);
    if (now == state::leading || !leading_) {
      leading_ = true;
      change.progress.store(state::queued, std::memory_order_relaxed);
      lead(held);
      continue;
    }
    // The leader may be settling it at this moment, which counts for more.
    if (now == state::queued && !change.progress.compare_exchange_strong(now, state::waited_for)) continue;
    held.unlock();
    change.progress.wait(state::waited_for, std::memory_order_acquire);
    held.lock();
  }
}

void committer::ensure_leader() noexcept {
  const std::scoped_lock held(mutex_);
  if (!leading_) work_.notify_one();  // a leader passes on what it has not taken
}

void committer::refuse(error why) {
  const std::scoped_lock held(mutex_);
  failure_ = std::move(why);
}

std::optional<error> committer::failure() const {
  const std::scoped_lock held(mutex_);
  return failure_;
}

change_number committer::next_number() const noexcept { return {epoch_, counter_.load(std::memory_order_relaxed) + 1}; }

error committer::why_no_thread() const {
  const std::scoped_lock held(mutex_);
  return *thread_failure_;
}

// Settles one group. Entered and left with the mutex held; the write itself happens without it. False if a sink has destroyed
// this object: the mutex is gone then.
bool committer::lead(std::unique_lock<std::mutex>& held) {
  group taken = empty_group();
  take_group(taken);
  std::optional<error> failure = failure_;
  held.unlock();
  if (!failure) failure = write(taken);
  held.lock();
  // Before anybody learns of the failure, so that no later write can be accepted.
  if (failure && !failure_) failure_ = failure;
  held.unlock();
  const bool has_sinks = settle_callers(taken, failure);
  if (!failure) announce(taken);
  held.lock();
  in_flight_ -= taken.size();
  if (in_flight_waiters_ > 0) room_.notify_all();
  // Sinks are told when another thread may lead: one that destroys this object waits for threads that wait for commits.
  pass_leadership();
  if (has_sinks && !tell(taken, failure, held)) return false;
  taken.clear();
  if (taken.capacity() > spare_.capacity()) spare_ = std::move(taken);
  return true;
}

// Only where one leader still tells sinks while the next one writes is there no spare one.
committer::group committer::empty_group() try {
  group made = std::exchange(spare_, {});
  made.reserve(group_changes_max);
  return made;
} catch (...) {
  leading_ = false;
  throw;
}

void committer::take_group(group& taken) {
  std::size_t bytes = 0;
  while (!queue_.empty() && taken.size() < group_changes_max && bytes < group_bytes_max) {
    bytes += queue_.front()->rows.bytes();
    taken.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
}

// An exception may leave the store with any part of the group, so it counts as a failed write.
std::optional<error> committer::write(const group& taken) noexcept {
  try {
    batches_.clear();
    for (const auto& change : taken) {
      if (change->rows.empty()) continue;
      number(*change);
      batches_.push_back(&change->rows);
    }
    if (batches_.empty()) return std::nullopt;
    if (stale_views_ != nullptr) stale_views_->before_commit();
    if (auto written = write_observed(); !written) return std::move(written).error();
    return std::nullopt;
  } catch (const std::exception& e) {
    return fail(errc::storage, std::string("The store threw an exception: ") + e.what() + ".").error();
  }
}

result<void> committer::write_observed() {
  if (observer_ == nullptr) return store_.write(batches_);
  struct observed {
    commit_observer& observer;
    const std::vector<const write_batch*>& batches;
    bool written = false;
    ~observed() { observer.after_write(batches, written); }  // also where the store throws
  };
  observer_->before_write(batches_);
  observed now{*observer_, batches_};
  auto outcome = store_.write(batches_);
  now.written = outcome.has_value();
  return outcome;
}

void committer::number(prepared_change& change) {
  for (const std::size_t slot : change.number_slots) {
    char* at = change.rows.arena().data() + slot;
    store_big_endian(at, epoch_);
    const std::uint64_t counter = counter_.load(std::memory_order_relaxed) + 1;
    counter_.store(counter, std::memory_order_relaxed);
    store_big_endian(at + sizeof epoch_, counter);
  }
}

// Withdraws the pending values first: a caller that is told of an outcome finds it in the store. Says whether the group has sinks.
bool committer::settle_callers(const group& taken, const std::optional<error>& failure) {
  for (const auto& change : taken) locks_.withdraw(*change);
  bool has_sinks = false;
  for (const auto& change : taken) {
    if (change->sink != nullptr) {
      has_sinks = true;
      continue;
    }
    if (failure) change->why_lost = failure;
    change->progress.store(failure ? state::lost : state::committed, std::memory_order_release);
    change->progress.notify_one();
  }
  return has_sinks;
}

// Entered and left with the mutex held, but for a sink that destroys this object: then false.
bool committer::tell(group& taken, const std::optional<error>& failure, std::unique_lock<std::mutex>& held) {
  const std::weak_ptr<const int> life = life_;
  held.unlock();
  for (const auto& change : taken) {
    if (change->sink == nullptr) continue;
    if (failure) {
      change->sink->complete(std::unexpected(*failure));
    } else if (change->answer_error) {
      change->sink->complete(std::unexpected(*std::move(change->answer_error)));
    } else {
      change->sink->complete(std::move(change->answer));
    }
  }
  if (life.expired()) return false;
  held.lock();
  return true;
}

// After the writers' own outcomes: a reader that waits must not cost them anything but this.
void committer::announce(const group& taken) {
  if (waiters_ == nullptr) return;
  streams_.clear();
  for (const auto& change : taken) {
    for (const std::size_t slot : change->number_slots) {
      const std::uint32_t stream = stream_of_slot(change->rows, slot);
      if (streams_.empty() || streams_.back() != stream) streams_.push_back(stream);
    }
  }
  if (!streams_.empty()) waiters_->announce(streams_);
}

// The next leader is the first caller that stands in wait(); without one, the thread, if there is a change with a sink. What is left
// has callers on their way to wait(), where they find no leader.
void committer::pass_leadership() noexcept {
  leading_ = false;
  bool has_sinks = false;
  for (const auto& change : queue_) {
    has_sinks = has_sinks || change->sink != nullptr;
    if (change->progress.load(std::memory_order_relaxed) != state::waited_for) continue;
    leading_ = true;
    change->progress.store(state::leading, std::memory_order_release);
    change->progress.notify_one();
    return;
  }
  if (has_sinks) work_.notify_one();
}

void committer::serve() {
  std::unique_lock held(mutex_);
  while (true) {
    work_.wait(held, [&] { return stopping_ || (!leading_ && !queue_.empty()); });
    if (!leading_ && !queue_.empty()) {
      leading_ = true;
      if (!lead(held)) return;
    } else if (stopping_) {
      return;
    }
  }
}

}  // namespace dynamo::engine
