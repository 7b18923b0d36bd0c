#pragma once

#include <engine/commit/committer.hpp>
#include <engine/commit/prepared_change.hpp>

#include <atomic>
#include <memory>

namespace dynamo::engine {

/// A change that nobody waits for: it is told itself when it is settled. Committed or lost: of a lost one the database says that it accepts no
/// writes.
class background_change final : public prepared_change, private reply_sink {
 public:
  background_change() { sink = this; }
  bool is_settled() const noexcept { return settled_.load(std::memory_order_acquire); }

 private:
  void complete(result<reply>) noexcept override { settled_.store(true, std::memory_order_release); }

  std::atomic<bool> settled_ = false;
};

/// Changes that a job of maintenance makes. A job makes the next ones when the last is settled: so it reads what it
/// wrote, and has few of them in the commit queue. Used by one job.
class background_changes {
 public:
  explicit background_changes(committer& commits) : commits_(commits) {}

  /// Whether one is not settled yet.
  bool under_way() const noexcept { return last_ && !last_->is_settled(); }

  enum class verdict : unsigned char {
    queued,
    stale,    ///< a table changed since: prepare it anew
    full,     ///< the commit queue is: later
    refused,  ///< the database accepts no writes
  };
  /// Under its key locks, if it has any. A leader is ensured by flush().
  verdict enqueue(const std::shared_ptr<background_change>&);
  /// After the locks were released.
  void flush() noexcept { commits_.ensure_leader(); }

 private:
  committer& commits_;
  std::shared_ptr<const background_change> last_;  // the others are settled no later
};

}  // namespace dynamo::engine
