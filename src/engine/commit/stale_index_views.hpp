#pragma once

#include <dynamo/base/clock.hpp>
#include <engine/storage/store.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>

namespace dynamo::engine {

/// What global indexes show when they are told to be late: the store as it was before the commits that are too young.
///
/// Rows of indexes are written with their items all the same; only reads look back. Before each commit the committer keeps a
/// snapshot here. There are never more than moments_max of them: beyond, commits share the newest one and are seen together, later
/// rather than earlier. Thread-safe.
class stale_index_views {
 public:
  static constexpr std::size_t moments_max = 1024;

  /// Both outlive this object.
  stale_index_views(const store& of, const clock& time, std::chrono::microseconds delay)
      : store_(of), time_(time), delay_(delay) {}

  /// Called by the committer before each write.
  void before_commit();
  /// The store as global indexes see it now; null: as it is.
  std::shared_ptr<const store_reader> visible();

 private:
  struct moment {
    instant commit;  ///< of the write, or the last of the writes, that `before` does not show
    std::shared_ptr<const store_reader> before;
  };

  void forget_old(instant now);

  const store& store_;
  const clock& time_;
  const std::chrono::microseconds delay_;
  std::mutex mutex_;
  std::deque<moment> moments_;  // oldest first
};

}  // namespace dynamo::engine
