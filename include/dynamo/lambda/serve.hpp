#pragma once

#include <dynamo/lambda/change_handler.hpp>
#include <dynamo/lambda/event_handler.hpp>
#include <dynamo/lambda/failures.hpp>
#include <dynamo/lambda/options.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace dynamo::lambda {

/// How a function's program ends.
enum exit_status : int {
  exit_stopped = 0,             ///< by SIGTERM or SIGINT, with every answer given
  exit_init_failed = 1,         ///< after init_error()
  exit_misconfigured = 2,       ///< AWS_LAMBDA_RUNTIME_API names no address: this is no Lambda host
  exit_runtime_api_failed = 3,  ///< the Runtime API cannot be reached, says 500, or what is none of its answers
};

/// Answers the events of the Lambda Runtime API at AWS_LAMBDA_RUNTIME_API, one at a time, until a signal comes or the host is gone: the
/// rest of a program. The result is for main() to return.
///
/// SIGTERM and SIGINT end it after the answer that is being made; at once while it waits for an event. What the library logs
/// (dynamo::set_log_sink) goes to default_logger() from now on. The variable _X_AMZN_TRACE_ID is set for each event, so no other thread
/// may read the environment meanwhile. To be called once, on one thread.
int run(event_handler&);

/// Handles the changes of a stream, typed as T: the table's struct, a std::variant of several entity types (see told_apart_by), or
/// dynamo::item. Deletes of items that expired, and changes without an image, come as the view type has it.
///
///     int main() {
///       return dynamo::lambda::serve<user>([](const dynamo::change<user>& change, const dynamo::lambda::context&) -> dynamo::result<void> {
///         ...
///       });
///     }
/// A handler of one change returns result<void> or nothing; what it returns or throws is the change's failure, and that change and
/// what comes after it is handed over again (options::on_failure). A handler of batches takes `std::span<const change<T>>` and returns
/// `failures`, or an error for the whole batch. Each may leave out the context. The event source mapping must have
/// ReportBatchItemFailures among its FunctionResponseTypes; without it a partial failure is taken for success.
template <class T, class Handler>
int serve(Handler handler, const options& o = {}) {
  detail::typed_changes<T, Handler> served(std::move(handler), o);
  return run(served);
}

/// The same for one event, without any host: what tests and tools call. The event is read from a text of the caller's.
template <class T, class Handler>
answer handle_event(const json::buffer& event, Handler&& handler, const context& about = {}, const options& o = {});

/// Handles any other kind of event: `(std::string_view event, const context&) -> result<std::string>`, both of them JSON, which the library does
/// not look at. An error is reported as handler_failed. A handler that returns an `answer` names its errors itself.
template <class Handler>
int serve_json(Handler handler);

/// Tells the host that the function cannot begin, and why. The result is for main() to return:
///
///     auto db = open();
///     if (!db) return dynamo::lambda::init_error(db.error());
int init_error(const error& why);

/// Calls it, and makes function errors of its exceptions.
answer handle_guarded(event_handler&, const json::buffer& event, const context&) noexcept;

namespace detail {

/// Errors that a handler returns for a whole event.
function_error failed(const error&);

template <class Handler>
class json_handler final : public event_handler {
 public:
  explicit json_handler(Handler h) : handler_(std::forward<Handler>(h)) {}
  answer handle(const json::buffer& event, const context& about) override {
    static_assert(
        takes<Handler, std::string_view>,
        "dynamo: a handler takes the event as a std::string_view, and a `const lambda::context&` if it likes");
    auto made = call(handler_, event.view(), about);
    using made_type = decltype(made);
    static_assert(std::is_same_v<made_type, answer> || std::is_same_v<made_type, result<std::string>>,
                  "dynamo: a handler of any event returns result<std::string>, or a lambda::answer");
    if constexpr (std::is_same_v<made_type, answer>) {
      return made;
    } else {
      if (!made) return std::unexpected(failed(made.error()));
      return json::buffer(*made);
    }
  }

 private:
  Handler handler_;
};

}  // namespace detail

template <class T, class Handler>
answer handle_event(const json::buffer& event, Handler&& handler, const context& about, const options& o) {
  detail::typed_changes<T, std::remove_reference_t<Handler>&> handled(handler, o);
  return handle_guarded(handled, event, about);
}

template <class Handler>
int serve_json(Handler handler) {
  detail::json_handler<Handler> served(std::move(handler));
  return run(served);
}

}  // namespace dynamo::lambda
