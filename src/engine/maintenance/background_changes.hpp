#pragma once

#include <engine/commit/committer.hpp>
#include <engine/commit/prepared_change.hpp>

#include <memory>

namespace dynamo::engine {

/// Changes that a job of maintenance makes and nobody waits for. A job makes the next ones when the last is settled: so it reads what it
/// wrote, and has few of them in the commit queue. Used by one job.
class background_changes {
 public:
  explicit background_changes(committer& commits) : commits_(commits) {}

  /// Whether one is not settled yet.
  bool under_way() const noexcept;

  enum class verdict : unsigned char {
    queued,
    stale,    ///< a table changed since: prepare it anew
    full,     ///< the commit queue is: later
    refused,  ///< the database accepts no writes
  };
  /// Under its key locks, if it has any. A leader is ensured by flush().
  verdict enqueue(const std::shared_ptr<prepared_change>&);
  /// After the locks were released.
  void flush() noexcept { commits_.ensure_leader(); }

 private:
  committer& commits_;
  std::shared_ptr<const prepared_change> last_;
};

}  // namespace dynamo::engine
