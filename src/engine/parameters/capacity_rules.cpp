#include "capacity_rules.hpp"

#include <dynamo/base/detail/time_text.hpp>
#include <dynamo/value/limits.hpp>

#include <fmt/format.h>

namespace dynamo::engine {
namespace {

constexpr std::int64_t no_limit = -1;

result<void> set_limit(std::optional<std::int64_t> given, std::string_view name, std::uint64_t& limit) {
  if (!given) return {};
  if (*given < 1 && *given != no_limit) {  // not recorded: the words are ours
    return invalid_values(fmt::format("{} must be at least 1, or -1, which takes the limit away", name));
  }
  limit = *given == no_limit ? 0 : static_cast<std::uint64_t>(*given);
  return {};
}

}  // namespace

std::unexpected<error> invalid_values(std::string_view what) {
  return fail(errc::validation, fmt::format("One or more parameter values were invalid: {}", what));
}
std::unexpected<error> units_on_demand() {
  return invalid_values(
      "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
}
std::unexpected<error> units_missing() {
  return invalid_values(
      "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
}

result<void> check_units(const throughput_parameters& p, std::string_view index) {
  const auto check = [&](std::int64_t units, std::string_view name) -> result<void> {
    if (units <= limits::capacity_units_max) return {};
    return fail(errc::validation,
                fmt::format("Given value {} for {} is out of bounds{}{}", units, name,  // not recorded
                            index.empty() ? "" : " for index ", index));
  };
  if (auto valid = check(p.read_units, "ReadCapacityUnits"); !valid) return valid;
  return check(p.write_units, "WriteCapacityUnits");
}

throughput_units to_units(const throughput_parameters& p) noexcept {
  return {static_cast<std::uint64_t>(p.read_units), static_cast<std::uint64_t>(p.write_units)};
}

std::string capacity_rules::whose() const { return index_ ? "index " + *index_ : "table"; }

result<void> capacity_rules::set_on_demand(const on_demand_parameters& p, capacity_settings& capacity) const {
  if (provisioned_) {  // not recorded: the words are ours
    return invalid_values(
        fmt::format("OnDemandThroughput of the {} can be specified only when BillingMode is PAY_PER_REQUEST", whose()));
  }
  if (auto set = set_limit(p.read_max, "MaxReadRequestUnits", capacity.on_demand_max.read); !set) return set;
  return set_limit(p.write_max, "MaxWriteRequestUnits", capacity.on_demand_max.write);
}

result<void> capacity_rules::set_warm(const warm_parameters& p, capacity_settings& capacity) const {
  const throughput_units now = warm_units(capacity, provisioned_);
  const throughput_units next{p.read_units ? static_cast<std::uint64_t>(*p.read_units) : now.read,
                              p.write_units ? static_cast<std::uint64_t>(*p.write_units) : now.write};
  if (next.read < now.read || next.write < now.write) {  // not recorded: the words are ours
    return invalid_values(fmt::format(
        "WarmThroughput of the {} cannot be decreased. Current ReadUnitsPerSecond: {}, requested: {}. Current "
        "WriteUnitsPerSecond: {}, requested: {}",
        whose(), now.read, next.read, now.write, next.write));
  }
  capacity.warm = next;
  return {};
}

result<throughput_units> capacity_rules::change_units(const throughput_parameters& p, capacity_settings& capacity,
                                                      instant now) const {
  if (!provisioned_) return units_on_demand();
  if (auto valid = check_units(p, index_.value_or("")); !valid) return std::unexpected(valid.error());
  const throughput_units before = *provisioned_;
  const throughput_units next = to_units(p);
  if (next == before) {
    return fail(
        errc::validation,
        fmt::format(
            "The provisioned throughput for the {0} will not change. The requested value equals the current value. "
            "Current ReadCapacityUnits provisioned for the {0}: {1}. Requested ReadCapacityUnits: {2}. Current "
            "WriteCapacityUnits provisioned for the {0}: {3}. Requested WriteCapacityUnits: {4}. Refer to the "
            "Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
            whose(), before.read, next.read, before.write, next.write));
  }
  if (next.read < before.read || next.write < before.write) {
    if (const auto allowed = next_decrease(capacity, now)) {  // not recorded: the words are ours
      return fail(errc::limit_exceeded,
                  fmt::format("Subscriber limit exceeded: the provisioned throughput of the {} was decreased {} times "
                              "today (UTC). After 4 decreases another is allowed an hour after the last one: at {}",
                              whose(), decreases_today(capacity, now), time_text(*allowed, time_precision::seconds)));
    }
    capacity.decreases = decreases_today(capacity, now) + 1;
    capacity.decreased = now;
  }
  if (next.read > before.read || next.write > before.write) capacity.increased = now;
  return next;
}

}  // namespace dynamo::engine
