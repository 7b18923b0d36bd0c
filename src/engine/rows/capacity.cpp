#include "capacity.hpp"

#include <algorithm>

namespace dynamo::engine {
namespace {

double sum_of(const consumed_capacity::by_name& parts) noexcept {
  double sum = 0;
  for (const auto& [name, units] : parts) sum += units;
  return sum;
}

void add_parts(consumed_capacity::by_name& to, const consumed_capacity::by_name& more) {
  for (const auto& [name, units] : more) {
    const auto known = std::find_if(to.begin(), to.end(), [&](const auto& part) { return part.first == name; });
    if (known != to.end()) {
      known->second += units;
    } else {
      to.emplace_back(name, units);
    }
  }
}

}  // namespace

double consumed_capacity::total() const noexcept { return table + sum_of(global) + sum_of(local); }

void consumed_capacity::add(const consumed_capacity& more) {
  table += more.table;
  add_parts(global, more.global);
  add_parts(local, more.local);
  add_parts(vector_bytes, more.vector_bytes);
}

void consumed_capacity::double_up() noexcept {
  table *= 2;
  for (auto& [name, units] : global) units *= 2;
  for (auto& [name, units] : local) units *= 2;
}

double read_units(std::size_t bytes, bool consistent) noexcept {
  const auto blocks = static_cast<double>(std::max<std::size_t>(1, (bytes + 4095) / 4096));
  return consistent ? blocks : blocks / 2;
}

double write_units(std::size_t bytes) noexcept {
  return static_cast<double>(std::max<std::size_t>(1, (bytes + 1023) / 1024));
}

}  // namespace dynamo::engine
