#pragma once

#include "block.hpp"
#include "kernels.hpp"
#include "top_k.hpp"

#include <dynamo/vector_search/vector_set.hpp>

#include <array>
#include <cstddef>

namespace dynamo::vector_search {

/// Measures rows against a query and keeps the nearest. A kernel measures each row in single precision, which is fast and nearly right. If the error
/// bound leaves a doubt whether the row is farther than all that are kept, it is measured again, exactly. So what is kept is the true top k, by the exact
/// scores, and few rows are measured twice: about k * ln(rows / k).
///
/// Not thread-safe.
class scan {
 public:
  scan(const query& what, std::size_t stride);

  /// Shows it a row. It measures rows when it has a batch of them.
  void show(const block& in, std::size_t place) {
    rows_[waiting_] = in.row(place);
    where_[waiting_] = {0, &in, place};
    if (++waiting_ == batch) measure();
  }
  /// The nearest of the rows shown so far, nearest first. Call it once.
  [[nodiscard]] std::vector<match> take();

 private:
  static constexpr std::size_t batch = 64;

  void measure();
  void judge(float sum, found_row row);
  [[nodiscard]] double farness(const found_row& row) const noexcept;
  void aim();

  distance kind_;
  std::size_t stride_;
  float_memory query_;
  double squared_, length_;  // of the query
  kernel kernel_;
  top_k nearest_;
  double least_ = 0, least_per_length_ = 0;  // see judge()

  std::size_t waiting_ = 0;
  std::array<const float*, batch> rows_{};
  std::array<found_row, batch> where_{};
};

}  // namespace dynamo::vector_search
