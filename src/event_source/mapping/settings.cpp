#include <dynamo/event_source/settings.hpp>

#include <dynamo/value/limits.hpp>

#include <string>

namespace dynamo::event_source {

result<void> settings::check() const {
  const auto out_of_range = [](const char* name, const std::string& range) {
    return fail(errc::invalid_argument, "event source mapping: " + std::string(name) + " must be " + range);
  };
  if (batch_size < 1 || batch_size > limits::mapping_batch_size_max) return out_of_range("batch_size", "1 to 10000");
  if (batching_window.count() < 0 || batching_window.count() > limits::mapping_window_seconds_max)
    return out_of_range("batching_window", "0 to 300 seconds");
  if (retries_max && *retries_max > limits::mapping_retries_max) return out_of_range("retries_max", "0 to 10000");
  if (record_age_max && (record_age_max->count() < limits::mapping_record_age_seconds_min ||
                         record_age_max->count() > limits::mapping_record_age_seconds_max))
    return out_of_range("record_age_max", "60 to 604800 seconds");
  if (retry_wait_first.count() < 0 || retry_wait_max < retry_wait_first)
    return out_of_range("retry_wait_first", "0 or more, and no longer than retry_wait_max");
  return {};
}

}  // namespace dynamo::event_source
