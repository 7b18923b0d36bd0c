#include <dynamo/decorators/retrying.hpp>

#include <dynamo/base/detail/pause.hpp>

#include <decorators/copies.hpp>
#include <decorators/retry_bucket.hpp>

#include <algorithm>
#include <atomic>
#include <utility>

namespace dynamo {
namespace {

/// What all calls of one endpoint share; those under way keep it.
struct shared_retries {
  shared_retries(const retry_settings& s, timer& t, random_source& r)
      : settings(s), time(t), random(r), bucket(s.budget) {}

  retry_statistics statistics() const {
    retry_statistics now;
    now.retries = retries.load(std::memory_order_relaxed);
    now.refused_by_budget = refused_by_budget.load(std::memory_order_relaxed);
    now.given_up = given_up.load(std::memory_order_relaxed);
    now.tokens = bucket.tokens();
    now.tokens_max = settings.budget.tokens_max;
    now.circuit_open = now.tokens_max > 0 && now.tokens < settings.budget.per_retry;
    return now;
  }

  const retry_settings settings;
  timer& time;
  random_source& random;
  retry_bucket bucket;
  std::atomic<std::uint64_t> retries{0}, refused_by_budget{0}, given_up{0};
};

void count_one(std::atomic<std::uint64_t>& counter) noexcept { counter.fetch_add(1, std::memory_order_relaxed); }

/// One request through all its attempts: what both ways to wait share.
class attempts {
 public:
  attempts(request r, shared_retries& shared)
      : request_(std::move(r)), shared_(shared), state_(shared.settings, request_) {
    request_.attempts_max = std::max(shared.settings.attempts, 1U);
  }

  /// What to send now. The last attempt takes the request itself.
  request next() {
    request_.attempt = state_.attempt();
    if (request_.attempt > 1) count_one(shared_.retries);
    return request_.attempt >= request_.attempts_max ? std::move(request_) : copy_of(request_);
  }

  /// How long to wait before the next one; nothing when `answer` is the outcome.
  std::optional<std::chrono::microseconds> after(result<reply>& answer) {
    made_ += answer ? answer->attempts : answer.error().attempts();
    if (answer) {
      answer->attempts = made_;
      shared_.bucket.give_back(made_by_retry_ ? taken_ : shared_.settings.budget.per_success_at_once);
      return std::nullopt;
    }
    outcome_unknown_ = outcome_unknown_ || answer.error().outcome_unknown();
    const retry_decision decision = state_.after(answer.error(), shared_.time.steady_now(), shared_.random);
    if (decision.again() && take(decision.tokens)) return decision.wait;
    if (decision.verdict != retry_verdict::not_retryable && decision.verdict != retry_verdict::may_be_executed)
      count_one(shared_.given_up);
    answer = fail(told(answer.error()));
    return std::nullopt;
  }

  /// The outcome when the next attempt, whose wait has been decided, is not made after all.
  error not_sent(const error& why) {
    shared_.bucket.give_back(taken_);
    return told(why);
  }
  error no_room(const error& last) {
    count_one(shared_.given_up);
    return not_sent(last);
  }
  error stopped() {
    return not_sent(error(errc::cancelled, "The call was cancelled while it waited to be tried again"));
  }

  timer& time() const noexcept { return shared_.time; }
  const std::stop_token& stop() const noexcept { return stop_; }

 private:
  bool take(unsigned tokens) {
    if (shared_.bucket.take(tokens)) {
      taken_ = tokens;
      made_by_retry_ = true;
      return true;
    }
    count_one(shared_.refused_by_budget);
    return false;
  }

  /// An error, and what is known of all attempts.
  error told(const error& last) const { return after_attempts(last, made_, outcome_unknown_); }

  request request_;
  shared_retries& shared_;
  retry_state state_;
  std::stop_token stop_ = request_.stop;
  unsigned made_ = 0;
  unsigned taken_ = 0;  // by the last retry
  bool made_by_retry_ = false;
  bool outcome_unknown_ = false;
};

/// A started call. Deletes itself when it is over.
class retried_call final : public reply_sink, pause_owner {
 public:
  retried_call(std::shared_ptr<endpoint> inner, request r, std::shared_ptr<shared_retries> shared, reply_sink& outcome)
      : inner_(std::move(inner)), shared_(std::move(shared)), attempts_(std::move(r), *shared_), outcome_(outcome) {}

  void send() { inner_->start(attempts_.next(), *this); }

  void complete(result<reply> answer) noexcept override {
    const auto wait = attempts_.after(answer);
    if (!wait) return finish(std::move(answer));
    // The pause may end, and with it this object, before start_pause() returns true.
    const error last = answer.error();
    if (!start_pause(attempts_.time(), *wait, attempts_.stop(), *this)) finish(fail(attempts_.no_room(last)));
  }

 private:
  void resume(bool time_passed) noexcept override {
    if (time_passed) return send();
    finish(fail(attempts_.stopped()));
  }

  void finish(result<reply> answer) {
    reply_sink& outcome = outcome_;
    delete this;  // before the outcome is told: the endpoint's last owner must not be a thread of its own
    outcome.complete(std::move(answer));
  }

  std::shared_ptr<endpoint> inner_;
  std::shared_ptr<shared_retries> shared_;
  attempts attempts_;
  reply_sink& outcome_;
};

class retrying_around final : public retrying_endpoint {
 public:
  retrying_around(std::shared_ptr<endpoint> inner, std::shared_ptr<shared_retries> shared)
      : inner_(std::move(inner)), shared_(std::move(shared)) {}

  result<reply> call(request r) override {
    attempts tries(std::move(r), *shared_);
    for (;;) {
      result<reply> answer = inner_->call(tries.next());
      const auto wait = tries.after(answer);
      if (!wait) return answer;
      if (!shared_->time.wait(*wait, tries.stop())) return fail(tries.stopped());
    }
  }

  void start(request r, reply_sink& outcome) override {
    auto call = std::make_unique<retried_call>(inner_, std::move(r), shared_, outcome);
    call.release()->send();
  }

  retry_statistics statistics() const override { return shared_->statistics(); }

 private:
  std::shared_ptr<endpoint> inner_;
  std::shared_ptr<shared_retries> shared_;
};

}  // namespace

std::shared_ptr<retrying_endpoint> retrying(std::shared_ptr<endpoint> inner, const retry_settings& settings,
                                            timer& time, random_source& random) {
  return std::make_shared<retrying_around>(or_absent(std::move(inner)),
                                           std::make_shared<shared_retries>(settings, time, random));
}

}  // namespace dynamo
