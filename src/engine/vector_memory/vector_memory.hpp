#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/vector_search/vector_set.hpp>
#include <engine/commit/commit_observer.hpp>
#include <engine/storage/store.hpp>
#include <engine/tables/vector_index_descriptor.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// Vector indexes in memory: their vectors by the keys of their rows (without the store's prefix), and what filters look at.
///
///     memory.begin(index, query)            // a search, if the index is there
///     memory.register_for_filling(index)    // otherwise, once: from here on commits are followed
///     memory.fill(id, rows)...              // every row of a snapshot that was taken after that
///     memory.end_filling(id)
///
/// An index that is there is as the store is after the commits that anybody was told of. A search comes with the store as it was at that moment,
/// so what it finds can be read there, also while later commits change it. An index goes from memory when it is dropped, and when it does not fit
/// any more; then rows are read from the store, and after some searches it is tried anew. Thread-safe. No lock is held across a commit: commits
/// and the beginning of searches wait for each other while some rows are copied. While no index is there, a commit takes no lock either.
class vector_memory final : public commit_observer {
 public:
  /// `bytes_max`: of all indexes together, about; 0: none is kept.
  vector_memory(const store&, std::size_t bytes_max);
  ~vector_memory();
  vector_memory(const vector_memory&) = delete;
  vector_memory& operator=(const vector_memory&) = delete;

  struct begun_search {
    vector_search::search search;
    std::shared_ptr<const store_reader> moment;  ///< the store as the search sees the index
  };
  /// Nothing if the index is not there, or not yet.
  std::optional<begun_search> begin(const vector_index_descriptor&, vector_search::query);

  /// False if it is there, is being filled, or did not fit a little while ago.
  bool register_for_filling(const vector_index_descriptor&);
  struct row {
    std::string_view key;
    std::string_view value;
  };
  /// Adds rows of the snapshot. False if the index does not fit, or was dropped: then it is not filled any further.
  bool fill(std::uint32_t index_id, std::span<const row>);
  /// All rows of the snapshot were added. False if a commit is under way that was begun before the index was registered: a little later.
  bool end_filling(std::uint32_t index_id);
  /// Gives up.
  void drop(std::uint32_t index_id);

  /// The value that a filter looks at, in a row's payload; nothing where the item has none.
  static std::optional<std::string_view> filter_value(std::string_view payload, std::size_t which) noexcept;

  void before_write(const std::vector<const write_batch*>&) noexcept override;
  void after_write(const std::vector<const write_batch*>&, bool written) noexcept override;

  std::size_t bytes() const;  ///< about, of all indexes

 private:
  class kept_index;
  using indexes = std::map<std::uint32_t, std::unique_ptr<kept_index>>;

  std::optional<std::uint32_t> id_of(std::string_view key) const noexcept;
  void follow(const std::vector<const write_batch*>&) noexcept;
  void follow(const write_batch&);
  void follow(const write_batch&, const write_batch::operation&);
  void forget(indexes::iterator);
  bool end_unfollowed() noexcept;
  std::size_t bytes_locked() const;

  const store& rows_;
  const std::size_t bytes_max_;
  mutable std::mutex mutex_;
  indexes indexes_;
  std::map<std::uint32_t, unsigned> left_out_;  // indexes that did not fit; so many searches until they are tried anew
  // Bit 0: commits look at the indexes. Above it, a count that goes up when a write begins and when it ends: odd while one is under way.
  std::atomic<std::uint64_t> writes_ = 0;
  std::shared_ptr<const store_reader> before_;  // while a write is under way that changes an index that is kept
};

}  // namespace dynamo::engine
