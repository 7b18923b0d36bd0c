#pragma once

#include <dynamo/base/error.hpp>
#include <dynamo/base/random.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/protocol/retry_verdict.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace dynamo {

/// What the retries of one endpoint may cost together: a bucket of tokens that retries empty and successes fill. A service that
/// fails for everybody soon gets no retries any more, and calls fail at once: the empty bucket is an open circuit, which the
/// first successes close.
struct retry_budget {
  unsigned tokens_max = 500;         ///< the bucket holds so many, and is full at first; 0: no bucket, retries are free
  unsigned per_retry = 14;           ///< what a retry takes
  unsigned per_throttled_retry = 5;  ///< what one takes that follows throttling; see is_throttling()
  /// What a call gives back that succeeds without a retry; another one gives back what its last retry took.
  unsigned per_success_at_once = 1;

  /// Retries limited by nothing but their number.
  static constexpr retry_budget none() {
    retry_budget free;
    free.tokens_max = 0;
    return free;
  }
  friend bool operator==(const retry_budget&, const retry_budget&) = default;
};

/// How a client limits its own rate of sending to what is throttled: the client-side rate limiting of the adaptive mode of AWS's
/// SDKs. Nothing is limited before the first throttling. From then on requests take tokens from a bucket. Throttling cuts its
/// rate; time without throttling raises it along the cubic curve of TCP CUBIC (RFC 9438), slowly near the rate at which
/// throttling was met and faster on both sides of it, to no more than twice what is really sent.
///
/// Each table has a limit for its reads and one for its writes, and each index one for its reads; what an error's throttling_reasons()
/// name is slowed down, and nothing else. Control plane, streams and PartiQL statements have one of their own each.
struct send_rate_settings {
  double beta = 0.7;          ///< throttling cuts the rate to this share
  double scale = 0.4;         ///< how fast it grows: RFC 9438's C, for seconds and requests a second
  double smoothing = 0.8;     ///< the weight of the latest half second in the rate that is measured
  double lowest_rate = 0.5;   ///< requests a second; no throttling cuts deeper
  double smallest_burst = 1;  ///< tokens that gather at the least; at rates above, a second's worth
  /// A request that would wait longer answers errc::throttled at once, or, if it is a retry, the error before.
  std::chrono::milliseconds longest_wait{30'000};
  /// So many limits are kept; beyond, the one that has gone unused for longest is forgotten.
  std::size_t limits_max = 1'000;
  friend bool operator==(const send_rate_settings&, const send_rate_settings&) = default;
};

/// How often, how patiently and at what cost a request is tried. Each member can be set; the presets are starting points.
///
/// Without further words it is standard(): what AWS's SDKs do.
struct retry_settings {
  unsigned attempts = 4;                           ///< at most so many, the first included; 0 counts as 1
  std::chrono::milliseconds first_wait{25};        ///< at most so long before the second attempt
  std::chrono::milliseconds longest_wait{20'000};  ///< waits stop doubling here
  /// What first_wait is after throttling: see is_throttling().
  std::chrono::milliseconds first_throttled_wait{1'000};
  /// error_detail::retry_after makes a wait longer by so much at the most.
  std::chrono::milliseconds retry_after_extra{5'000};
  retry_budget budget;
  std::optional<send_rate_settings> send_rate;  ///< nothing: the rate is not limited

  retry_settings() = default;
  /// One kind of wait whatever the failure, and no bucket.
  retry_settings(unsigned attempts_max, std::chrono::milliseconds first, std::chrono::milliseconds longest)
      : attempts(attempts_max),
        first_wait(first),
        longest_wait(longest),
        first_throttled_wait(first),
        budget(retry_budget::none()) {}

  /// The standard mode of AWS's SDKs as they have it for DynamoDB and DynamoDB Streams since November 2026: 4 attempts, waits
  /// from 25 ms, or from 1 s after throttling, up to 20 s, a bucket of 500 tokens at 14 and 5, x-amz-retry-after heeded.
  /// Source: "Retry behavior" in the AWS SDKs and Tools Reference Guide; before that date behind AWS_NEW_RETRIES_2026.
  static retry_settings standard() { return {}; }
  /// The adaptive mode, as the Rust crate dynamo_table sets it: the rate of sending adapts, 3 attempts, waits from 1 s up to 20 s,
  /// and the same bucket. Sources: that crate's README, and the adaptive mode in the guide above.
  static retry_settings adaptive() {
    retry_settings adapts;
    adapts.attempts = 3;
    adapts.first_wait = adapts.first_throttled_wait;
    adapts.send_rate.emplace();
    return adapts;
  }
  friend bool operator==(const retry_settings&, const retry_settings&) = default;
};

/// The service asked for fewer requests, and executed nothing: errc::throttled; errc::limit_exceeded of the control plane and of
/// streams; errc::transaction_in_progress. What AWS's SDKs call throttling errors.
bool is_throttling(const error&) noexcept;

struct retry_decision {
  retry_verdict verdict;
  std::chrono::microseconds wait{0};  ///< before the next attempt; zero without one
  unsigned tokens = 0;                ///< what the next attempt takes from the bucket, if there is one

  explicit retry_decision(retry_verdict v, std::chrono::microseconds w = {}, unsigned takes = 0)
      : verdict(v), wait(w), tokens(takes) {}
  bool again() const noexcept { return verdict == retry_verdict::again; }
};

/// Decides whether a failed attempt is tried again, and when. Pure: no clock, no I/O; the caller waits and sends.
///
/// Waits begin at `first_wait`, or `first_throttled_wait`, double with each attempt, are capped at `longest_wait`, and are drawn
/// uniformly from [0, wait] ("full jitter"; AWS Architecture Blog, "Exponential Backoff And Jitter"). What the service asks for
/// (error_detail::retry_after) then makes them longer, never shorter. A request whose reply was lost is sent again only if it
/// repeats. The bucket of retry_budget is the caller's: retrying() has one.
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
  /// For a request as it was built: reads repeat, whatever it says, and so does a transaction with a ClientRequestToken.
  retry_state(const retry_settings& settings, const request& r);

  /// The attempt that is under way failed.
  retry_decision after(const error&, time_point now, random_source&) noexcept;
  /// The attempt that is under way succeeded in part: UnprocessedKeys, UnprocessedItems. What remains, for which there was no
  /// throughput, is sent again as after throttling.
  retry_decision after_partial_success(time_point now, random_source&) noexcept;

  /// The number of the attempt that is under way; the first is 1.
  unsigned attempt() const noexcept { return attempt_; }

 private:
  retry_decision next(bool throttled, std::chrono::milliseconds retry_after, time_point now, random_source&) noexcept;

  retry_settings settings_;
  repeatable repeats_;
  std::optional<time_point> deadline_;
  unsigned attempt_ = 1;
};

}  // namespace dynamo
