#pragma once

#include "block.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

namespace dynamo::vector_search {

/// A row that is among the nearest so far.
struct found_row {
  double farness = 0;  ///< its score, negated where the greater score is the nearer: less is nearer
  const block* in = nullptr;
  std::size_t place = 0;

  [[nodiscard]] const row_texts& texts() const noexcept { return in->texts[place]; }
  /// The order of results: by farness, and rows of equal farness by their ids.
  friend bool operator<(const found_row& a, const found_row& b) noexcept {
    if (a.farness != b.farness) return a.farness < b.farness;
    return a.texts().id < b.texts().id;
  }
};

/// The nearest k of the rows that it was shown. Not thread-safe.
class top_k {
 public:
  explicit top_k(std::size_t k) noexcept : k_(k) {}

  /// A row that is farther than this one is not among them: infinity until there are k.
  [[nodiscard]] double farthest() const noexcept { return farthest_; }

  void show(const found_row& row) {
    if (k_ == 0) return;
    if (rows_.size() == k_) {
      if (!(row < rows_.front())) return;
      std::ranges::pop_heap(rows_, std::less<>());
      rows_.back() = row;
    } else {
      rows_.push_back(row);
    }
    std::ranges::push_heap(rows_, std::less<>());
    if (rows_.size() == k_) farthest_ = rows_.front().farness;
  }

  /// Nearest first.
  [[nodiscard]] std::vector<found_row> take() {
    std::ranges::sort_heap(rows_, std::less<>());
    farthest_ = std::numeric_limits<double>::infinity();
    return std::move(rows_);
  }

 private:
  std::size_t k_;
  double farthest_ = std::numeric_limits<double>::infinity();
  std::vector<found_row> rows_;  // a heap, the farthest in front
};

}  // namespace dynamo::vector_search
