#pragma once

#include <dynamo/base/random.hpp>
#include <dynamo/base/timer.hpp>
#include <dynamo/decorators/retrying.hpp>

#include <decorators/retry_bucket.hpp>
#include <decorators/send_rates.hpp>
#include <decorators/throughput_key.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace dynamo {

/// What all calls of one retrying() endpoint share; those under way keep it. Thread-safe.
struct shared_retries {
  shared_retries(const retry_settings&, timer&, random_source&);

  /// `with_rates` false: without those, which are under a lock.
  retry_statistics statistics(bool with_rates) const;

  const retry_settings settings;
  timer& time;
  random_source& random;
  retry_bucket bucket;
  std::optional<send_rates> rates;
  std::atomic<std::uint64_t> retries{0}, refused_by_budget{0}, given_up{0};
};

/// One request through all its attempts: what decides, without the waits and the sending.
///
///     for (;;) {
///       while turn() is not zero, wait so long;
///       send next();
///       wait as long as after(its answer) says, or end with that answer
///     }
///
/// A wait that is cut short ends the call with stopped(), one that cannot begin with no_room(). Not thread-safe.
class attempts {
 public:
  using microseconds = std::chrono::microseconds;

  attempts(request, shared_retries&);

  /// How long to wait before this is to be asked again; zero: the next attempt may be sent. Or why it is not made.
  result<microseconds> turn();
  /// What to send now. The last attempt takes the request itself.
  request next();
  /// How long to wait before the next turn(); nothing when `answer` is the outcome, which may have been changed.
  std::optional<microseconds> after(result<reply>& answer);

  error stopped();
  error no_room();

  timer& time() const noexcept { return shared_.time; }
  const std::stop_token& stop() const noexcept { return stop_; }

 private:
  const retry_settings& settings() const noexcept { return own_ ? *own_ : shared_.settings; }
  /// For a call without a budget the tokens are none.
  unsigned priced(unsigned tokens) const noexcept { return settings().budget.tokens_max > 0 ? tokens : 0; }
  void tell_rates(const result<reply>&);
  retry_verdict decide(const error&, std::chrono::microseconds& wait);
  void give_back(unsigned tokens);
  void tell_circuit(const retry_bucket::change&);
  void tell_decision(const error&, unsigned attempt, retry_verdict, std::chrono::microseconds wait);
  error given_up(const error&);
  error not_sent(const error&);
  error told(const error&) const;

  request request_;
  shared_retries& shared_;
  const std::shared_ptr<const retry_settings> own_;  // null: those of the endpoint
  const operation_name operation_;
  const std::shared_ptr<const call_observation> seen_;
  retry_state state_;
  std::stop_token stop_;
  std::vector<throughput_key> draws_on_;  // empty without rates
  std::vector<double> places_;            // those of the turn, one for each
  std::optional<error> last_;             // why there is another attempt
  bool has_turn_ = false;                 // whose tokens are not spent yet
  unsigned made_ = 0;
  unsigned taken_ = 0;  // by the last retry
  bool outcome_unknown_ = false;
};

}  // namespace dynamo
