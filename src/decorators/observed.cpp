#include <dynamo/decorators/observed.hpp>

#include <dynamo/base/detail/own_process.hpp>

#include <decorators/consumed.hpp>
#include <decorators/interpose.hpp>

#include <utility>

namespace dynamo {
namespace {

/// A call from its beginning to its end.
class observed_call {
 public:
  /// The request knows then who is to be told of its attempts.
  observed_call(const std::shared_ptr<call_observer>& by, request& r, timer& time)
      : operation_(r.operation), capacity_(capacity_of(r)), time_(&time), began_(time.steady_now()) {
    seen_ = r.observation = std::make_shared<call_observation>(by, r);
  }

  void operator()(const result<reply>& outcome) const noexcept {
    seen_->call_ended(call_report(operation_, outcome, time_->steady_now() - began_, capacity_));
  }

 private:
  operation_name operation_;
  capacity_kind capacity_;
  timer* time_;
  std::chrono::steady_clock::time_point began_;
  std::shared_ptr<const call_observation> seen_;
};

class observed_endpoint final : public endpoint {
 public:
  observed_endpoint(std::shared_ptr<endpoint> inner, std::shared_ptr<call_observer> by, timer& time)
      : inner_(std::move(inner)), by_(std::move(by)), time_(time) {}

  result<reply> call(request r) override {
    if (!process_.is_this()) return inner_->call(std::move(r));
    const observed_call seen(by_, r, time_);
    result<reply> outcome = inner_->call(std::move(r));
    seen(outcome);
    return outcome;
  }

  void start(request r, reply_sink& outcome) override {
    if (!process_.is_this()) return inner_->start(std::move(r), outcome);
    observed_call seen(by_, r, time_);
    start_and_then(*inner_, std::move(r), outcome, std::move(seen));
  }

 private:
  const std::shared_ptr<endpoint> inner_;
  const std::shared_ptr<call_observer> by_;
  timer& time_;
  const own_process process_;
};

}  // namespace

std::shared_ptr<endpoint> observed(std::shared_ptr<endpoint> inner, std::shared_ptr<call_observer> by, timer& time) {
  if (!by) return or_absent(std::move(inner));
  return std::make_shared<observed_endpoint>(or_absent(std::move(inner)), std::move(by), time);
}

std::vector<std::string> tables_named_by(const request& r) { return tables_of(r.operation, r.body); }

std::vector<table_capacity> consumed_by(const call_report& call) {
  if (!call.outcome || call.capacity == capacity_kind::none) return {};
  return consumed_in(call.outcome->body, call.capacity);
}

}  // namespace dynamo
