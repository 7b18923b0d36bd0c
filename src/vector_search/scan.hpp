#pragma once

#include "block.hpp"
#include "kernels.hpp"
#include "top_k.hpp"

#include <dynamo/vector_search/vector_set.hpp>

#include <cmath>
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

  void show(const block& in, std::size_t place) {
    const float sum = kernel_(query_.get(), in.row(place), stride_);
    if (!certainly_farther(sum, in.length[place])) measure({0, &in, place});
  }
  /// The nearest of the rows shown so far, nearest first. Call it once.
  [[nodiscard]] std::vector<match> take();

 private:
  /// Than all that are kept. A sum that is no number, or too great for one, says nothing.
  [[nodiscard]] bool certainly_farther(float sum, double length) const noexcept {
    const double nearness = sign_ * static_cast<double>(sum);
    return std::isfinite(sum) && nearness < least_ + least_per_length_ * length;
  }
  void measure(found_row row);
  [[nodiscard]] double farness(const found_row& row) const noexcept;
  void aim();

  distance kind_;
  std::size_t stride_;
  float_memory query_;
  double squared_, length_;  // of the query
  kernel kernel_;
  top_k nearest_;
  double sign_;  // of a kernel's sum, so that the greater is the nearer
  // A row r is certainly farther if its sum is less than least + least_per_length * |r|.
  double least_ = 0;
  double least_per_length_ = 0;
};

}  // namespace dynamo::vector_search
