#pragma once

#include <dynamo/auth/credentials.hpp>
#include <dynamo/base/clock.hpp>
#include <dynamo/base/random.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/base/timer.hpp>

#include <remote/provider/configuration.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <stop_token>

namespace dynamo::http {
class name_lookup;
}

namespace dynamo::aws {

/// Never changes: a request signs with them while others replace them.
using shared_credentials = std::shared_ptr<const auth::credentials>;

/// Receives the outcome of one start(). Must stay alive until then, or until forget() has answered true.
class credential_sink {
 public:
  /// Called exactly once per start(), on any thread, possibly before start() returns. Must not block and must not throw.
  virtual void complete(result<shared_credentials>) noexcept = 0;

 protected:
  ~credential_sink() = default;
};

/// What a provider measures time with, and draws from. Null: the machine's own.
struct provider_ports {
  const clock* time = nullptr;  ///< expiry, and the time in signatures
  timer* waits = nullptr;       ///< time-outs of requests and processes, pauses, and deadlines of get()
  random_source* random = nullptr;
  http::name_lookup* names = nullptr;  ///< addresses of the sources' hosts

  provider_ports() = default;
};

/// Credentials for requests: fetched from the source that a plan names when they are first asked for, kept, and fetched again ahead of their
/// expiry, by one fetch at a time (credential_lifetime says when).
///
///     shared_credentials who = provider.cached(now);
///     if (!who) { auto got = provider.get(deadline, stop); ... }      // or provider.start(sink)
///     ... sign with *who; where the service answers ExpiredTokenException or UnrecognizedClientException:
///     provider.invalidate(who);                                       // and once more from the top
///
/// A cheap handle; copies share one state. Thread-safe. A fetch runs on a thread that is made for it and ends with it: whoever waits can
/// give up, and the fetch goes on for the others. Keys that are at hand (of the program, the environment or a profile, without a role) need neither
/// thread nor lock.
///
/// The last handle that goes ends a fetch under way (its process is killed, its request given up) and waits for its thread; sinks that wait are
/// completed with errc::cancelled. Only a name that the system looks up cannot be given up: it takes as long as the system says. Where the last handle
/// goes in a sink's complete(), the thread ends on its own.
///
/// In a child of fork() keys that are at hand work on; everything else answers as own_process has it, and the parent's fetch goes on in the
/// parent alone.
class credential_provider {
 public:
  /// So many wait at one time; one more is refused with errc::unavailable.
  static constexpr std::size_t waiting_max = 65'536;

  explicit credential_provider(configuration, provider_ports = {});

  /// What is held and usable, or null. Never blocks; begins a fetch where one is due. On the path of every request: some 30 ns.
  [[nodiscard]] shared_credentials cached(instant now) const noexcept;
  /// Whether cached() would answer these very ones, and has nothing to do. For whoever keeps a key that was derived from them: 2 ns, no lock.
  [[nodiscard]] bool is_current(const shared_credentials&, instant now) const noexcept;

  /// What is held and usable; otherwise waits for a fetch, until the deadline (of the timer's steady_now()) or until the token is asked to stop.
  ///
  /// Errors: errc::timed_out, errc::cancelled; otherwise why the fetch failed, as explain_failure() has it: without any credentials it says
  /// where it looked, and names `dynamo::database` as the way to work without AWS. A failure is repeated to all who ask in the next second. Never
  /// with a secret.
  [[nodiscard]] result<shared_credentials> get(
      std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max(),
      const std::stop_token& = {}) const;

  /// The same without blocking this thread: the sink is told, at once or when the fetch ends.
  void start(credential_sink&) const;
  /// True: the sink is not told any more. False: it was, or is being told.
  bool forget(credential_sink&) const noexcept;

  /// The service says that these have expired or are not valid: they are not used again, and the next who ask get others. Once a minute at most, and
  /// not for keys that are at hand: there are no others.
  void invalidate(const shared_credentials&) const noexcept;

  /// What it was made from.
  const configuration& made_from() const noexcept;

 private:
  class state;
  class owner;
  std::shared_ptr<owner> owner_;
};

}  // namespace dynamo::aws
