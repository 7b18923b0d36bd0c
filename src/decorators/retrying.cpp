#include <dynamo/decorators/retrying.hpp>

#include <dynamo/base/detail/pause.hpp>

#include <decorators/copies.hpp>

#include <algorithm>
#include <utility>

namespace dynamo {
namespace {

struct ports {
  retry_settings settings;
  timer& time;
  random_source& random;
};

/// One request through all its attempts: what both ways to wait share.
class attempts {
 public:
  attempts(request r, const ports& with) : request_(std::move(r)), with_(with), state_(with.settings, request_) {
    request_.attempts_max = std::max(with.settings.attempts, 1U);
  }

  /// What to send now. The last attempt takes the request itself.
  request next() {
    request_.attempt = state_.attempt();
    return state_.attempt() >= with_.settings.attempts ? std::move(request_) : copy_of(request_);
  }

  /// How long to wait before the next one; nothing when `answer` is the outcome.
  std::optional<std::chrono::microseconds> after(result<reply>& answer) {
    made_ += answer ? answer->attempts : answer.error().attempts();
    if (answer) {
      answer->attempts = made_;
      return std::nullopt;
    }
    outcome_unknown_ = outcome_unknown_ || answer.error().outcome_unknown();
    const retry_decision decision = state_.after(answer.error(), with_.time.steady_now(), with_.random);
    if (decision.again()) return decision.wait;
    answer = fail(given_up(answer.error()));
    return std::nullopt;
  }

  /// The outcome when nothing more is sent: the last error, and what is known of the attempts before.
  error given_up(const error& last) const { return after_attempts(last, made_, outcome_unknown_); }
  error stopped() const {
    return given_up(error(errc::cancelled, "The call was cancelled while it waited to be tried again"));
  }

  timer& time() const noexcept { return with_.time; }
  const std::stop_token& stop() const noexcept { return stop_; }

 private:
  request request_;
  ports with_;
  retry_state state_;
  std::stop_token stop_ = request_.stop;
  unsigned made_ = 0;
  bool outcome_unknown_ = false;
};

/// A started call. Deletes itself when it is over.
class retried_call final : public reply_sink, pause_owner {
 public:
  retried_call(std::shared_ptr<endpoint> inner, request r, const ports& with, reply_sink& outcome)
      : inner_(std::move(inner)), attempts_(std::move(r), with), outcome_(outcome) {}

  void send() { inner_->start(attempts_.next(), *this); }

  void complete(result<reply> answer) noexcept override {
    const auto wait = attempts_.after(answer);
    if (!wait) return finish(std::move(answer));
    // The pause may end, and with it this object, before start_pause() returns true.
    const error last = answer.error();
    if (!start_pause(attempts_.time(), *wait, attempts_.stop(), *this)) finish(fail(attempts_.given_up(last)));
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
  attempts attempts_;
  reply_sink& outcome_;
};

class retrying_endpoint final : public endpoint {
 public:
  retrying_endpoint(std::shared_ptr<endpoint> inner, ports with) : inner_(std::move(inner)), with_(with) {}

  result<reply> call(request r) override {
    attempts tries(std::move(r), with_);
    for (;;) {
      result<reply> answer = inner_->call(tries.next());
      const auto wait = tries.after(answer);
      if (!wait) return answer;
      if (!with_.time.wait(*wait, tries.stop())) return fail(tries.stopped());
    }
  }

  void start(request r, reply_sink& outcome) override {
    auto call = std::make_unique<retried_call>(inner_, std::move(r), with_, outcome);
    call.release()->send();
  }

 private:
  std::shared_ptr<endpoint> inner_;
  ports with_;
};

}  // namespace

std::shared_ptr<endpoint> retrying(std::shared_ptr<endpoint> inner, const retry_settings& settings, timer& time,
                                   random_source& random) {
  return std::make_shared<retrying_endpoint>(or_absent(std::move(inner)), ports{settings, time, random});
}

}  // namespace dynamo
