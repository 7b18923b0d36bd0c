#pragma once

#include <dynamo/base/error.hpp>
#include <dynamo/base/random.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace dynamo {

/// How often and how patiently a request is tried.
struct retry_settings {
  unsigned attempts = 10;                    ///< at most so many, the first included; what AWS's SDKs did for DynamoDB
  std::chrono::milliseconds first_wait{50};  ///< at most so long before the second attempt, likewise
  std::chrono::milliseconds longest_wait{2'000};  ///< waits stop doubling here: nine of them stay below ten seconds

  retry_settings() = default;
  retry_settings(unsigned attempts_max, std::chrono::milliseconds first, std::chrono::milliseconds longest)
      : attempts(attempts_max), first_wait(first), longest_wait(longest) {}
};

/// What to do after an attempt failed, and why.
enum class retry_verdict : std::uint8_t {
  again,             ///< wait, then send the same request once more
  not_retryable,     ///< the same request would fail the same way: see error::retryable()
  may_be_executed,   ///< its reply was lost, and the request does not repeat
  attempts_used_up,  ///< retry_settings::attempts were made
  deadline,          ///< the next attempt would begin after the request's deadline
};

struct retry_decision {
  retry_verdict verdict;
  std::chrono::microseconds wait{0};  ///< before the next attempt; zero without one

  explicit retry_decision(retry_verdict v, std::chrono::microseconds w = {}) : verdict(v), wait(w) {}
  bool again() const noexcept { return verdict == retry_verdict::again; }
};

/// Decides whether a failed attempt is tried again, and when. Pure: no clock, no I/O; the caller waits and sends.
///
/// Waits begin at `first_wait`, double, are capped at `longest_wait`, and are drawn uniformly from [0, wait] ("full jitter";
/// AWS Architecture Blog, "Exponential Backoff And Jitter"). A request whose reply was lost is sent again only if it repeats.
/// Not thread-safe; one object per request.
///
///     retry_state state(settings, repeatable::yes, deadline);
///     for (;;) {
///       auto answer = ...;
///       if (answer) break;
///       const retry_decision decision = state.after(answer.error(), timer.steady_now(), random);
///       if (!decision.again() || !timer.wait(decision.wait)) break;
///     }
class retry_state {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  retry_state(const retry_settings& settings, repeatable repeats, std::optional<time_point> deadline = {}) noexcept
      : settings_(settings), repeats_(repeats), deadline_(deadline) {}
  /// For a request as it was built: reads repeat, whatever it says.
  retry_state(const retry_settings& settings, const request& r) noexcept;

  /// The attempt that is under way failed.
  retry_decision after(const error&, time_point now, random_source&) noexcept;
  /// The attempt that is under way succeeded in part: UnprocessedKeys, UnprocessedItems. What remains is sent again.
  retry_decision after_partial_success(time_point now, random_source&) noexcept;

  /// The number of the attempt that is under way; the first is 1.
  unsigned attempt() const noexcept { return attempt_; }

 private:
  retry_decision next(time_point now, random_source&) noexcept;

  retry_settings settings_;
  repeatable repeats_;
  std::optional<time_point> deadline_;
  unsigned attempt_ = 1;
};

}  // namespace dynamo
