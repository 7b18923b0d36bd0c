#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/call_times.hpp>
#include <dynamo/protocol/operation_name.hpp>
#include <dynamo/protocol/trace_context.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace dynamo {

/// Whether sending a request twice leaves the same end state as sending it once. Known to the code that builds the request:
/// an unconditional put repeats, a counter does not.
enum class repeatable : bool { no, yes };

/// Who asks, and under which trace: for servers and decorators. Absent (null) for an application's own calls.
struct request_origin {
  std::string principal;  ///< the access key that signed the request, or a name the server gave
  std::string trace_id;   ///< X-Amzn-Trace-Id or a caller's own
  trace_context trace{};  ///< W3C's, passed on by an endpoint over HTTP unless an observer gives another
};

class call_observation;
struct retry_settings;

/// One call of the wire protocol: an operation and its JSON.
struct request {
  operation_name operation{};
  json::buffer body;
  repeatable repeats = repeatable::no;
  std::optional<std::chrono::steady_clock::time_point> deadline;  ///< errc::timed_out once it has passed
  std::stop_token stop;                                           ///< errc::cancelled if asked before execution begins
  std::shared_ptr<const request_origin> origin;
  std::optional<call_times>
      times;  ///< instead of what the endpoint has set for itself; its `operation` is in the deadline
  /// What a retrying() endpoint does for this call instead of what its own settings say. Null: nothing else.
  std::shared_ptr<const retry_settings> retries;
  std::chrono::milliseconds long_poll{0};  ///< how long a GetRecords that finds no record may wait for one
  unsigned attempt = 1;                    ///< which one of the call's attempts this is: `amz-sdk-request`
  unsigned attempts_max = 0;               ///< how many there are at the most; 0: not known
  /// Who is told of its attempts: see call_observer.hpp. Null: nobody.
  std::shared_ptr<const call_observation> observation;

  request() = default;
  request(operation_name op, json::buffer json, repeatable r = repeatable::no)
      : operation(op), body(std::move(json)), repeats(r) {}
};

/// How the embedded engine found what a PartiQL statement asks for; DynamoDB does not tell. See docs/partiql.md.
enum class statement_access : std::uint8_t {
  untold,      ///< no ExecuteStatement, or another endpoint
  whole_key,   ///< one item, by its key: every write, and a read that names all key attributes
  partitions,  ///< the items of the partition keys that the statement names
  full_scan    ///< every item of the table or of the index
};
/// "whole-key", "partitions", "full-scan"; empty for `untold`.
std::string_view to_string(statement_access) noexcept;

/// A successful answer: the response JSON and what is known about how it came about.
struct reply {
  json::buffer body;
  std::string request_id;  ///< empty from an endpoint in this process
  unsigned attempts = 1;
  statement_access access = statement_access::untold;

  reply() = default;
  explicit reply(json::buffer json) : body(std::move(json)) {}
};

/// Receives the outcome of one start(). Must stay alive until then.
class reply_sink {
 public:
  /// Called exactly once per start(), on any thread, possibly before start() returns. Must not block and must not throw.
  virtual void complete(result<reply>) noexcept = 0;

 protected:
  ~reply_sink() = default;
};

/// Whatever executes the wire protocol: the embedded engine, a remote service, or a decorator around another endpoint.
/// Everything above - typed tables, servers, stream readers - sits on this interface and on nothing else.
///
/// Thread-safe. Errors are values; see error.hpp for who is to blame. Responses are at most 16 MB.
/// The caller that waits for an outcome owns the endpoint as well. With calls under way it is destroyed only where nobody waits for
/// them any more (a scan in parallel segments that was given up); their sinks are completed all the same.
///
/// The last handle may go in a completion, and so while this endpoint's own start() is on the stack of that thread or another. An
/// implementation that touches anything of its own after it has passed the sink on holds that in a local copy; its destructor may run
/// on a thread of its own. The destructor returns when no thread uses the endpoint's resources, except that a start() still
/// on the stack may keep them until it returns.
class endpoint {
 public:
  virtual ~endpoint() = default;
  /// Executes on this thread and returns when the outcome is known.
  [[nodiscard]] virtual result<reply> call(request) = 0;
  /// Executes without blocking this thread on storage or network; the sink is completed exactly once.
  /// A full queue completes it with errc::throttled.
  virtual void start(request, reply_sink&) = 0;
};

/// The endpoint, or, for a null pointer, one that answers errc::invalid_argument and says how such comes about.
std::shared_ptr<endpoint> or_absent(std::shared_ptr<endpoint>) noexcept;

}  // namespace dynamo
