#include "age_clock.hpp"

#include <algorithm>
#include <string>

namespace dynamo::engine {

void age_clock::begin(instant at) noexcept {
  began_ = at;
  elapsed_at_begin_ = wall_.elapsed();
}

bool age_clock::is_of_this_boot(const stored_clock& noted) const noexcept {
  return !noted.boot_id.empty() && noted.boot_id == boot_id() && noted.elapsed <= elapsed();
}

void age_clock::resume(const stored_clock& noted) noexcept {
  begin(is_of_this_boot(noted) ? noted.age + (elapsed() - noted.elapsed)
                               : std::max(wall_.now() - noted.offset, noted.age));
}

stored_clock age_clock::reading() const {
  const std::chrono::microseconds counted = elapsed();
  const instant age = began_ + (counted - elapsed_at_begin_);
  return {.offset = wall_.now() - age, .age = age, .elapsed = counted, .boot_id = std::string(boot_id())};
}

}  // namespace dynamo::engine
