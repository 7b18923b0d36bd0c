#include "loop.hpp"

#include "trace_variable.hpp"

#include <fmt/core.h>

namespace dynamo::lambda {
namespace {

class one_invocation {
 public:
  one_invocation(runtime_api& api, const context& about) : api_(api), about_(about) {}

  /// True if the loop is to go on.
  bool finish(const answer& made) { return made ? succeed(*made) : report(made.error()); }

 private:
  bool succeed(const json::buffer& body) {
    const auto status = api_.respond(about_, body);
    if (decide(status) != after_post::report_too_large) return accept(status);
    return report({std::string(response_too_large), fmt::format("The response of {} bytes is too large", body.size())});
  }
  bool report(const function_error& why) {
    about_.log(log_level::error, "the event has no answer",
               {{"errorType", std::string_view(why.type)}, {"error", std::string_view(why.message)}});
    return accept(api_.report(about_, why));
  }
  bool accept(const result<unsigned>& status) {
    if (!status) {
      about_.log(log_level::error, "the answer cannot be given",
                 {{"error", std::string_view(status.error().message())}});
    } else if (*status >= 300) {
      about_.log(log_level::error, "the Runtime API refuses the answer", {{"status", *status}});
    }
    return decide(status) != after_post::end;
  }

  runtime_api& api_;
  const context& about_;
};

}  // namespace

exit_status loop(runtime_api& api, event_handler& handler, const logger& log) {
  for (;;) {
    const auto next = api.next();
    if (!next) {
      if (next.error().code() == errc::cancelled) return exit_stopped;
      log.write(log_level::error, "", "cannot get the next event",
                {{"error", std::string_view(next.error().message())}});
      return exit_runtime_api_failed;
    }
    set_trace_variable(next->about.trace_id);
    const answer made = handle_guarded(handler, next->event, next->about);
    if (!one_invocation(api, next->about).finish(made)) return exit_runtime_api_failed;
  }
}

}  // namespace dynamo::lambda
