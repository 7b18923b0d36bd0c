#pragma once

#include <engine/commit/committer.hpp>
#include <engine/commit/prepared_change.hpp>
#include <engine/commit/queue_slot.hpp>

#include <atomic>
#include <cstddef>
#include <memory>

namespace dynamo::engine {

/// A change that nobody waits for: it is told itself when it is settled. Committed or lost: of a lost one the database says that it accepts no
/// writes.
class background_change final : public prepared_change, private reply_sink {
 public:
  background_change() { sink = this; }

 private:
  friend class background_changes;
  using counter = std::shared_ptr<std::atomic<std::size_t>>;

  void complete(result<reply>) noexcept override { settle(); }
  void settle() noexcept { unsettled_->fetch_sub(1, std::memory_order_release); }

  counter unsettled_;  // which may outlive who counts
};

/// Changes that a job of maintenance makes. It counts those that are not settled yet, so that a job has few of them in the commit queue; one that
/// reads what it wrote makes the next ones when there are none. Used by one job. What is in flight may outlive this object.
class background_changes {
 public:
  explicit background_changes(committer& commits)
      : commits_(commits), unsettled_(std::make_shared<std::atomic<std::size_t>>(0)) {}

  /// How many are not settled yet.
  std::size_t under_way() const noexcept { return unsettled_->load(std::memory_order_acquire); }

  enum class verdict : unsigned char {
    queued,
    stale,    ///< a table changed since: prepare it anew
    full,     ///< the commit queue is: later
    refused,  ///< the database accepts no writes
  };
  /// Under its key locks, if it has any. A leader is ensured by flush().
  verdict enqueue(const std::shared_ptr<background_change>&);
  /// The same with a slot that was reserved before the change was made, which may be much work.
  verdict enqueue(const std::shared_ptr<background_change>&, queue_slot&);
  /// After the locks were released.
  void flush() noexcept { commits_.ensure_leader(); }

 private:
  committer& commits_;
  const background_change::counter unsettled_;
};

}  // namespace dynamo::engine
