#include "table_settings.hpp"

#include "enumerator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace dynamo::engine {
namespace {

constexpr auto class_names = std::to_array<std::string_view>({"STANDARD", "STANDARD_INFREQUENT_ACCESS"});

constexpr std::uint64_t decreases_at_once_max = 4;
constexpr std::chrono::hours between_decreases{1};
constexpr throughput_units warm_on_demand{12'000, 4'000};  // of a new table; DescribeTable shows it

auto day_of(instant t) noexcept { return std::chrono::floor<std::chrono::days>(t); }

}  // namespace

std::string_view to_string(table_class of) noexcept { return class_names[static_cast<std::size_t>(of)]; }

std::optional<table_class> table_class_from(std::string_view name) noexcept {
  return enumerator_of<table_class>(class_names, name);
}

std::uint64_t decreases_today(const capacity_settings& of, instant now) noexcept {
  return of.decreased != instant() && day_of(of.decreased) == day_of(now) ? of.decreases : 0;
}

std::optional<instant> next_decrease(const capacity_settings& of, instant now) noexcept {
  if (decreases_today(of, now) < decreases_at_once_max) return std::nullopt;
  const instant next = of.decreased + between_decreases;
  return now < next ? std::optional(next) : std::nullopt;
}

throughput_units warm_units(const capacity_settings& of, std::optional<throughput_units> provisioned) noexcept {
  const throughput_units own = provisioned.value_or(warm_on_demand);
  return {std::max(own.read, of.warm.read), std::max(own.write, of.warm.write)};
}

std::string key_arn(const encryption_settings& of, std::string_view region) {
  // The key that DynamoDB makes in an account has an id there is no way to know; this one has the form.
  constexpr std::string_view own_key = "00000000-0000-4000-8000-000000000000";
  if (of.key.starts_with("arn:")) return of.key;
  const std::string_view kind = of.key.starts_with("alias/") ? "" : "key/";
  return fmt::format("arn:aws:kms:{}:000000000000:{}{}", region, kind, of.key.empty() ? own_key : of.key);
}

}  // namespace dynamo::engine
