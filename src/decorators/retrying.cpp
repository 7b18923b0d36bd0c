#include <dynamo/decorators/retrying.hpp>

#include <dynamo/base/detail/own_process.hpp>
#include <dynamo/base/detail/pause.hpp>

#include <decorators/attempts.hpp>

#include <utility>

namespace dynamo {
namespace {

/// A started call. Deletes itself when it is over.
class retried_call final : public reply_sink, pause_owner {
 public:
  retried_call(std::shared_ptr<endpoint> inner, request r, std::shared_ptr<shared_retries> shared, reply_sink& outcome)
      : inner_(std::move(inner)), shared_(std::move(shared)), attempts_(std::move(r), *shared_), outcome_(outcome) {}

  void begin_attempt() {
    const auto turn = attempts_.turn();
    if (!turn) return finish(fail(turn.error()));
    if (turn->count() > 0) return pause(*turn);
    inner_->start(attempts_.next(), *this);
  }

  void complete(result<reply> answer) noexcept override {
    const auto wait = attempts_.after(answer);
    if (!wait) return finish(std::move(answer));
    pause(*wait);
  }

 private:
  /// Which may end, and with it this object, before this returns.
  void pause(std::chrono::microseconds time) {
    if (!start_pause(attempts_.time(), time, attempts_.stop(), *this)) finish(fail(attempts_.no_room()));
  }

  void resume(bool time_passed) noexcept override {
    if (!time_passed) return finish(fail(attempts_.stopped()));
    begin_attempt();
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
    if (is_locked_by_fork()) return made_before_fork(these_limits);
    attempts tries(std::move(r), *shared_);
    for (;;) {
      const auto turn = tries.turn();
      if (!turn) return fail(turn.error());
      if (turn->count() > 0) {
        if (!shared_->time.wait(*turn, tries.stop())) return fail(tries.stopped());
        continue;
      }
      result<reply> answer = inner_->call(tries.next());
      const auto wait = tries.after(answer);
      if (!wait) return answer;
      if (!shared_->time.wait(*wait, tries.stop())) return fail(tries.stopped());
    }
  }

  void start(request r, reply_sink& outcome) override {
    if (is_locked_by_fork()) return outcome.complete(made_before_fork(these_limits));
    auto call = std::make_unique<retried_call>(inner_, std::move(r), shared_, outcome);
    call.release()->begin_attempt();
  }

  retry_statistics statistics() const override { return shared_->statistics(!is_locked_by_fork()); }

 private:
  static constexpr std::string_view these_limits = "The send rates of this endpoint";

  /// The limits have a lock, which a thread of the parent may have held.
  bool is_locked_by_fork() const noexcept { return shared_->rates && !process_.is_this(); }

  const own_process process_;
  std::shared_ptr<endpoint> inner_;
  std::shared_ptr<shared_retries> shared_;
};

class retried_as_asked final : public endpoint {
 public:
  retried_as_asked(std::shared_ptr<endpoint> inner, const retry_settings& settings)
      : inner_(std::move(inner)), settings_(std::make_shared<const retry_settings>(settings)) {}

  result<reply> call(request r) override { return inner_->call(with_settings(std::move(r))); }
  void start(request r, reply_sink& outcome) override { inner_->start(with_settings(std::move(r)), outcome); }

 private:
  request with_settings(request r) const {
    if (!r.retries) r.retries = settings_;
    return r;
  }

  const std::shared_ptr<endpoint> inner_;
  const std::shared_ptr<const retry_settings> settings_;
};

}  // namespace

std::shared_ptr<endpoint> retried_as(std::shared_ptr<endpoint> inner, const retry_settings& settings) {
  return std::make_shared<retried_as_asked>(or_absent(std::move(inner)), settings);
}

std::shared_ptr<retrying_endpoint> retrying(std::shared_ptr<endpoint> inner, const retry_settings& settings,
                                            timer& time, random_source& random) {
  return std::make_shared<retrying_around>(or_absent(std::move(inner)),
                                           std::make_shared<shared_retries>(settings, time, random));
}

}  // namespace dynamo
