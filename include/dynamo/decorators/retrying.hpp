#pragma once

#include <dynamo/base/random.hpp>
#include <dynamo/base/timer.hpp>
#include <dynamo/decorators/retry.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/protocol/operation_facts.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace dynamo {

/// A limit that throttling has set: see send_rate_settings.
struct limited_rate {
  capacity_kind capacity{};  ///< none for "(control plane)" and "(streams)"
  std::string resource;      ///< "users", "users/index/by_email"; empty for PartiQL statements
  double per_second = 0;     ///< requests, as of the latest answer
};

/// How the retries of an endpoint fare: counts since it was made, and its bucket as it is.
struct retry_statistics {
  std::uint64_t retries = 0;            ///< attempts after the first of their calls
  std::uint64_t refused_by_budget = 0;  ///< retries that were not made because the bucket had no tokens for them
  std::uint64_t given_up =
      0;                ///< calls that ended with an error that a further attempt may have mended: no attempt left, no
                        ///< token, no time before the deadline, no room in the timer
  unsigned tokens = 0;  ///< in the bucket; see retry_budget
  unsigned tokens_max = 0;          ///< 0: there is no bucket
  std::vector<limited_rate> rates;  ///< by resource and capacity; empty before the first throttling
  bool circuit_open = false;        ///< the bucket has too few tokens for a retry that does not follow throttling
};

/// What retrying() makes: an endpoint that can be asked how it fares.
class retrying_endpoint : public endpoint {
 public:
  /// A moment's view; calls under way may change it meanwhile. Thread-safe. In a child of fork() it has no rates.
  virtual retry_statistics statistics() const = 0;
};

/// An endpoint that sends what failed again, as retry_state decides: throttled requests, failures of the service, lost
/// connections; writes whose outcome is unknown only if they repeat.
///
/// A retry takes tokens from a bucket that all calls of this endpoint share (retry_budget), unless the settings have none; when
/// there are too few, the call ends with the error that it has. A call that succeeds gives back what its last retry took, or a
/// token if there was none.
///
/// With retry_settings::send_rate, an attempt, the first too, may have to wait for its turn at what it reads or writes.
///
/// `reply.attempts` and `error::attempts()` count every attempt, those of `inner` too. When it gives up, the answer is the last
/// attempt's error; its outcome is unknown if that of any attempt was. A wait that would pass the request's deadline is not
/// begun; asked to stop while it waits, a call answers errc::cancelled. A timer without room ends the attempts too.
/// `inner` is told which attempt each request is, and of how many: request::attempt, request::attempts_max.
/// Partial results of batches are no failures here: see retry_state::after_partial_success().
///
/// Thread-safety: as any endpoint; timer and random source are used from any thread and must outlive every call.
/// Cost: a copy of the request's body. call() stays on its thread and blocks it while waiting; start() blocks none, and further
/// attempts are started on the timer's thread.
///
///     dynamo::table<users_schema> users{dynamo::retrying(db->endpoint())};
std::shared_ptr<retrying_endpoint> retrying(std::shared_ptr<endpoint> inner, const retry_settings& = {},
                                            timer& = system_timer(), random_source& = system_random());

/// An endpoint whose requests a retrying() inside `inner`, such as that of dynamo::remote(), tries as these settings say: their attempts and waits, and what their
/// budget takes from, and gives back to, that endpoint's bucket; with retry_budget::none() nothing. Its limits of rates stay its own. A request that has settings already, of
/// a retried_as() around this one, keeps them. Without a retrying() inside it changes nothing. Thread-safe.
///
///     dynamo::table<users_schema> patient = users.with(dynamo::retry_settings::adaptive());  // the same for one table, or for one call
std::shared_ptr<endpoint> retried_as(std::shared_ptr<endpoint> inner, const retry_settings&);

}  // namespace dynamo
