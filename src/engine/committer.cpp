#include "committer.hpp"

#include "big_endian.hpp"
#include "change_record.hpp"

#include <cassert>

namespace dynamo::engine {

using state = prepared_change::state;

committer::committer(store& target, key_locks& locks, std::uint32_t epoch, stream_news* news, index_history* past)
    : store_(target), locks_(locks), epoch_(epoch), news_(news), past_(past) {}

committer::~committer() {
  std::unique_lock held(mutex_);
  stopping_ = true;
  attended_.notify_all();
  if (thread_.joinable()) {
    held.unlock();
    thread_.join();
    held.lock();
  }
  assert(in_flight_ == 0 && "callers still wait for a database that is being closed");
}

void committer::admit() {
  std::unique_lock held(mutex_);
  ++in_flight_waiters_;
  room_.wait(held, [&] { return in_flight_ < in_flight_max; });
  --in_flight_waiters_;
  ++in_flight_;
}

bool committer::try_admit() {
  const std::scoped_lock held(mutex_);
  if (in_flight_ == in_flight_max) return false;
  ++in_flight_;
  return true;
}

void committer::leave() {
  const std::scoped_lock held(mutex_);
  --in_flight_;
  if (in_flight_waiters_ > 0) room_.notify_one();
}

committer::verdict committer::enqueue(const std::shared_ptr<prepared_change>& change,
                                      const std::function<void()>& in_order) {
  const std::scoped_lock held(mutex_);
  if (failure_) return verdict::refused;
  for (const auto& entry : change->prepared_for) {
    if (entry->superseded.load(std::memory_order_relaxed)) return verdict::superseded;
  }
  if (in_order) in_order();
  change->progress.store(state::queued, std::memory_order_relaxed);
  queue_.push_back(change);
  return verdict::queued;
}

result<void> committer::wait(prepared_change& change) {
  assert(change.sink == nullptr);
  std::unique_lock held(mutex_);
  while (true) {
    const state now = change.progress.load(std::memory_order_acquire);
    if (now == state::committed) return {};
    if (now == state::lost) return std::unexpected(*change.why_lost);
    if (now == state::leading || !leading_) {
      leading_ = true;
      change.progress.store(state::queued, std::memory_order_relaxed);
      lead(held);
      continue;
    }
    held.unlock();
    change.progress.wait(state::queued, std::memory_order_acquire);
    held.lock();
  }
}

void committer::attend() {
  const std::scoped_lock held(mutex_);
  if (leading_) return;  // the leader passes on what it leaves behind
  if (!thread_.joinable()) thread_ = std::thread(&committer::serve, this);
  attended_.notify_one();
}

void committer::refuse(error why) {
  const std::scoped_lock held(mutex_);
  failure_ = std::move(why);
}

std::optional<error> committer::failure() const {
  const std::scoped_lock held(mutex_);
  return failure_;
}

// Settles one group. Entered and left with the mutex held; the write itself happens without it.
void committer::lead(std::unique_lock<std::mutex>& held) {
  take_group();
  std::optional<error> failure = failure_;
  held.unlock();
  if (!failure) {
    batches_.clear();
    for (const auto& change : group_) {
      if (change->rows.empty()) continue;
      number(*change);
      batches_.push_back(&change->rows);
    }
    if (!batches_.empty()) {
      if (past_ != nullptr) past_->before_commit();
      if (auto written = store_.write(batches_); !written) failure.emplace(written.error());
    }
  }
  held.lock();
  // Before anybody learns of the failure, so that no later write can be accepted.
  if (failure && !failure_) failure_ = failure;
  held.unlock();
  settle(failure);
  if (!failure) announce();
  held.lock();
  in_flight_ -= group_.size();
  group_.clear();
  if (in_flight_waiters_ > 0) room_.notify_all();
  pass_leadership();
}

void committer::take_group() {
  std::size_t bytes = 0;
  while (!queue_.empty() && group_.size() < group_changes_max && bytes < group_bytes_max) {
    bytes += queue_.front()->rows.bytes();
    group_.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
}

void committer::number(prepared_change& change) {
  for (const std::size_t slot : change.number_slots) {
    char* at = change.rows.arena().data() + slot;
    store_big_endian(at, epoch_);
    store_big_endian(at + sizeof epoch_, ++counter_);
  }
}

// Withdraws the pending values first: whoever is told of an outcome finds it in the store.
void committer::settle(const std::optional<error>& failure) {
  for (const auto& change : group_) locks_.withdraw(*change);
  for (const auto& change : group_) {
    if (change->sink != nullptr) {
      if (failure) {
        change->sink->complete(std::unexpected(*failure));
      } else if (change->answer_error) {
        change->sink->complete(std::unexpected(*std::move(change->answer_error)));
      } else {
        change->sink->complete(std::move(change->answer));
      }
      continue;
    }
    if (failure) change->why_lost = failure;
    change->progress.store(failure ? state::lost : state::committed, std::memory_order_release);
    change->progress.notify_one();
  }
}

// Behind the writers' own outcomes: a reader that waits must not cost them anything but this.
void committer::announce() {
  if (news_ == nullptr) return;
  streams_.clear();
  for (const auto& change : group_) {
    for (const std::size_t slot : change->number_slots) {
      const std::uint32_t stream = stream_of_slot(change->rows, slot);
      if (streams_.empty() || streams_.back() != stream) streams_.push_back(stream);
    }
  }
  if (!streams_.empty()) news_->announce(streams_);
}

// The next leader is the first caller that waits; only if nobody does, this object's thread.
void committer::pass_leadership() {
  leading_ = false;
  if (queue_.empty()) return;
  for (const auto& change : queue_) {
    if (change->sink != nullptr) continue;
    leading_ = true;
    change->progress.store(state::leading, std::memory_order_release);
    change->progress.notify_one();
    return;
  }
  if (!thread_.joinable()) thread_ = std::thread(&committer::serve, this);
  attended_.notify_one();
}

void committer::serve() {
  std::unique_lock held(mutex_);
  while (true) {
    attended_.wait(held, [&] { return stopping_ || (!leading_ && !queue_.empty()); });
    if (!leading_ && !queue_.empty()) {
      leading_ = true;
      lead(held);
    } else if (stopping_) {
      return;
    }
  }
}

}  // namespace dynamo::engine
