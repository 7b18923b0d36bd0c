#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo::event_source {

/// One call of a function.
class invocation {
 public:
  std::string request_id;
  json::buffer event;  ///< JSON

  invocation() = default;
  invocation(std::string id, json::buffer e) : request_id(std::move(id)), event(std::move(e)) {}
};

/// What became of an invocation.
class outcome {
 public:
  enum class kind : std::uint8_t {
    response,   ///< it answered `text`
    error,      ///< it reported a failure, or could not begin: `text` is {"errorMessage":...} if it said so
    timed_out,  ///< it was killed
    died,       ///< it ended without an answer
    not_executed,  ///< it was not handed over this time, and may be tried again: too many wait already, say; `text` says why
    stopped,       ///< it was not handed over, and no later one will be: the function was stopped
  };
  kind what = kind::not_executed;
  std::string text;

  outcome() = default;
  outcome(kind k, std::string t) : what(k), text(std::move(t)) {}
};

/// Receives the outcome of one invoke(). Must stay alive until then.
class outcome_sink {
 public:
  /// Called exactly once per invoke(), on any thread, possibly before invoke() returns. Must not block and must not throw.
  virtual void complete(outcome) noexcept = 0;

 protected:
  ~outcome_sink() = default;
};

/// Whatever takes events: a program (function_host) or code of this process (function_of). Thread-safe. How long an invocation may
/// take is the function's own setting, as with Lambda.
class function {
 public:
  virtual ~function() = default;
  /// Does not wait for the function.
  virtual void invoke(invocation, outcome_sink&) = 0;
  /// What failure records and contexts name it by; the same as long as it lives.
  virtual std::string_view arn() const noexcept = 0;
};

/// A function of this process, which runs inside of invoke(). An error, and whatever the handler throws, is a failed invocation.
std::shared_ptr<function> function_of(std::function<result<std::string>(std::string_view event)> handler,
                                      std::string_view name = "in-process");

/// "arn:aws:lambda:local:000000000000:function:name"
std::string function_arn(std::string_view region, std::string_view name);

}  // namespace dynamo::event_source
