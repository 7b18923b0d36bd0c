#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo {

/// What went wrong, in one word. The first group is what DynamoDB itself answers, the second arises on this side.
enum class errc : std::uint8_t {
  // Answered by DynamoDB (or by the embedded engine, which answers the same).
  access_denied,  ///< the caller may not do that, or may not see the resource
  conditional_check_failed,
  duplicate_item,
  expired_iterator,
  idempotent_parameter_mismatch,
  internal_server_error,
  item_collection_too_large,
  limit_exceeded,
  replicated_write_conflict,  ///< another Region is writing the item of a global table
  resource_in_use,
  resource_not_found,
  serialization,
  service_unavailable,
  throttled,  ///< ProvisionedThroughputExceeded, Throttling or RequestLimitExceeded: the request was not executed
  transaction_canceled,
  transaction_conflict,
  transaction_in_progress,
  trimmed_data_access,
  unknown_operation,
  validation,
  unrecognized,  ///< an error type this library has no word for; `type()` has the service's own
  // Arising here.
  invalid_argument,  ///< refused before anything was sent: a value that DynamoDB cannot hold, a malformed expression
  decoding,          ///< a reply or an item does not fit the type that was asked for
  not_supported,     ///< this version does not do that yet
  cancelled,
  timed_out,
  transport,
  corruption,   ///< stored data is damaged
  storage,      ///< the disk failed or is full; see the message
  read_only,    ///< an earlier storage failure stopped all writes until the database is reopened
  in_use,       ///< another process has the database open
  unavailable,  ///< no endpoint could be reached or configured
};

/// The name of an error code as written in this header, for example "conditional_check_failed".
std::string_view to_string(errc) noexcept;

/// Everything known about a failure. Immutable once it is inside an `error`.
struct error_detail {
  errc code{};
  std::string message{};     ///< DynamoDB's own words where it answered
  std::string type{};        ///< the full `__type` on the wire, empty when the error arose here
  std::string request_id{};  ///< x-amzn-RequestId, empty when none was given
  std::string body{};        ///< the raw error response: cancellation reasons and current items are decoded on demand
  unsigned attempts = 1;     ///< how often the request was sent
  bool outcome_unknown = false;
  /// How long the service wants the caller to wait before the next attempt (x-amz-retry-after); 0: it did not say.
  std::chrono::milliseconds retry_after{0};
};

/// Why an operation did not succeed. A cheap handle (one pointer) to an immutable detail; copies share it.
///
/// Never empty; after being moved from it says so. Thread-safe like a shared_ptr: distinct handles may be used concurrently.
class [[nodiscard]] error {
 public:
  explicit error(error_detail);
  error(errc code, std::string message);
  error(const error& other) noexcept : shared_(other.shared_) { retain(); }
  error(error&& other) noexcept : shared_(std::exchange(other.shared_, nullptr)) {}
  error& operator=(error other) noexcept {
    std::swap(shared_, other.shared_);
    return *this;
  }
  ~error() { release(); }

  const error_detail& detail() const noexcept { return shared_ != nullptr ? shared_->detail : moved_from(); }
  errc code() const noexcept { return detail().code; }
  const std::string& message() const noexcept { return detail().message; }
  const std::string& request_id() const noexcept { return detail().request_id; }
  unsigned attempts() const noexcept { return detail().attempts; }

  /// The same request may succeed later without any change to it: throttling, a server's own failure, a time-out or a lost
  /// connection, a conflict with a transaction under way, too many control-plane operations at once.
  /// Whether to repeat a write whose outcome is unknown is another question: see outcome_unknown().
  /// Sources: "Error handling with DynamoDB" in the Developer Guide, "OK to retry?", and what AWS's SDK for Python retries on its
  /// own (botocore 1.43); tests/base/error_test.cpp has them row by row. We differ twice: TransactionConflictException is, which
  /// neither lists, because nothing was executed and the other transaction ends soon, and so is a transaction that was cancelled for
  /// nothing but conflicts and throttling; a full item collection is not, though the guide says yes, because waiting makes no room.
  bool retryable() const noexcept;
  /// The request may or may not have been executed: its reply was lost.
  bool outcome_unknown() const noexcept { return detail().outcome_unknown; }
  /// A condition of a put, update, delete or of any action in a transaction was not met.
  bool conditional_check_failed() const noexcept;
  /// A value or another argument could not be written into a request, or what came back could not be read: errc::invalid_argument
  /// (nothing was sent), errc::decoding, and errc::serialization, which is DynamoDB's own word for a request it cannot read.
  bool serialization_failed() const noexcept;
  /// DynamoDB, or an engine in its place, answered with this error. False for what arose on this side, lost connections among it.
  bool from_service() const noexcept;

  /// One line for logs and terminals: code, message, request id. Never contains item data beyond the service's message.
  std::string describe() const;

 private:
  struct shared {
    error_detail detail;
    std::atomic<unsigned> owners{1};
  };
  void retain() const noexcept {
    if (shared_ != nullptr) shared_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  void release() noexcept;
  static const error_detail& moved_from() noexcept;
  shared* shared_;
};

// The name of the code, and what describe() says. format_as() is what {fmt} 10 looks for; 9 takes fmt::streamed(why).
std::ostream& operator<<(std::ostream&, errc);
std::ostream& operator<<(std::ostream&, const error&);
inline std::string_view format_as(errc code) noexcept { return to_string(code); }
inline std::string format_as(const error& why) { return why.describe(); }

}  // namespace dynamo
