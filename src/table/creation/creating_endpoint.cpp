#include <table/creation/creating_endpoint.hpp>

#include <dynamo/base/detail/pause.hpp>
#include <dynamo/protocol/detail/request_context.hpp>

#include <table/creation/table_creation.hpp>

#include <optional>
#include <utility>

namespace dynamo::detail {

namespace {

using creation_step = table_creation::step;

struct creation_target {
  std::shared_ptr<const table_binding> table;
  const schema_description& schema;
  timer& time;
};

/// One call through all its requests: what both ways to wait share.
class creation_call {
 public:
  creation_call(request create, creation_target target)
      : target_(std::move(target)),
        context_(create),
        create_(std::move(create)),
        state_(target_.table->name, keys_of(target_.schema.table),
               context_.deadline.value_or(target_.time.steady_now() + table_creation::wait_max)) {}

  table_creation& state() noexcept { return state_; }
  endpoint& via() const noexcept { return *target_.table->via; }
  timer& time() const noexcept { return target_.time; }
  const std::stop_token& stop() const noexcept { return context_.stop; }

  /// For the steps create and describe.
  request next_request() {
    request next = state_.next() == creation_step::create
                       ? request(create_.operation, json::buffer(create_.body.view()), create_.repeats)
                       : description_of(*target_.table);
    context_.apply(next);
    return next;
  }
  void answered(result<reply> answer) {
    if (state_.next() == creation_step::create) return state_.created(answer);
    state_.described(answer, time().steady_now());
    if (state_.next() == creation_step::done) last_ = std::move(*answer);
  }
  /// For the steps done and gave_up.
  result<reply> outcome() {
    if (state_.next() == creation_step::done) return std::move(last_);
    return std::unexpected(state_.problem());
  }

 private:
  creation_target target_;
  request_context context_;
  const request create_;
  table_creation state_;
  reply last_;
};

/// A started call. Deletes itself when it is over.
class started_creation final : public reply_sink, pause_owner {
 public:
  started_creation(request create, creation_target target, reply_sink& outcome)
      : call_(std::move(create), std::move(target)), outcome_(outcome) {}

  /// Each of its calls may end, and with it this object, before it returns. An answer inside start() nests at most two deep: a
  /// DescribeTable follows on CreateTable, and a wait on each DescribeTable.
  void go_on() {
    switch (call_.state().next()) {
      case creation_step::create:
      case creation_step::describe: return call_.via().start(call_.next_request(), *this);
      case creation_step::wait:
        if (start_pause(call_.time(), call_.state().wait(), call_.stop(), *this)) return;
        call_.state().cannot_wait();
        break;
      case creation_step::done:
      case creation_step::gave_up: break;
    }
    reply_sink& outcome = outcome_;
    result<reply> answer = call_.outcome();
    delete this;  // before the outcome is told: the endpoint's last owner must not be a thread of its own
    outcome.complete(std::move(answer));
  }

 private:
  void complete(result<reply> answer) noexcept override {
    call_.answered(std::move(answer));
    go_on();
  }
  void resume(bool time_passed) noexcept override {
    call_.state().waited(time_passed);
    go_on();
  }

  creation_call call_;
  reply_sink& outcome_;
};

class endpoint_that_creates final : public endpoint {
 public:
  explicit endpoint_that_creates(creation_target target) : target_(std::move(target)) {}

  result<reply> call(request create) override {
    creation_call call(std::move(create), target_);
    for (;;) {
      switch (call.state().next()) {
        case creation_step::create:
        case creation_step::describe: call.answered(call.via().call(call.next_request())); break;
        case creation_step::wait: call.state().waited(call.time().wait(call.state().wait(), call.stop())); break;
        case creation_step::done:
        case creation_step::gave_up: return call.outcome();
      }
    }
  }
  void start(request create, reply_sink& outcome) override {
    auto call = std::make_unique<started_creation>(std::move(create), target_, outcome);
    call.release()->go_on();
  }

 private:
  creation_target target_;
};

}  // namespace

request description_of(const table_binding& table) {
  json::buffer body(table.opening);
  body.append('}');
  return request(operation_name::describe_table, std::move(body), repeatable::yes);
}

std::shared_ptr<endpoint> creating_endpoint(std::shared_ptr<const table_binding> table,
                                            const schema_description& schema, timer& time) {
  return std::make_shared<endpoint_that_creates>(creation_target{std::move(table), schema, time});
}

}  // namespace dynamo::detail
