#pragma once

#include <dynamo/auth/credentials.hpp>
#include <dynamo/base/clock.hpp>
#include <dynamo/base/random.hpp>
#include <dynamo/base/result.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace dynamo::aws {

/// What a request does about credentials.
enum class lifetime_step : std::uint8_t {
  use,              ///< sign with what is held
  use_and_refresh,  ///< sign with what is held, and fetch other ones meanwhile: report to fetched() or failed()
  fetch,            ///< nothing usable is held: fetch, and report
  wait,    ///< nothing usable is held, and another request fetches already: wait for its report, then ask again
  refuse,  ///< the last fetch failed a moment ago: fail with last_error()
};

/// Whether a request signs with expired credentials until a fetch brings other ones.
enum class when_expired : std::uint8_t {
  stop,   ///< nothing
  go_on,  ///< they are used: AWS extends those of its own agents while they cannot renew them
};

/// Decides when credentials are fetched again: ahead of their expiry, and by one request at a time. Pure: no clock, no I/O.
///
/// They are refreshed in their last 15 minutes, or in the last third of a life that is shorter than 45, each process at a moment of its own in the first third of
/// that time. A refresh that fails, or brings nothing newer, is repeated after a minute. Where nothing usable is held, a failure is
/// repeated to all who ask in the next second.
/// Not thread-safe: the caller locks, and wakes those who wait after each report.
class credential_lifetime {
 public:
  static constexpr std::chrono::minutes window{15};
  static constexpr std::chrono::minutes refresh_pause{1};
  static constexpr std::chrono::seconds failure_pause{1};

  explicit credential_lifetime(when_expired expired = when_expired::stop) noexcept : when_expired_(expired) {}

  lifetime_step ask(instant now);
  /// Before then ask() answers lifetime_step::use, unless something is reported meanwhile: what is held may be used without asking.
  instant settled_until() const noexcept;
  void fetched(auth::credentials, instant now, random_source&);
  void failed(error, instant now);
  /// The service says that these have expired or are not valid. They are not used again, and others are fetched; once a refresh_pause at
  /// most, so that keys that nobody mends cause no storm.
  void rejected(const std::shared_ptr<const auth::credentials>&, instant now);

  /// Null until the first fetch succeeds. Shared: a request signs with them while others replace them.
  const std::shared_ptr<const auth::credentials>& held() const noexcept { return held_; }
  /// After lifetime_step::refuse, and after failed().
  const std::optional<error>& last_error() const noexcept { return last_error_; }

 private:
  bool is_usable(instant now) const noexcept;

  when_expired when_expired_;
  std::shared_ptr<const auth::credentials> held_;
  std::optional<instant> refresh_at_;  // nothing: they do not expire
  instant fetch_again_at_{};           // not before
  instant reject_again_at_{};          // likewise
  std::optional<error> last_error_;
  bool is_fetching_ = false;
  bool is_rejected_ = false;
};

}  // namespace dynamo::aws
