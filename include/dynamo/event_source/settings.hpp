#pragma once

#include <dynamo/base/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace dynamo::event_source {

/// What an event source mapping is configured with. Names, ranges and defaults are those of Lambda's CreateEventSourceMapping, but for
/// report_item_failures, which is off there.
class settings {
 public:
  std::size_t batch_size = 100;                        ///< records, 1 to 10,000: BatchSize
  std::chrono::seconds batching_window{0};             ///< 0 to 300 s: MaximumBatchingWindowInSeconds
  std::optional<std::uint32_t> retries_max;            ///< 0 to 10,000; empty: no limit, -1 there: MaximumRetryAttempts
  std::optional<std::chrono::seconds> record_age_max;  ///< 60 s to 7 days; empty: no limit: MaximumRecordAgeInSeconds
  /// A batch that failed is split, without using up a retry, until the record that spoils it stands alone: BisectBatchOnFunctionError.
  /// Without it the whole rest of a batch is given up together with that record, as on AWS.
  bool bisect_on_error = false;
  /// The function's answer may name records that failed: ReportBatchItemFailures. A function that answers nothing, null or {} has
  /// succeeded either way.
  bool report_item_failures = true;

  /// Between a failure and the next try: this, then twice as long each time, up to retry_wait_max. Lambda's own are not documented.
  std::chrono::milliseconds retry_wait_first{100};
  std::chrono::milliseconds retry_wait_max{30'000};

  settings() = default;
  /// errc::invalid_argument, naming the setting, when one is out of its range.
  [[nodiscard]] result<void> check() const;
};

}  // namespace dynamo::event_source
