#pragma once

#include "commit_observer.hpp"
#include "key_locks.hpp"
#include "prepared_change.hpp"
#include "record_waiters.hpp"
#include "stale_index_views.hpp"
#include "start_thread.hpp"

#include <engine/storage/change_number.hpp>
#include <engine/storage/store.hpp>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace dynamo::engine {

/// The only writer of the store. Gives all changes one order, numbers them in it and writes them in groups.
///
/// Prepared changes join a queue. One leader at a time - a caller that stands in wait() or reserve(), or a thread of this object's own
/// for changes that no caller waits for - takes what has gathered, numbers it and makes one atomic write (one sync). A caller that
/// fails between enqueue() and wait() stops no other: the next leader, or the destructor, settles its change with the others. Taking
/// numbers before concurrent writes would let a reader of the change log pass by a record that becomes visible later.
///
/// A write that fails or throws is final: the change and everything after it is lost (their callers are told), and the database accepts no
/// writes until it is reopened. A sink may destroy this object. Thread-safe.
class committer {
 public:
  /// Changes with a slot that are not settled yet, at the most. Bounds queue, memory and the pending lists of the key locks.
  static constexpr std::size_t in_flight_max = 4096;
  /// Changes and bytes of one group.
  static constexpr std::size_t group_changes_max = 1024;
  static constexpr std::size_t group_bytes_max = 8u << 20;

  /// `waiters`, if given, hear of every stream that got records once they are committed; `observer` of every write.
  committer(store&, key_locks&, std::uint32_t epoch, record_waiters* waiters = nullptr,
            stale_index_views* stale_views = nullptr, thread_starter = start_thread,
            commit_observer* observer = nullptr);
  ~committer();  ///< settles what is queued first
  committer(const committer&) = delete;
  committer& operator=(const committer&) = delete;

  /// A slot of the queue, taken before any key lock: waiting for room while holding one would stop the leader.
  void reserve();
  bool try_reserve();
  void release();  ///< gives back a slot that was not used

  enum class verdict : std::uint8_t {
    queued,
    stale,     ///< a table changed since the change was prepared: prepare it anew
    refused,   ///< the database is read-only; see failure()
    no_thread  ///< a change with a sink, and the thread that is to settle it cannot be started; see why_no_thread()
  };
  /// Takes a change that has a slot. Called under its key locks, so that the queue's order is the keys' order. If it throws, the
  /// change is not in the queue. `in_order`, if given, runs inside the critical section when the change is accepted: for barriers.
  verdict enqueue(const std::shared_ptr<prepared_change>&, const std::function<void()>& in_order = {});

  /// Waits until the change is settled; may write it, and others, on this thread. For changes without a sink.
  result<void> wait(prepared_change&);
  /// Wakes the thread if there is no leader: after changes with sinks were enqueued and the key locks released. Several share a write if it
  /// is called after the last one. Without the call they wait for the next leader.
  void ensure_leader() noexcept;

  /// Accepts no writes from now on: a database that could be opened for reading only. Before the first write.
  void refuse(error why);
  /// Why no more writes are accepted, if so.
  std::optional<error> failure() const;
  /// Greater than the number of every change that was settled before the call, and no greater than those of later ones.
  change_number next_number() const noexcept;
  /// Why the last start of the thread failed.
  error why_no_thread() const;

 private:
  using group = std::vector<std::shared_ptr<prepared_change>>;

  bool lead(std::unique_lock<std::mutex>& held);
  group empty_group();
  bool tell(group&, const std::optional<error>& failure, std::unique_lock<std::mutex>& held);
  void take_group(group&);
  std::optional<error> write(const group&) noexcept;
  result<void> write_observed();
  void number(prepared_change&);
  bool settle_callers(const group&, const std::optional<error>& failure);
  void announce(const group&);
  void pass_leadership() noexcept;
  void serve();

  store& store_;
  key_locks& locks_;
  const std::uint32_t epoch_;
  record_waiters* const waiters_;
  stale_index_views* const stale_views_;
  const thread_starter start_thread_;
  commit_observer* const observer_;

  mutable std::mutex mutex_;
  std::condition_variable room_;  // a slot became free
  std::condition_variable work_;  // the thread has work, or is to stop
  std::deque<std::shared_ptr<prepared_change>> queue_;
  std::size_t in_flight_ = 0;
  std::size_t in_flight_waiters_ = 0;
  bool leading_ = false;
  bool stopping_ = false;
  std::optional<error> failure_;
  std::optional<error> thread_failure_;
  std::thread thread_;  // started before the first change with a sink is accepted
  const std::shared_ptr<const int> life_ = std::make_shared<int>();  // expires with this object
  group spare_;                                                      // empty, with room for a whole group

  // The leader's own.
  std::vector<const write_batch*> batches_;
  std::vector<std::uint32_t> streams_;      // with new records in this group
  std::atomic<std::uint64_t> counter_ = 0;  // others may look
};

}  // namespace dynamo::engine
