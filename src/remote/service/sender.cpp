#include <remote/service/sender.hpp>

#include <dynamo/base/detail/own_process.hpp>
#include <dynamo/protocol/detail/may_be_repeated.hpp>
#include <dynamo/protocol/detail/sending.hpp>

#include <remote/calls/call_answer.hpp>
#include <remote/calls/call_head.hpp>
#include <remote/calls/clock_skew.hpp>
#include <remote/service/await_credentials.hpp>
#include <remote/service/signing_keys.hpp>
#include <remote/service/watched_attempt.hpp>

#include <optional>
#include <utility>

namespace dynamo::aws {
namespace {

using std::chrono::steady_clock;
using outcome_of_exchange = std::expected<http::client_response, http::exchange_failure>;

/// Those of one attempt. The whole call's time is in its deadline.
http::exchange_times exchange_times_of(const call_times& times) {
  http::exchange_times out;
  out.connect = out.handshake = times.connect;
  out.write = out.first_byte = out.read = times.read;
  out.operation = std::chrono::milliseconds(0);
  return out;
}

/// What all calls of a sender share, and outlives the last of them.
struct shared_parts : sender_parts {
  explicit shared_parts(sender_parts from) : sender_parts(std::move(from)) {}

  own_process process;
  signing_keys keys;
  clock_skew skew;
};

/// One request on its way: what both ways to wait share.
class sending {
 public:
  sending(std::shared_ptr<shared_parts> with, request call) : with_(std::move(with)), call_(std::move(call)) {}

  shared_parts& with() const noexcept { return *with_; }
  const request& call() const noexcept { return call_; }
  steady_clock::time_point deadline() const noexcept {
    return call_.deadline.value_or(steady_clock::time_point::max());
  }

  /// Why it is not to be sent at all.
  result<void> check() const {
    if (!with_->process.is_this()) return made_before_fork("This connection to DynamoDB");
    return check_in_time(call_, with_->waits.steady_now());
  }

  /// Writes what is sent by these.
  result<void> prepare(shared_credentials by) {
    by_ = std::move(by);
    auto found = with_->to->find(call_, by_->account_id);
    if (!found) return std::unexpected(std::move(found.error()));
    to_ = *std::move(found);
    signed_at_ = with_->skew.service_time(with_->time.now());
    const std::string time = auth::sigv4_time(signed_at_);
    const auto key = with_->keys.find(by_, std::string_view(time).substr(0, 8), to_->signing_region);
    head_.clear();
    write_call_head(head_, to_->target, call_, key.get(), by_->session_token, time);
    return {};
  }
  carrier& way() const noexcept { return *to_->by; }
  /// What is sent now.
  http::exchange_request exchange() {
    http::exchange_request out(head_.view(), call_.body.view());
    if (call_.observation) out.timings = &watched_.emplace(with_->waits.steady_now()).timings();
    if (call_.times) out.times = exchange_times_of(*call_.times);
    out.deadline = deadline();
    out.repeatable = may_be_repeated(call_);
    return out;
  }

  /// Nothing: it is to be prepared and sent once more.
  std::optional<result<reply>> outcome(outcome_of_exchange came) {
    ++sent_;
    if (!came) {
      const error why = after_attempts(read_failure(came.error()), sent_, false);
      tell(came.error(), &why);
      return fail(why);
    }
    result<reply> answer = read_answer(*came, to_->target.host);
    // It was not executed, but who knows of the same request before, which has no answer.
    if (!answer) answer = fail(after_attempts(answer.error(), sent_, came->sent_before));
    tell(*came, answer ? nullptr : &answer.error());
    if (answer) {
      answer->attempts = sent_;
      return answer;
    }
    if (sent_ == 1 && is_mended(remedy_for(answer.error()), came->field("Date"))) return std::nullopt;
    return answer;
  }

 private:
  template <class Outcome>
  void tell(const Outcome& came, const error* failure) const noexcept {
    if (!watched_) return;
    call_.observation->attempt_ended(
        watched_->report(call_, to_->target.host, came, failure, with_->waits.steady_now()));
  }

  bool is_mended(remedy how, std::string_view date) {
    switch (how) {
      case remedy::none: return false;
      case remedy::mend_clock: return with_->skew.mend(date, signed_at_, with_->time.now());
      case remedy::renew_credentials:
        with_->credentials.invalidate(by_);
        return !with_->credentials.is_current(by_, with_->time.now());
    }
    return false;
  }

  std::shared_ptr<shared_parts> with_;
  request call_;
  shared_credentials by_;
  std::shared_ptr<const route> to_;
  json::buffer head_;
  instant signed_at_{};
  unsigned sent_ = 0;
  std::optional<watched_attempt> watched_;  // the one under way, if the call is observed
};

/// A started call. Deletes itself when it is over.
class started final : http::exchange_sink, credential_sink {
 public:
  started(std::shared_ptr<shared_parts> with, request call, reply_sink& outcome)
      : sending_(std::move(with), std::move(call)), outcome_(outcome) {}

  void begin() {
    if (auto sound = sending_.check(); !sound) return finish(std::unexpected(std::move(sound.error())));
    if (auto held = sending_.with().credentials.cached(sending_.with().time.now())) return send(std::move(held));
    const sender_parts& with = sending_.with();
    await_credentials(with.credentials, with.waits, sending_.deadline(), sending_.call().stop, *this);
  }

 private:
  void complete(result<shared_credentials> got) noexcept override {
    if (!got) return finish(std::unexpected(std::move(got.error())));
    if (auto sound = sending_.check(); !sound) return finish(std::unexpected(std::move(sound.error())));
    send(*std::move(got));
  }

  void send(shared_credentials by) {
    if (auto prepared = sending_.prepare(std::move(by)); !prepared) {
      return finish(std::unexpected(std::move(prepared.error())));
    }
    sending_.way().start(sending_.exchange(), sending_.call().stop, *this);
  }

  void complete(outcome_of_exchange came) noexcept override {
    auto outcome = sending_.outcome(std::move(came));
    if (outcome) return finish(*std::move(outcome));
    begin();
  }

  void finish(result<reply> answer) {
    reply_sink& outcome = outcome_;
    delete this;
    outcome.complete(std::move(answer));
  }

  sending sending_;
  reply_sink& outcome_;
};

class sender final : public endpoint {
 public:
  explicit sender(sender_parts parts) : shared_(std::make_shared<shared_parts>(std::move(parts))) {}

  result<reply> call(request asked) override {
    sending one(shared_, std::move(asked));
    for (;;) {
      if (auto sound = one.check(); !sound) return std::unexpected(std::move(sound.error()));
      shared_credentials by = shared_->credentials.cached(shared_->time.now());
      if (!by) {
        auto got = shared_->credentials.get(one.deadline(), one.call().stop);
        if (!got) return std::unexpected(std::move(got.error()));
        by = *std::move(got);
      }
      if (auto prepared = one.prepare(std::move(by)); !prepared) return std::unexpected(std::move(prepared.error()));
      if (auto outcome = one.outcome(one.way().send(one.exchange(), one.call().stop))) return *std::move(outcome);
    }
  }

  void start(request asked, reply_sink& outcome) override {
    (new started(shared_, std::move(asked), outcome))->begin();
  }

 private:
  const std::shared_ptr<shared_parts> shared_;
};

}  // namespace

std::shared_ptr<endpoint> make_sender(sender_parts parts) { return std::make_shared<sender>(std::move(parts)); }

}  // namespace dynamo::aws
