#include "key_range_meters.hpp"

#include <algorithm>

namespace dynamo::engine {

bool key_range_meters::is_exceeded(std::uint64_t key, double rate, microseconds now) const noexcept {
  return std::ranges::any_of(entries_[key % sets],
                             [&](const entry& one) { return one.key == key && left(one, now) >= rate; });
}

void key_range_meters::charge(std::uint64_t key, double rate, double units, microseconds now) noexcept {
  set& among = entries_[key % sets];
  auto found = std::ranges::find(among, key, &entry::key);
  if (found == among.end()) {
    found = std::ranges::min_element(among, {}, [&](const entry& one) { return left(one, now); });
    *found = {.key = key, .spent = 0, .rate = rate, .when = now};
  }
  *found = {.key = key, .spent = left(*found, now) + units, .rate = rate, .when = now};
}

double key_range_meters::left(const entry& one, microseconds now) noexcept {
  const double passed = static_cast<double>(std::max(now - one.when, microseconds(0)).count()) / 1e6;
  return std::max(one.spent - passed * one.rate, 0.0);
}

}  // namespace dynamo::engine
