#pragma once

#include <dynamo/http/handler.hpp>
#include <dynamo/http/listener.hpp>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace dynamo::lambda {

/// The Runtime API as a test wants it: hands over what it is offered, keeps what it is told. Thread-safe.
class fake_runtime_api final : public http::handler {
 public:
  struct message {
    std::string method, target, error_type, body, invocation_id;
  };

  void handle(const http::request_head& head, json::buffer body, http::responder back) noexcept override {
    const std::scoped_lock lock(mutex_);
    if (head.target().ends_with("/2018-06-01/runtime/invocation/next")) {
      if (closed_) return;  // the responder answers 500
      waiting_.emplace(std::move(back));
      match();
    } else {
      told_.push_back({std::string(head.method()), std::string(head.target()),
                       std::string(head.field("Lambda-Runtime-Function-Error-Type")), std::string(body.view()),
                       std::string(head.field("Lambda-Runtime-Invocation-Id"))});
      unsigned status = 202;
      if (!statuses_.empty()) {
        status = statuses_.front();
        statuses_.pop_front();
      }
      std::move(back).send(http::response(status, json::buffer(R"({"status":"OK"})")));
    }
    changed_.notify_all();
  }

  /// What the next request for an event is answered with.
  void offer(http::response r) {
    const std::scoped_lock lock(mutex_);
    offered_.push_back(std::move(r));
    match();
  }
  void offer_event(std::string_view event, std::string_view id = "8476a536-e9f4-11e8-9739-2dfe598c3fcd") {
    http::response r(200, json::buffer(event));
    r.add_field("Lambda-Runtime-Aws-Request-Id", id);
    r.add_field("Lambda-Runtime-Deadline-Ms", "1790000000000");
    r.add_field("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-2:123456789012:function:f");
    r.add_field("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700");
    offer(std::move(r));
  }
  /// What the next message is answered with, instead of 202.
  void answer_with(unsigned status) {
    const std::scoped_lock lock(mutex_);
    statuses_.push_back(status);
  }

  /// Blocks until the function has told something.
  message wait_for_message() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !told_.empty(); });
    message first = std::move(told_.front());
    told_.pop_front();
    return first;
  }
  /// Blocks until the function waits for an event that is not there.
  void wait_until_idle() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.has_value(); });
  }
  /// Who waited has ended.
  void forget_who_waits() {
    const std::scoped_lock lock(mutex_);
    waiting_.reset();
  }
  bool told_nothing() {
    const std::scoped_lock lock(mutex_);
    return told_.empty();
  }
  /// Answers 500 to the clients that wait for an event, and to those that come. To be called before a listener ends, which waits for that.
  void close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    waiting_.reset();
  }

 private:
  void match() {
    if (!waiting_ || offered_.empty()) return;
    std::move(*waiting_).send(std::move(offered_.front()));
    waiting_.reset();
    offered_.pop_front();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<http::responder> waiting_;
  std::deque<http::response> offered_;
  std::deque<unsigned> statuses_;
  std::deque<message> told_;
  bool closed_ = false;
};

}  // namespace dynamo::lambda
