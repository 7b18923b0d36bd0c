#pragma once

#include "store.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// The least key that sorts after this one.
inline std::string key_after(std::string_view key) { return std::string(key) + '\0'; }

/// Ranges of keys that hold no row now, as readers found them. RocksDB keeps an erased key until a compaction comes by, and steps over each
/// one by one; a reader that comes to a known gap goes on at its other end.
///
/// A moment is the number of writes that are done. A gap has held no row since its moment. A reader of the store as it was then or later may
/// leap over it. A reader finds a gap by a walk over one moment; since then a row may have been put into it. So the reader
/// becomes a watcher first, whom each later write tells of its rows. The writer takes a row's key out of all gaps before it is written.
///
/// Bounded: what was not used for the longest time is forgotten, which costs a walk. Thread-safe, with one writer at a time.
class known_gaps {
 public:
  static constexpr std::size_t gaps_max = 256;
  static constexpr std::size_t watchers_max = 64;

  /// What a reader that begins now sees at the least.
  std::uint64_t moment() const noexcept { return finished_.load(std::memory_order_acquire); }
  /// What a reader that began just now sees at the most: a write that is not done yet may be in sight.
  std::uint64_t latest_in_sight() const noexcept { return begun_.load(std::memory_order_acquire); }
  bool empty() const noexcept { return !any_.load(std::memory_order_relaxed); }

  /// Stands around a write: from before it is handed to RocksDB until it is done or has failed. The batches outlive it.
  class writing {
   public:
    writing(known_gaps&, const std::vector<const write_batch*>&);
    writing(const writing&) = delete;
    writing& operator=(const writing&) = delete;
    ~writing();

   private:
    known_gaps& in_;
  };

  struct leap {
    std::string to;            ///< forward: the gap's end, which is not in it; backward: its beginning, which is
    std::uint64_t moment = 0;  ///< from when on there is nothing to be read before
  };
  /// Forward: over the gap that has `key`. Backward: over the one that has the last key before `key`.
  std::optional<leap> find(std::string_view key, direction);

  /// A reader that has begun to walk over what may be a gap. Not thread-safe.
  class watcher {
   public:
    /// From now on, for rows between `begin` and `end` (exclusive). Nothing if there are too many of them.
    static std::optional<watcher> start(known_gaps&, std::string_view begin, std::string_view end, direction);
    watcher(watcher&&) noexcept;
    watcher& operator=(watcher&&) noexcept;
    ~watcher();
    /// It is told of every write that is not done at this moment.
    std::uint64_t since() const noexcept { return at_->since; }
    /// A walk over the store as it was at since() or later came from where the watcher began up to `bound` and met no row; backwards,
    /// down to `bound`, which is in the gap. `in_sight` is latest_in_sight() after the walk had got its view: rows that a write took away
    /// meanwhile are still seen by readers that began before.
    void found_none_up_to(std::string_view bound, std::uint64_t in_sight);

   private:
    friend class known_gaps;
    struct watched {
      std::string begin, end;
      direction way;
      std::uint64_t since;
      void tell(std::string_view key_of_row);  // cuts off what is beyond
    };
    watcher(known_gaps& of, std::list<watched>::iterator at) : of_(&of), at_(at) {}
    known_gaps* of_;
    std::list<watched>::iterator at_;
  };

 private:
  struct gap {
    std::string end;
    std::uint64_t moment;
    std::uint64_t used;
  };
  using gaps = std::map<std::string, gap, std::less<>>;  // by their beginnings; none touches another

  void take_out(std::string_view key);
  void add(std::string begin, gap);
  void forget_one();

  mutable std::mutex mutex_;
  gaps gaps_;
  std::list<watcher::watched> watchers_;
  const std::vector<const write_batch*>* writing_ = nullptr;
  std::uint64_t uses_ = 0;
  std::atomic<std::uint64_t> begun_ = 0;
  std::atomic<std::uint64_t> finished_ = 0;
  std::atomic<bool> any_ = false;
};

}  // namespace dynamo::engine
