#pragma once

#include <dynamo/base/clock.hpp>

#include <atomic>
#include <chrono>
#include <optional>
#include <string_view>

namespace dynamo::aws {

/// How far the service's clock is from this machine's. A signature holds for some minutes only (5 on DynamoDB): a machine whose
/// clock is wrong by more is refused, and the refusal's field Date says what time it is. Thread-safe.
class clock_skew {
 public:
  /// Less is left as it is: the answer took its time too.
  static constexpr std::chrono::minutes noticed_from{4};

  /// The service's time.
  instant service_time(instant now) const noexcept {
    return now + std::chrono::microseconds(ahead_.load(std::memory_order_relaxed));
  }
  /// Sets the clock by the Date of an answer that refuses a signature of `signed_at`, a service_time(). False: the clock was right, and the
  /// signature is wrong for another reason; or there is no Date.
  bool mend(std::string_view date, instant signed_at, instant now) noexcept;
  std::chrono::microseconds ahead() const noexcept {
    return std::chrono::microseconds(ahead_.load(std::memory_order_relaxed));
  }

 private:
  std::atomic<std::chrono::microseconds::rep> ahead_{0};
};

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7), which is what servers send. Pure.
std::optional<instant> parse_http_date(std::string_view) noexcept;

}  // namespace dynamo::aws
