#include <decorators/attempts.hpp>

#include <dynamo/protocol/detail/sending.hpp>

#include <decorators/copies.hpp>

#include <algorithm>
#include <utility>

namespace dynamo {
namespace {

/// The rates may have changed by then, and the turn come nearer.
constexpr std::chrono::microseconds look_again = std::chrono::milliseconds(500);

void count_one(std::atomic<std::uint64_t>& counter) noexcept { counter.fetch_add(1, std::memory_order_relaxed); }

error no_turn() {
  return error(errc::throttled,
               "Earlier requests were throttled, and this one's turn at the rate that is left would come too late; it "
               "was not sent. Send fewer requests, or raise send_rate_settings::longest_wait or the call's deadline");
}

}  // namespace

shared_retries::shared_retries(const retry_settings& s, timer& t, random_source& r)
    : settings(s), time(t), random(r), bucket(s.budget) {
  if (s.send_rate) rates.emplace(*s.send_rate);
}

retry_statistics shared_retries::statistics(bool with_rates) const {
  retry_statistics now;
  now.retries = retries.load(std::memory_order_relaxed);
  now.refused_by_budget = refused_by_budget.load(std::memory_order_relaxed);
  now.given_up = given_up.load(std::memory_order_relaxed);
  const retry_tokens tokens = bucket.state(bucket.tokens());
  now.tokens = tokens.left;
  now.tokens_max = tokens.max;
  now.circuit_open = tokens.circuit_open;
  if (rates && with_rates) now.rates = rates->rates();
  return now;
}

attempts::attempts(request r, shared_retries& shared)
    : request_(std::move(r)),
      shared_(shared),
      own_(std::exchange(request_.retries, nullptr)),
      operation_(request_.operation),
      seen_(request_.observation),
      state_(settings(), request_),
      stop_(request_.stop) {
  request_.attempts_max = std::max(settings().attempts, 1U);
  if (shared.rates) draws_on_ = throughput_of(request_);
}

result<attempts::microseconds> attempts::turn() {
  if (!shared_.rates) return microseconds(0);
  const auto now = shared_.time.steady_now();
  microseconds most = std::max<microseconds>(shared_.settings.send_rate->longest_wait, microseconds(0));
  if (request_.deadline) {
    const auto left = std::chrono::ceil<microseconds>(*request_.deadline - now) - microseconds(1);
    most = std::clamp(left, microseconds(0), most);
  }
  std::optional<microseconds> wait;
  if (has_turn_) {
    wait = shared_.rates->wait(draws_on_, places_, now);
  } else {
    wait = shared_.rates->reserve(draws_on_, places_, now, most);
    has_turn_ = wait.has_value();
  }
  if (!wait || *wait > most) return fail(given_up(no_turn()));
  return std::min(*wait, look_again);
}

request attempts::next() {
  has_turn_ = false;
  request_.attempt = state_.attempt();
  if (request_.attempt > 1) count_one(shared_.retries);
  return request_.attempt >= request_.attempts_max ? std::move(request_) : copy_of(request_);
}

std::optional<attempts::microseconds> attempts::after(result<reply>& answer) {
  made_ += answer ? answer->attempts : answer.error().attempts();
  if (shared_.rates) tell_rates(answer);
  if (answer) {
    answer->attempts = made_;
    give_back(last_ ? taken_ : priced(settings().budget.per_success_at_once));
    return std::nullopt;
  }
  outcome_unknown_ = outcome_unknown_ || answer.error().outcome_unknown();
  const unsigned failed = state_.attempt();
  microseconds wait{0};
  const retry_verdict verdict = decide(answer.error(), wait);
  tell_decision(answer.error(), failed, verdict, wait);
  if (verdict == retry_verdict::again) {
    last_ = answer.error();
    return wait;
  }
  if (verdict != retry_verdict::not_retryable && verdict != retry_verdict::may_be_executed) count_one(shared_.given_up);
  answer = fail(told(answer.error()));
  return std::nullopt;
}

retry_verdict attempts::decide(const error& why, microseconds& wait) {
  const retry_decision decision = state_.after(why, shared_.time.steady_now(), shared_.random);
  if (!decision.again()) return decision.verdict;
  const unsigned price = priced(decision.tokens);
  const retry_bucket::change taking = shared_.bucket.take(price);
  if (!taking.made) {
    count_one(shared_.refused_by_budget);
    return retry_verdict::budget_used_up;
  }
  taken_ = price;
  tell_circuit(taking);
  wait = decision.wait;
  return retry_verdict::again;
}

void attempts::give_back(unsigned tokens) { tell_circuit(shared_.bucket.give_back(tokens)); }

void attempts::tell_circuit(const retry_bucket::change& by) {
  if (!seen_ || by.before == by.after) return;
  const retry_tokens now = shared_.bucket.state(by.after);
  if (shared_.bucket.state(by.before).circuit_open != now.circuit_open) seen_->circuit_changed(now);
}

void attempts::tell_decision(const error& why, unsigned attempt, retry_verdict verdict, microseconds wait) {
  if (!seen_) return;
  retry_report told(operation_, attempt, why, verdict);
  told.wait = wait;
  told.tokens = shared_.bucket.state(shared_.bucket.tokens());
  seen_->retry_decided(told);
}

error attempts::stopped() {
  if (made_ == 0) return not_sent(stopped_waiting());
  return not_sent(error(errc::cancelled, "The call was cancelled while it waited to be tried again"));
}

error attempts::no_room() { return given_up(no_turn()); }

void attempts::tell_rates(const result<reply>& answer) {
  std::vector<throughput_key> throttled;
  if (!answer) throttled = throttled_by(answer.error(), draws_on_);
  shared_.rates->answered(draws_on_, throttled, shared_.time.steady_now());
}

/// A further attempt may have helped, and is not made: the answer of the one before, or `instead` where there is none.
error attempts::given_up(const error& instead) {
  count_one(shared_.given_up);
  tell_decision(instead, state_.attempt(), retry_verdict::no_turn, microseconds(0));
  return not_sent(last_ ? *last_ : instead);
}

/// The outcome of a call whose next attempt, decided on, is not made after all.
error attempts::not_sent(const error& why) {
  if (last_) give_back(taken_);
  if (has_turn_) shared_.rates->give_back(draws_on_);
  return told(why);
}

/// An error, and what is known of all attempts.
error attempts::told(const error& last) const { return after_attempts(last, std::max(made_, 1U), outcome_unknown_); }

}  // namespace dynamo
