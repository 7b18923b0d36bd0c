#include <dynamo/lambda/context.hpp>

#include <algorithm>

namespace dynamo::lambda {

std::chrono::milliseconds context::remaining() const noexcept {
  if (deadline == instant::max()) return std::chrono::milliseconds::max();
  return std::max(std::chrono::milliseconds(0), std::chrono::floor<std::chrono::milliseconds>(deadline - wall_->now()));
}

}  // namespace dynamo::lambda
