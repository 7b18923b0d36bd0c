#pragma once

#include <dynamo/event_source/function.hpp>
#include <dynamo/http/handler.hpp>

#include <event_source/host/wakeup.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::event_source {

/// The Lambda Runtime API (2018-06-01) for one process that runs a function: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
/// A request for the next invocation is held until there is one, and keeps no thread. Thread-safe; what it has learnt raises the wakeup.
class runtime_api final : public http::handler {
 public:
  explicit runtime_api(std::shared_ptr<wakeup> wakeup) : wakeup_(std::move(wakeup)) {}

  // For the owner of the process.
  /// The process waits for an invocation.
  bool is_waiting() const;
  /// `attempt` is its Lambda-Runtime-Invocation-Id, among the `fields` of the response. Only while it is waiting.
  void hand_over(invocation, std::string attempt, const std::string& fields);
  class events {
   public:
    std::optional<outcome> answer;          // to what was handed over
    std::optional<std::string> init_error;  // it cannot begin
  };
  events take_events();
  /// No more invocations: whatever is held or comes is refused, and a runtime ends then.
  void close();

  void handle(const http::request_head&, json::buffer body, http::responder) noexcept override;

 private:
  void hold(http::responder);
  http::response answer(const http::request_head&, std::string_view id, std::string_view what,
                        const json::buffer& body);

  const std::shared_ptr<wakeup> wakeup_;
  mutable std::mutex mutex_;
  std::unique_ptr<http::responder> held_;
  std::string current_;     // the id of what was handed over and not yet answered
  std::string attempt_;     // its invocation id
  std::string unanswered_;  // what that is taken for if it never is
  events events_;
  bool closed_ = false;
};

}  // namespace dynamo::event_source
