#pragma once

#include <dynamo/vector_search/distance.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::vector_search {

/// One row that a search found.
struct match {
  std::string id;
  std::string payload;
  double score = 0;  ///< that of score(), for the search's distance

  friend bool operator==(const match&, const match&) = default;
};

/// Says which rows a search may find. Called on the thread that runs the search, once for each row; the views end with the call.
/// It must not change the set.
using row_filter = std::function<bool(std::string_view id, std::string_view payload)>;

struct query {
  std::vector<float> vector;  ///< finite, and as long as the set's
  distance kind = distance::cosine;
  std::size_t top_k = 10;       ///< how many rows are wanted; memory is taken for no more than there are
  row_filter filter = nullptr;  ///< empty: every row
};

/// The exact search of one snapshot: finds the top k of all rows, not of a sample. It runs in slices, so that a caller
/// can stop, or let others run, in between.
///
/// What it finds is the set as of begin(): the changes that were published before it, and none of those published later. Rows are ordered by
/// their score (nearest first), and rows of equal score by their ids, as bytes. Scores and order are the same on every machine, whatever
/// instructions its processor has.
/// Not thread-safe: one thread at a time, which may be another one for each slice. It keeps the set's memory alive, and the
/// memory of rows that were erased meanwhile, so end it soon. Copies nothing but the rows that it found.
class search {
 public:
  search(search&&) noexcept;
  search& operator=(search&&) noexcept;
  ~search();

  /// Looks at up to this many further places of rows; true as soon as there are none left. A place costs about
  /// dimensions * 4 bytes of memory traffic: 1,000 of 1,024 dimensions take less than a millisecond.
  bool run(std::size_t places);
  /// Runs to the end.
  void run();

  /// How many rows the search has come by so far, whether the filter let them through or not.
  [[nodiscard]] std::size_t rows_seen() const noexcept;

  /// The nearest of the rows that the search has come by so far, nearest first; the top k once run() has said true. Call it once.
  [[nodiscard]] std::vector<match> take();

  struct state;

 private:
  friend class vector_set;
  explicit search(std::unique_ptr<state>) noexcept;
  std::unique_ptr<state> state_;
};

/// Vectors of one length in memory, each with an id and a payload, for exact search: 32-bit floats in large aligned blocks, which a
/// SIMD loop reads from end to end.
///
/// Changes are made with put() and erase(), and are seen by searches that begin after the next publish(): all of those up to it at
/// once, so the changes of a transaction stay together.
///
/// Thread-safety: one thread at a time may change the set (put, erase, publish); any number of threads may begin, run and end searches and
/// call the const members meanwhile. No search waits for a change or the other way round, except for the moment that begin(), publish()
/// and the end of a search take (a lock that is held for no more than a few pointers). A reader never sees half a row.
///
/// Memory: a row takes its dimensions, rounded up to 16, times 4 bytes, some 150 bytes more, and what of id and payload is longer than
/// 15 bytes. The place of an erased or replaced row is used again once no search is left that can see it. Blocks are
/// given back when the set ends.
class vector_set {
 public:
  explicit vector_set(int dimensions);  ///< from 1 to dimensions_max
  vector_set(vector_set&&) noexcept;
  vector_set& operator=(vector_set&&) noexcept;
  ~vector_set();  ///< searches may still be under way

  /// Adds a row, or replaces the one with this id. `vector` must have the set's length and be all_finite(): the caller has checked it.
  /// `payload` is what the filter reads; the set does not look at it. Cost: one copy of the vector, one look-up by hash.
  void put(std::string_view id, std::span<const float> vector, std::string_view payload = {});
  /// Removes the row with this id; false if there is none.
  bool erase(std::string_view id);
  /// Lets the searches that begin from now on see the changes made so far.
  void publish();

  [[nodiscard]] search begin(query what) const;

  [[nodiscard]] int dimensions() const noexcept;
  [[nodiscard]] std::size_t size() const noexcept;   ///< rows, those not yet published included
  [[nodiscard]] std::size_t bytes() const noexcept;  ///< memory, with that of ids, payloads and places that are free

  struct state;

 private:
  std::shared_ptr<state> state_;
};

/// The instructions that searches of this process use: the widest of the processor's: "avx512", "avx2" or "portable", which is SSE2 on
/// x86-64 and NEON on 64-bit Arm. They change how long a search takes, and nothing else.
[[nodiscard]] std::string_view instructions() noexcept;

}  // namespace dynamo::vector_search
