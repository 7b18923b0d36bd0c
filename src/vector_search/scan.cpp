#include "scan.hpp"

#include "score.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace dynamo::vector_search {

scan::scan(const query& what, std::size_t stride)
    : kind_(what.kind),
      stride_(stride),
      query_(aligned_floats(stride)),
      kernel_(what.kind == distance::euclidean ? kernels_in_use().squared_distance : kernels_in_use().dot),
      nearest_(what.top_k) {
  std::ranges::fill(std::ranges::copy(what.vector, query_.get()).out, query_.get() + stride, 0.0F);
  squared_ = exact_dot(query_.get(), query_.get(), stride);
  length_ = std::sqrt(squared_);
  aim();
}

std::vector<match> scan::take() {
  measure();
  std::vector<match> found;
  for (const found_row& row : nearest_.take()) {
    const double score = greater_is_nearer(kind_) ? 0.0 - row.farness : row.farness;
    found.push_back({row.texts().id, row.texts().payload, score});
  }
  return found;
}

void scan::measure() {
  static_assert(batch % rows_at_once == 0);
  if (waiting_ == 0) return;
  // The last group is filled up with a row that is measured for nothing.
  const std::size_t groups_end = (waiting_ + rows_at_once - 1) / rows_at_once * rows_at_once;
  std::fill(rows_.begin() + static_cast<std::ptrdiff_t>(waiting_),
            rows_.begin() + static_cast<std::ptrdiff_t>(groups_end), rows_[waiting_ - 1]);
  for (std::size_t first = 0; first < groups_end; first += rows_at_once) {
    std::array<float, rows_at_once> sums;
    const std::size_t next = first + rows_at_once < groups_end ? first + rows_at_once : first;
    kernel_(query_.get(), &rows_[first], &rows_[next], stride_, sums.data());
    for (std::size_t i = first; i < std::min(first + rows_at_once, waiting_); ++i) judge(sums[i - first], where_[i]);
  }
  waiting_ = 0;
}

/// Passes over a row that is certainly farther than all that are kept. A sum that is no number, or too great for one, says nothing.
void scan::judge(float sum, found_row row) {
  const double nearness = kind_ == distance::euclidean ? -static_cast<double>(sum) : static_cast<double>(sum);
  const bool certain = std::isfinite(sum) && nearness < least_ + least_per_length_ * row.in->length[row.place];
  if (certain) return;
  row.farness = farness(row);
  const double before = nearest_.farthest();
  nearest_.show(row);
  if (nearest_.farthest() != before) aim();
}

double scan::farness(const found_row& row) const noexcept {
  const float* floats = row.in->row(row.place);
  switch (kind_) {
    case distance::euclidean: return std::sqrt(exact_squared_distance(query_.get(), floats, stride_));
    case distance::dot_product: return -exact_dot(query_.get(), floats, stride_);
    case distance::cosine: break;
  }
  return cosine_distance(exact_dot(query_.get(), floats, stride_), squared_, row.in->squared[row.place]);
}

/// Works out which sums are too small: those below least + least_per_length * |r|, for the row r.
void scan::aim() {
  const double farthest = nearest_.farthest();
  const double error = error_bound(stride_);
  const double underflow = underflow_bound(stride_);
  switch (kind_) {
    case distance::cosine:
      // q.r <= sum + underflow + error |q||r|, and a row is farther if 1 - q.r / (|q||r|) > farthest.
      least_ = -underflow;
      least_per_length_ = (1 - error - farthest) * length_;
      break;
    case distance::dot_product:
      least_ = -farthest - underflow;
      least_per_length_ = -error * length_;
      break;
    case distance::euclidean:
      // The terms are squares, so the error is a part of the sum itself: sum <= |q-r|^2 (1 + error) + underflow.
      least_ = -(farthest * farthest * (1 + error) + underflow);
      least_per_length_ = 0;
      break;
  }
}

}  // namespace dynamo::vector_search
