#pragma once

#include "prepared_change.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// Serialises writers of the same key, and shows each the value that the one before it is about to commit.
///
/// A lock is held from reading the old item until the new one is enqueued, not until it is committed: otherwise a hot key
/// would be limited to one write per fsync. Keys share a fixed number of stripes. Thread-safe.
class key_locks {
 public:
  static constexpr std::size_t stripe_count = 1024;
  static std::size_t stripe_of(std::string_view row_key) noexcept;

  /// What had been published of each stripe at one moment.
  ///
  ///     locks.note(then);                       // first
  ///     ... read the store as it is now         // second
  ///     key_locks::guard held(locks, stripe);
  ///     held.is_unchanged_since(then)           // what was read of this stripe's keys is still their latest value
  class moment {
    friend class key_locks;
    std::array<std::uint64_t, stripe_count> published_{};
  };
  /// Locks each stripe in turn, one at a time.
  void note(moment&);

  /// Holds the stripe of one key. A change of several keys takes guard_list.
  class guard {
   public:
    guard(key_locks& locks, std::size_t stripe)
        : locks_(&locks), stripe_(stripe), held_(locks.stripes_[stripe].mutex) {}
    std::size_t stripe() const noexcept { return stripe_; }
    void release() { held_.unlock(); }

    struct pending_value {
      std::shared_ptr<const prepared_change> change;  ///< keeps the value alive
      std::optional<std::string_view> row;            ///< nothing: the row is about to be deleted
    };
    /// The value of the latest enqueued, not yet committed change of this key; nothing if there is none.
    std::optional<pending_value> latest(std::string_view row_key) const;
    /// Whether an enqueued, not yet committed transaction writes this key. Costs nothing while nothing is pending.
    bool is_in_transaction(std::string_view row_key) const noexcept;
    /// Whether nothing was pending for the stripe at that moment, and nothing was published since: then every value that was published for one of
    /// its keys had been committed before the moment, and a read of the store that came after it found that value.
    bool is_unchanged_since(const moment&) const noexcept;
    /// Makes room for so many more calls of publish(). Call before enqueueing: afterwards nothing may fail any more.
    void reserve(std::size_t count);
    /// Shows the change's value for this stripe to the writers that come next. Call after enqueueing, before release().
    void publish(const std::shared_ptr<const prepared_change>&, std::size_t operation) noexcept;

   private:
    key_locks* locks_;
    std::size_t stripe_;
    std::unique_lock<std::mutex> held_;
    std::size_t reserved_ = 0;
  };

  /// Holds the stripes of a change's keys: each once, taken in ascending order, so that no two changes wait for each other.
  class guard_list {
   public:
    guard_list() = default;
    /// In any order, also repeated. Holds no others.
    void lock(key_locks&, std::span<const std::size_t> stripes);
    /// One of those that were locked.
    guard& of(std::size_t stripe);
    /// Unlocks all, in reverse.
    void release() noexcept;

   private:
    std::optional<guard> first_;  // most changes have one key
    std::vector<guard> more_;     // ascending
  };

  /// Withdraws what publish() showed: the change is committed (readers find it in the store) or lost.
  void withdraw(const prepared_change&);

 private:
  struct pending {
    std::shared_ptr<const prepared_change> change;
    std::size_t operation;
  };
  struct alignas(64) stripe {
    std::mutex mutex;
    std::vector<pending> waiting;  // oldest first; rows of changes in the commit queue
  };
  std::array<stripe, stripe_count> stripes_;
  std::array<std::uint64_t, stripe_count> published_{};  // calls of publish(), each under its stripe's mutex
};

}  // namespace dynamo::engine
