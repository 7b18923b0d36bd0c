#include "throughput_limits.hpp"

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

const index_descriptor* global_index(const metered& what) noexcept {
  return what.index != nullptr && what.index->global ? what.index : nullptr;
}

std::uint32_t id_of(const metered& what) noexcept {
  const index_descriptor* const index = global_index(what);
  return index != nullptr ? index->id : what.table.id;
}

capacity_limit limit_of(capacity_use kind, const metered& what) noexcept {
  const bool reads = kind == capacity_use::read;
  const index_descriptor* const index = global_index(what);
  if (!what.table.provisioned) {
    const throughput_units& most = (index != nullptr ? index->capacity : what.table.settings.capacity).on_demand_max;
    return {.how = capacity_limit::mode::on_demand,
            .units = reads ? throughput_limits::new_table_reads : throughput_limits::new_table_writes,
            .maximum = static_cast<double>(reads ? most.read : most.write)};
  }
  const std::uint64_t units = index != nullptr ? (reads ? index->read_units : index->write_units)
                                               : (reads ? what.table.read_units : what.table.write_units);
  return {.how = capacity_limit::mode::provisioned, .units = static_cast<double>(units), .maximum = 0};
}

double key_rate(capacity_use kind) noexcept {
  return kind == capacity_use::read ? throughput_limits::key_reads : throughput_limits::key_writes;
}

// The hash alone would do but for two tables with the same keys. Multiplied, because the lowest bits choose a set.
std::uint64_t key_of(capacity_use kind, std::uint32_t id, std::uint64_t partition) noexcept {
  const std::uint64_t resource = std::uint64_t{id} << 1 | static_cast<std::uint64_t>(kind);
  return partition ^ (resource * 0x9e3779b97f4a7c15u);
}

double table_units(const consumed_capacity& consumed) noexcept {
  double units = consumed.table;
  for (const auto& [name, more] : consumed.local) units += more;
  return units;
}

}  // namespace

throughput_limits::throughput_limits(const clock& time, std::string region) : time_(time), region_(std::move(region)) {}

result<void> throughput_limits::check(capacity_use kind, const metered& what) {
  exceeded met = exceeded::nothing;
  {
    const std::scoped_lock held(mutex_);
    met = meter_of(kind, what).meter.check();
    const bool looks_at_key = met == exceeded::nothing && what.partition;
    if (looks_at_key &&
        keys_.is_exceeded(key_of(kind, id_of(what), *what.partition), key_rate(kind), time_.elapsed())) {
      met = exceeded::key_range;
    }
  }
  if (met == exceeded::nothing) return {};
  const index_descriptor* const index = global_index(what);
  std::string arn = table_arn(region_, what.table.name);
  if (index != nullptr) arn += "/index/" + index->name;
  return std::unexpected(throttling_error(
      {.what = met, .how = limit_of(kind, what).how, .kind = kind, .of_index = index != nullptr, .resource = arn}));
}

result<void> throughput_limits::check_indexes(const table_descriptor& table, const consumed_capacity& consumed) {
  for (const auto& [name, units] : consumed.global) {
    const index_descriptor* const index = table.find_index(name);
    if (index == nullptr || units == 0) continue;
    if (auto admitted = check(capacity_use::write, {table, index}); !admitted) return admitted;
  }
  return {};
}

void throughput_limits::charge(capacity_use kind, const metered& what, const consumed_capacity& consumed,
                               double factor) {
  const std::scoped_lock held(mutex_);
  const auto take = [&](const metered& from, double units) {
    if (units > 0) meter_of(kind, from).meter.charge(units * factor);
  };
  const double of_table = table_units(consumed);
  take({what.table}, of_table);
  double of_partition = global_index(what) == nullptr ? of_table : 0;
  for (const auto& [name, units] : consumed.global) {
    const index_descriptor* const index = what.table.find_index(name);
    if (index == nullptr) continue;
    take({what.table, index}, units);
    if (index == what.index) of_partition += units;
  }
  if (!what.partition || of_partition == 0) return;
  keys_.charge(key_of(kind, id_of(what), *what.partition), key_rate(kind), of_partition * factor, time_.elapsed());
}

std::size_t throughput_limits::meters() const {
  const std::scoped_lock held(mutex_);
  return meters_.size();
}

throughput_limits::used_meter& throughput_limits::meter_of(capacity_use kind, const metered& what) {
  const capacity_limit limit = limit_of(kind, what);
  const std::uint64_t name = std::uint64_t{id_of(what)} << 1 | static_cast<std::uint64_t>(kind);
  const auto now = time_.elapsed();
  auto found = meters_.find(name);
  if (found == meters_.end()) {
    if (meters_.size() == meters_max) forget_one();
    const auto age = std::max(time_.now() - what.table.created, std::chrono::microseconds(0));
    const auto unused = std::min<std::chrono::microseconds>(age, capacity_meter::burst);
    found = meters_.emplace(name, used_meter{capacity_meter(limit, now - unused), 0}).first;
  }
  found->second.meter.advance(limit, now);
  found->second.used = ++uses_;
  return found->second;
}

void throughput_limits::forget_one() {
  meters_.erase(std::ranges::min_element(meters_, {}, [](const auto& one) { return one.second.used; }));
}

}  // namespace dynamo::engine
