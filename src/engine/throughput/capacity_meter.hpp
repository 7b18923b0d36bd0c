#pragma once

#include <chrono>
#include <cstdint>

namespace dynamo::engine {

/// Units of capacity that one table or index is given in a second: to read, or to write.
struct capacity_limit {
  enum class mode : bool { on_demand, provisioned };

  mode how = mode::on_demand;
  /// Provisioned: what was configured. On demand: what a new table is given.
  double units = 0;
  /// On demand: the maximum that was configured; 0 for none.
  double maximum = 0;

  friend bool operator==(const capacity_limit&, const capacity_limit&) = default;
};

/// Which limit was exceeded: the last part of a throttling reason.
enum class exceeded : std::uint8_t { nothing, provisioned, on_demand_maximum, account, key_range };

/// What one table or index has consumed of one kind of capacity. Pure: the caller keeps it, and passes the time that has passed since some
/// moment; one that goes back fills nothing.
///
/// A request is admitted while the bucket is not empty, and takes what it consumed. It may take more than there was: what is missing then has
/// to come in before the next request is admitted. So an item or a page that is larger than a second's capacity can be read and written, and
/// over time no more is consumed than is given.
///
/// - Provisioned: the bucket gathers 300 seconds of capacity that was not used, and a new table begins with one.
/// - On demand: a second may consume twice the greatest number of units that a second of the time before consumed. That time ends every 30
///   minutes. A new table begins as if its greatest had been half of what a new table is given. It never falls. No second consumes more
///   than the account's quota for a table, or than the maximum that was configured. Nothing is gathered.
/// Sources: "Burst capacity", "Initial throughput and scaling properties" and "Quotas" in the Developer Guide. Which second's worth a new table
/// begins with, and that buckets go below zero, is ours.
class capacity_meter {
 public:
  using microseconds = std::chrono::microseconds;
  static constexpr std::chrono::seconds burst{300};
  static constexpr std::chrono::minutes doubling_time{30};
  static constexpr double account_quota = 40'000;

  capacity_meter(const capacity_limit&, microseconds now) noexcept;

  /// Lets time pass. Another limit than the last one holds for that time already.
  void advance(const capacity_limit&, microseconds now) noexcept;
  /// As of the last advance().
  exceeded check() const noexcept;
  void charge(double units) noexcept;

  double tokens() const noexcept { return tokens_; }
  /// Units a second, as of the last advance().
  double rate() const noexcept;

 private:
  double room() const noexcept;
  void change_to(const capacity_limit&) noexcept;

  capacity_limit limit_;
  double tokens_ = 0;
  microseconds filled_;
  // On demand.
  double peak_ = 0;  // of a second, before this doubling time
  microseconds period_began_;
  double period_peak_ = 0;
  microseconds second_began_;
  double in_second_ = 0;
};

}  // namespace dynamo::engine
