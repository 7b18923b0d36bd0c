#include <dynamo/decorators/rate_limited.hpp>

#include <dynamo/base/own_process.hpp>
#include <dynamo/decorators/token_bucket.hpp>

#include <decorators/consumed.hpp>
#include <decorators/copies.hpp>
#include <decorators/interpose.hpp>
#include <decorators/pause.hpp>

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

namespace dynamo {
namespace {

using std::chrono::microseconds;

/// What a request takes before anything is known of it.
constexpr double units_in_advance = 1;

/// The buckets of one endpoint, shared with its calls under way. Thread-safe.
class limiter {
 public:
  limiter(const rate_limits& limits, timer& time) : limits_(limits), time_(time) {
    const std::chrono::duration<double> burst = limits.burst;
    const auto make = [&](std::optional<token_bucket>& bucket, double rate) {
      if (rate > 0) bucket.emplace(rate, std::max(1.0, rate * burst.count()), time.steady_now());
    };
    make(requests_, limits.requests_per_second);
    make(reads_, limits.read_units_per_second);
    make(writes_, limits.write_units_per_second);
  }

  timer& time() const noexcept { return time_; }

  /// Takes the request's place in the queue: how long it waits.
  result<microseconds> admit(request& r) {
    if (auto in_time = check_in_time(r, time_.steady_now()); !in_time) return fail(in_time.error());
    if (reads_ || writes_) {
      if (capacity_of(r) != capacity_kind::none) ask_for_capacity(r);
    }
    const std::scoped_lock lock(mutex_);
    const auto now = time_.steady_now();
    const capacity_kind kind = capacity_of(r);
    microseconds wait(0);
    const auto ask = [&](std::optional<token_bucket>& bucket) {
      if (bucket) wait = std::max(wait, bucket->wait_for(units_in_advance, now));
    };
    ask(requests_);
    if (auto* units = bucket_of(kind)) ask(*units);
    if (wait.count() > 0) {
      if (limits_.on_excess == rate_limits::excess::refused) return refuse("");
      if (wait > limits_.longest_wait) return refuse(", and the queue is longer than its limits allow");
      if (r.deadline && now + wait >= *r.deadline) return refuse(", and its turn would come after the call's deadline");
    }
    move_units(kind, units_in_advance, 1, now);
    return wait;
  }

  /// The request was not sent after all.
  void give_back(capacity_kind kind) {
    const std::scoped_lock lock(mutex_);
    move_units(kind, -units_in_advance, -1, time_.steady_now());
  }

  /// Takes what the request consumed beyond what it took in advance.
  void settle(capacity_kind kind, const result<reply>& answer) {
    if (!answer || kind == capacity_kind::none || !(reads_ || writes_)) return;
    const std::vector<consumed_capacity> consumed = consumed_in(answer->body, kind);
    if (consumed.empty()) return;
    double read = 0, write = 0;
    for (const consumed_capacity& each : consumed) {
      read += each.read;
      write += each.write;
    }
    const std::scoped_lock lock(mutex_);
    const auto now = time_.steady_now();
    move_units(kind, -units_in_advance, 0, now);
    if (reads_) reads_->take(read, now);
    if (writes_) writes_->take(write, now);
  }

 private:
  std::optional<token_bucket>* bucket_of(capacity_kind kind) noexcept {
    switch (kind) {
      case capacity_kind::read: return &reads_;
      case capacity_kind::write: return &writes_;
      case capacity_kind::none: break;
    }
    return nullptr;
  }

  void move_units(capacity_kind kind, double units, double requests, token_bucket::time_point now) {
    if (requests_) requests_->take(requests, now);
    if (auto* bucket = bucket_of(kind); bucket != nullptr && *bucket) (*bucket)->take(units, now);
  }

  static std::unexpected<error> refuse(std::string_view why) {
    return fail(errc::throttled, "The rate limit of this endpoint is exhausted" + std::string(why) +
                                     "; the request was not sent. Send fewer requests, or raise rate_limits");
  }

  const rate_limits limits_;
  timer& time_;
  std::mutex mutex_;
  std::optional<token_bucket> requests_, reads_, writes_;
};

void start_admitted(endpoint& inner, std::shared_ptr<limiter> limits, request r, reply_sink& outcome) {
  const capacity_kind kind = capacity_of(r);
  start_and_then(inner, std::move(r), outcome,
                 [limits = std::move(limits), kind](const result<reply>& answer) { limits->settle(kind, answer); });
}

/// A started call whose turn has not come. Deletes itself when it has.
class queued_call final : public pause_owner {
 public:
  queued_call(std::shared_ptr<endpoint> inner, std::shared_ptr<limiter> limits, request r, reply_sink& outcome)
      : inner_(std::move(inner)), limits_(std::move(limits)), request_(std::move(r)), outcome_(outcome) {}

  void wait(microseconds time) {
    if (start_pause(limits_->time(), time, request_.stop, *this)) return;
    end(error(errc::throttled, "Too many calls wait for the rate limit of this endpoint; the request was not sent"));
  }

 private:
  void resume(bool time_passed) noexcept override {
    if (!time_passed) return end(stopped_waiting());
    const std::unique_ptr<queued_call> self(this);
    start_admitted(*inner_, std::move(limits_), std::move(request_), outcome_);
  }

  void end(error why) {
    reply_sink& outcome = outcome_;
    limits_->give_back(capacity_of(request_));
    delete this;
    outcome.complete(fail(std::move(why)));
  }

  std::shared_ptr<endpoint> inner_;
  std::shared_ptr<limiter> limits_;
  request request_;
  reply_sink& outcome_;
};

class rate_limited_endpoint final : public endpoint {
 public:
  rate_limited_endpoint(std::shared_ptr<endpoint> inner, const rate_limits& limits, timer& time)
      : inner_(std::move(inner)), limits_(std::make_shared<limiter>(limits, time)) {}

  result<reply> call(request r) override {
    if (!process_.is_this()) return made_before_fork(this_limit);
    const result<microseconds> wait = limits_->admit(r);
    if (!wait) return fail(wait.error());
    const capacity_kind kind = capacity_of(r);
    if (wait->count() > 0 && !limits_->time().wait(*wait, r.stop)) {
      limits_->give_back(kind);
      return fail(stopped_waiting());
    }
    result<reply> answer = inner_->call(std::move(r));
    limits_->settle(kind, answer);
    return answer;
  }

  void start(request r, reply_sink& outcome) override {
    if (!process_.is_this()) return outcome.complete(made_before_fork(this_limit));
    const result<microseconds> wait = limits_->admit(r);
    if (!wait) return outcome.complete(fail(wait.error()));
    if (wait->count() == 0) return start_admitted(*inner_, limits_, std::move(r), outcome);
    auto queued = std::make_unique<queued_call>(inner_, limits_, std::move(r), outcome);
    queued.release()->wait(*wait);
  }

 private:
  static constexpr std::string_view this_limit = "The rate limit of this endpoint";

  const own_process process_;
  std::shared_ptr<endpoint> inner_;
  std::shared_ptr<limiter> limits_;
};

}  // namespace

std::shared_ptr<endpoint> rate_limited(std::shared_ptr<endpoint> inner, const rate_limits& limits, timer& time) {
  return std::make_shared<rate_limited_endpoint>(or_absent(std::move(inner)), limits, time);
}

}  // namespace dynamo
