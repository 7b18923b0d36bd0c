#include "scan.hpp"

#include "score.hpp"

#include <algorithm>
#include <cmath>

namespace dynamo::vector_search {

scan::scan(const query& what, std::size_t stride)
    : kind_(what.kind),
      stride_(stride),
      query_(aligned_floats(stride)),
      kernel_(what.kind == distance::euclidean ? kernels_in_use().squared_distance : kernels_in_use().dot),
      nearest_(what.top_k),
      sign_(what.kind == distance::euclidean ? -1 : 1) {
  std::ranges::fill(std::ranges::copy(what.vector, query_.get()).out, query_.get() + stride, 0.0F);
  squared_ = exact_dot(query_.get(), query_.get(), stride);
  length_ = std::sqrt(squared_);
  aim();
}

std::vector<match> scan::take() {
  std::vector<match> found;
  for (const found_row& row : nearest_.take()) {
    const double score = greater_is_nearer(kind_) ? 0.0 - row.farness : row.farness;
    found.push_back({row.texts().id, row.texts().payload, score});
  }
  return found;
}

void scan::measure(found_row row) {
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
