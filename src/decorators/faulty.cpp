#include <dynamo/decorators/faulty.hpp>

#include <dynamo/base/detail/pause.hpp>
#include <dynamo/protocol/detail/sending.hpp>
#include <dynamo/protocol/operation_facts.hpp>
#include <dynamo/protocol/service_error.hpp>

#include <decorators/interpose.hpp>
#include <decorators/partial_batch.hpp>

#include <utility>

namespace dynamo {
namespace {

error answered(errc code, std::string message, bool outcome_unknown) {
  error_detail detail;
  detail.code = code;
  detail.type = wire_type(code);
  detail.body = error_body(detail.type, message).view();
  detail.message = std::move(message);
  detail.outcome_unknown = outcome_unknown;
  return error(std::move(detail));
}

error throttled() {
  return answered(errc::throttled,
                  "The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
                  "provisioning level with the UpdateTable API.",
                  false);
}
error internal_error(operation_name operation) {
  return answered(errc::internal_server_error, "Internal server error",
                  facts_of(operation).effect == operation_effect::writes);
}
error lost() {
  error_detail detail;
  detail.code = errc::transport;
  detail.message = "The connection was lost before the reply came";
  detail.outcome_unknown = true;
  return error(std::move(detail));
}

/// What a call does once its delay is over: answer without a request, or send one and change the answer.
struct fate {
  std::optional<error> instead;  ///< nothing is sent
  bool reply_is_lost = false;
  std::vector<batch_part> held;  ///< belongs to the answer

  void change(operation_name operation, result<reply>& answer) const {
    if (reply_is_lost) {
      answer = fail(lost());
    } else if (answer && !held.empty()) {
      if (auto body = with_unprocessed(operation, answer->body, held)) answer->body = std::move(*body);
    }
  }
};

/// May replace the request's body by what is executed of it.
fate fate_of(request& r, const fault_decision& decided) {
  fate meets;
  if (!decided.what) return meets;
  switch (*decided.what) {
    case fault::throttle: meets.instead = throttled(); break;
    case fault::internal_error: meets.instead = internal_error(r.operation); break;
    case fault::lost_request: meets.instead = lost(); break;
    case fault::lost_reply: meets.reply_is_lost = true; break;
    case fault::delay: break;
    case fault::partial_batch:
      if (auto divided = divide_batch(r, decided.draw)) {
        if (divided->executed.empty()) {
          meets.instead = throttled();
        } else {
          r.body = std::move(divided->executed);
          meets.held = std::move(divided->held);
        }
      }
      break;
  }
  return meets;
}

void start_now(endpoint& inner, request r, const fault_decision& decided, reply_sink& outcome) {
  fate meets = fate_of(r, decided);
  if (meets.instead) return outcome.complete(fail(std::move(*meets.instead)));
  if (!meets.reply_is_lost && meets.held.empty()) return inner.start(std::move(r), outcome);
  const operation_name operation = r.operation;
  start_and_then(inner, std::move(r), outcome,
                 [operation, meets = std::move(meets)](result<reply>& answer) { meets.change(operation, answer); });
}

/// How long a delay lasts: not beyond the deadline.
std::chrono::microseconds delay_of(const request& r, std::chrono::microseconds delay, const timer& time) {
  if (!r.deadline) return delay;
  return std::min(delay, std::chrono::ceil<std::chrono::microseconds>(*r.deadline - time.steady_now()));
}

/// A started call during its delay. Deletes itself after it.
class delayed_call final : public pause_owner {
 public:
  delayed_call(std::shared_ptr<endpoint> inner, request r, fault_decision decided, timer& time, reply_sink& outcome)
      : inner_(std::move(inner)), request_(std::move(r)), decided_(decided), time_(time), outcome_(outcome) {}

  void wait() {
    const auto delay = delay_of(request_, decided_.delay, time_);
    if (!start_pause(time_, delay, request_.stop, *this))
      resume(true);  // a delay less: the fault is not the point then
  }

 private:
  void resume(bool) noexcept override {
    const std::unique_ptr<delayed_call> self(this);
    const std::shared_ptr<endpoint> inner = std::move(inner_);
    if (auto in_time = check_in_time(request_, time_.steady_now()); !in_time) {
      return outcome_.complete(fail(in_time.error()));
    }
    start_now(*inner, std::move(request_), decided_, outcome_);
  }

  std::shared_ptr<endpoint> inner_;
  request request_;
  fault_decision decided_;
  timer& time_;
  reply_sink& outcome_;
};

class faulty_endpoint final : public endpoint {
 public:
  faulty_endpoint(std::shared_ptr<endpoint> inner, std::shared_ptr<fault_plan> plan, timer& time)
      : inner_(std::move(inner)), plan_(std::move(plan)), time_(time) {}

  result<reply> call(request r) override {
    const fault_decision decided = plan_->decide(r);
    if (decided.delay.count() > 0) {
      time_.wait(delay_of(r, decided.delay, time_), r.stop);
      if (auto in_time = check_in_time(r, time_.steady_now()); !in_time) return fail(in_time.error());
    }
    fate meets = fate_of(r, decided);
    if (meets.instead) return fail(std::move(*meets.instead));
    const operation_name operation = r.operation;
    result<reply> answer = inner_->call(std::move(r));
    meets.change(operation, answer);
    return answer;
  }

  void start(request r, reply_sink& outcome) override {
    const fault_decision decided = plan_->decide(r);
    if (decided.delay.count() <= 0) return start_now(*inner_, std::move(r), decided, outcome);
    auto delayed = std::make_unique<delayed_call>(inner_, std::move(r), decided, time_, outcome);
    delayed.release()->wait();
  }

 private:
  std::shared_ptr<endpoint> inner_;
  std::shared_ptr<fault_plan> plan_;
  timer& time_;
};

}  // namespace

std::shared_ptr<endpoint> faulty(std::shared_ptr<endpoint> inner, std::shared_ptr<fault_plan> plan, timer& time) {
  return std::make_shared<faulty_endpoint>(or_absent(std::move(inner)), std::move(plan), time);
}

}  // namespace dynamo
