#pragma once

#include "setting_parameters.hpp"

#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>
#include <engine/tables/table_settings.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// The rules for the capacity of a table, or of one of its global indexes: pure functions of what it has, what is asked for, and the time. Errors:
/// validation, limit_exceeded; in DynamoDB's words where they are known.
class capacity_rules {
 public:
  /// Of a table, or of the index of that name; on demand there are no provisioned units.
  capacity_rules(std::optional<std::string> index, std::optional<throughput_units> provisioned)
      : index_(std::move(index)), provisioned_(provisioned) {}

  result<void> set_on_demand(const on_demand_parameters&, capacity_settings&) const;
  /// Warm throughput only grows.
  result<void> set_warm(const warm_parameters&, capacity_settings&) const;
  /// The next provisioned units; notes when they grew and shrank, and refuses more decreases than a day has.
  result<throughput_units> change_units(const throughput_parameters&, capacity_settings&, instant now) const;

 private:
  std::string whose() const;  // "table", "index by_date"

  std::optional<std::string> index_;
  std::optional<throughput_units> provisioned_;
};

/// Refuses more units than any table has. `index` is empty for the table.
result<void> check_units(const throughput_parameters&, std::string_view index);
throughput_units to_units(const throughput_parameters&) noexcept;

/// "One or more parameter values were invalid: ..."
std::unexpected<error> invalid_values(std::string_view what);
/// "... Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
std::unexpected<error> units_on_demand();
/// "... ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
std::unexpected<error> units_missing();

}  // namespace dynamo::engine
