#pragma once

#include <dynamo/json/buffer.hpp>
#include <dynamo/lambda/context.hpp>

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo::lambda {

/// Why an event has no answer, as the Runtime API is told. An event source hands the whole of it over again.
class function_error {
 public:
  std::string type;  ///< see is_error_type()
  std::string message;

  function_error(std::string t, std::string m) : type(std::move(t)), message(std::move(m)) {}
};

/// `(Runtime|Function)\.[A-Z][A-Za-z]+`, which the Runtime API wants.
bool is_error_type(std::string_view) noexcept;

// The types that this library reports.
inline constexpr std::string_view exception_thrown = "Function.ExceptionThrown";  ///< a handler threw
inline constexpr std::string_view handler_failed =
    "Function.HandlerFailed";                                              ///< it returned an error for the whole event
inline constexpr std::string_view invalid_event = "Runtime.InvalidEvent";  ///< the event is not what the handler is for
inline constexpr std::string_view response_too_large = "Function.ResponseSizeTooLarge";  ///< beyond Lambda's 6 MB
inline constexpr std::string_view init_failed = "Runtime.InitFailed";                    ///< see init_error()

/// The answer to an event: JSON, or the reason why there is none.
using answer = std::expected<json::buffer, function_error>;

/// A function, whatever its events are. Used by one thread.
class event_handler {
 public:
  virtual ~event_handler() = default;
  /// May throw, which is reported as exception_thrown.
  virtual answer handle(const json::buffer& event, const context&) = 0;
};

}  // namespace dynamo::lambda
