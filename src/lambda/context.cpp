#include <dynamo/lambda/context.hpp>

#include <algorithm>

namespace dynamo::lambda {

context::context(const logger& to, const clock& wall, const timer& steady) noexcept
    : logger_(&to), wall_(&wall), steady_(&steady), arrived_(wall.now()), arrived_steady_(steady.steady_now()) {}

std::chrono::milliseconds context::remaining() const noexcept {
  if (deadline == instant::max()) return std::chrono::milliseconds::max();
  const auto passed = steady_now() - arrived_steady_;
  return std::max(std::chrono::milliseconds(0),
                  std::chrono::floor<std::chrono::milliseconds>(deadline - arrived_ - passed));
}

}  // namespace dynamo::lambda
