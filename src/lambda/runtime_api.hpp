#pragma once

#include <dynamo/http/client.hpp>
#include <dynamo/lambda/context.hpp>
#include <dynamo/lambda/event_handler.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace dynamo::lambda {

/// An event and what is known of it.
struct invocation {
  context about;
  json::buffer event;

  explicit invocation(const context& c) : about(c) {}
};

/// The requests of a runtime ("Using the Lambda runtime API for custom runtimes", AWS Lambda Developer Guide, version 2018-06-01). Used by one
/// thread, but for cancel().
class runtime_api {
 public:
  /// `path` goes before that of every request: see api_address.
  runtime_api(http::client to, const logger& log, const clock& wall, const timer& steady, std::string_view path = "")
      : to_(std::move(to)),
        root_(std::string(path) + "/2018-06-01/runtime/"),
        log_(log),
        wall_(wall),
        steady_(steady) {}

  /// Waits for an event, for ever; once it has begun to come, for half a minute. Errors: cancelled; transport, timed_out and unavailable
  /// for an API that is gone, stalls or answers nonsense.
  result<invocation> next();
  /// The status of the API's answer. These go on when cancelled.
  result<unsigned> respond(const context&, const json::buffer& body);
  result<unsigned> report(const context&, const function_error&);
  result<unsigned> report_init(const function_error&);

  http::client& connection() noexcept { return to_; }

 private:
  result<unsigned> post(std::string_view target, std::string_view body, std::string_view invocation_id,
                        std::string_view error_type);

  http::client to_;
  const std::string root_;
  const logger& log_;
  const clock& wall_;
  const timer& steady_;
};

/// What the API's field list says of an invocation. errc::transport if it has no request id that could stand in a path.
result<context> read_context(const http::field_list&, context empty);
/// {"errorMessage":...,"errorType":...,"stackTrace":[]}
json::buffer error_body(const function_error&);

/// What a loop does when an answer has been posted.
enum class after_post : std::uint8_t {
  go_on,             ///< also when it was refused: the event's time was over, or it was answered already
  report_too_large,  ///< the response is beyond the limit: an error takes its place
  end,               ///< the API's own failure: "the runtime should exit promptly"
};
after_post decide(const result<unsigned>& status) noexcept;

}  // namespace dynamo::lambda
