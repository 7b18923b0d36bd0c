#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/event_source/event_writer.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dynamo::event_source {

/// Why records were given up, and which.
class failure {
 public:
  enum class condition : std::uint8_t { retry_attempts_exhausted, record_age_exceeded };
  condition why = condition::retry_attempts_exhausted;
  std::uint64_t invoke_count =
      0;  ///< of the batch that failed: retries and 1. 0 if it was too old before it was handed over
  bool function_error = false;  ///< the last invocation failed as a whole; false after partial failures
  std::string request_id;       ///< of the last invocation

  sequence_number first;
  sequence_number last;
  std::optional<instant> first_arrival;
  std::optional<instant> last_arrival;
  std::size_t batch_size = 0;

  // Known to the caller of the mapping.
  std::string function_arn;
  std::string stream_arn;
  std::string shard;
  instant time{};

  failure() = default;
};

/// The record that Lambda sends to a destination on failure, in one line of JSON without an end of line.
std::string failure_record(const failure&);

/// Where records go that were given up. Used by one thread at a time. The same records may come again after a crash.
class failure_destination {
 public:
  virtual ~failure_destination() = default;
  /// When this returns, the records are safe: the mapping goes on after them. After an error the same is asked again, later.
  [[nodiscard]] virtual result<void> take(const failure&, std::span<const event_record>) = 0;
};

/// Appends failure records to a file, a line each, and syncs it. The records themselves are not in it, as with Lambda's queues and topics:
/// the stream has them for 24 hours. What a crash left of a last line is closed with an end of line.
/// errc::invalid_argument when the file cannot be opened.
[[nodiscard]] result<std::shared_ptr<failure_destination>> json_lines_file(const std::string& path);
/// Calls this with the failure record and with what failed.
std::shared_ptr<failure_destination> call_on_failure(
    std::function<result<void>(std::string_view record, std::span<const event_record>)>);

}  // namespace dynamo::event_source
