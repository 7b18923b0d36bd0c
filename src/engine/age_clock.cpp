#include "age_clock.hpp"

#include <algorithm>

namespace dynamo::engine {

void age_clock::begin(instant at) noexcept {
  began_ = at;
  elapsed_at_begin_ = wall_.elapsed();
}

void age_clock::resume(std::chrono::microseconds offset, instant not_before) noexcept {
  begin(std::max(wall_.now() - offset, not_before));
}

}  // namespace dynamo::engine
