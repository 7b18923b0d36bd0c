#include <dynamo/base/result.hpp>

#include <algorithm>
#include <ostream>
#include <utility>

namespace dynamo {

std::string_view to_string(errc code) noexcept {
  switch (code) {
    case errc::access_denied: return "access_denied";
    case errc::conditional_check_failed: return "conditional_check_failed";
    case errc::duplicate_item: return "duplicate_item";
    case errc::expired_iterator: return "expired_iterator";
    case errc::idempotent_parameter_mismatch: return "idempotent_parameter_mismatch";
    case errc::internal_server_error: return "internal_server_error";
    case errc::item_collection_too_large: return "item_collection_too_large";
    case errc::limit_exceeded: return "limit_exceeded";
    case errc::replicated_write_conflict: return "replicated_write_conflict";
    case errc::resource_in_use: return "resource_in_use";
    case errc::resource_not_found: return "resource_not_found";
    case errc::serialization: return "serialization";
    case errc::service_unavailable: return "service_unavailable";
    case errc::throttled: return "throttled";
    case errc::transaction_canceled: return "transaction_canceled";
    case errc::transaction_conflict: return "transaction_conflict";
    case errc::transaction_in_progress: return "transaction_in_progress";
    case errc::trimmed_data_access: return "trimmed_data_access";
    case errc::unknown_operation: return "unknown_operation";
    case errc::validation: return "validation";
    case errc::unrecognized: return "unrecognized";
    case errc::invalid_argument: return "invalid_argument";
    case errc::decoding: return "decoding";
    case errc::not_supported: return "not_supported";
    case errc::cancelled: return "cancelled";
    case errc::timed_out: return "timed_out";
    case errc::transport: return "transport";
    case errc::corruption: return "corruption";
    case errc::storage: return "storage";
    case errc::read_only: return "read_only";
    case errc::in_use: return "in_use";
    case errc::unavailable: return "unavailable";
  }
  return "unrecognized";
}

namespace {

// "... [None, TransactionConflict]": all that stood in the way of a cancelled transaction passes by itself.
bool only_passing_reasons(std::string_view message) {
  const std::size_t open = message.rfind('[');
  const std::size_t close = message.find(']', open);
  if (open == std::string_view::npos || close == std::string_view::npos) return false;
  bool any = false;
  for (std::string_view left = message.substr(open + 1, close - open - 1); !left.empty();) {
    const std::string_view reason = left.substr(0, left.find(", "));
    left.remove_prefix(std::min(left.size(), reason.size() + 2));
    if (reason == "None") continue;
    if (reason != "TransactionConflict" && reason != "ThrottlingError" && reason != "ProvisionedThroughputExceeded") {
      return false;
    }
    any = true;
  }
  return any;
}

}  // namespace

error::error(error_detail detail) : shared_(new shared{std::move(detail)}) {}

error::error(errc code, std::string message) : shared_(new shared) {
  shared_->detail.code = code;
  shared_->detail.message = std::move(message);
}

const error_detail& error::moved_from() noexcept {
  static const error_detail& detail =
      *new error_detail{.code = errc::invalid_argument, .message = "This error was moved from"};
  return detail;
}

void error::release() noexcept {
  if (shared_ == nullptr) return;
  // Acquire-release, so that the owner that deletes has seen the other owners' last reads.
  if (shared_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) delete shared_;
}

bool error::retryable() const noexcept {
  switch (code()) {
    case errc::throttled:
    case errc::internal_server_error:
    case errc::service_unavailable:
    case errc::limit_exceeded:  // too many control-plane operations at once
    case errc::replicated_write_conflict:
    case errc::transaction_conflict:     // another transaction held the item; nothing was executed
    case errc::transaction_in_progress:  // the same token is still being executed
    case errc::timed_out:
    case errc::transport: return true;
    case errc::transaction_canceled: return only_passing_reasons(message());
    default: return false;
  }
}

bool error::conditional_check_failed() const noexcept {
  if (code() == errc::conditional_check_failed) return true;
  // A cancelled transaction lists one reason per action, in its message and in its body: "[None, ConditionalCheckFailed]".
  return code() == errc::transaction_canceled &&
         (message().find("ConditionalCheckFailed") != std::string::npos ||
          detail().body.find("\"ConditionalCheckFailed\"") != std::string::npos);
}

bool error::serialization_failed() const noexcept {
  return code() == errc::invalid_argument || code() == errc::decoding || code() == errc::serialization;
}

bool error::from_service() const noexcept { return code() <= errc::unrecognized; }

std::string error::describe() const {
  std::string line(dynamo::to_string(code()));
  const auto append = [&line](std::string_view text) {
    for (const char c : text) line.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c);
  };
  if (code() == errc::unrecognized && !detail().type.empty()) {
    line += ' ';
    append(detail().type);
  }
  if (!message().empty()) {
    line += ": ";
    append(message());
  }
  if (!request_id().empty()) {
    line += " (request ";
    append(request_id());
    line += ')';
  }
  if (attempts() > 1) line += " after " + std::to_string(attempts()) + " attempts";
  if (outcome_unknown()) line += "; it may have been executed";
  return line;
}

std::ostream& operator<<(std::ostream& out, errc code) { return out << dynamo::to_string(code); }
std::ostream& operator<<(std::ostream& out, const error& why) { return out << why.describe(); }

}  // namespace dynamo

std::bad_expected_access<dynamo::error>::bad_expected_access(dynamo::error why)
    : why_(std::move(why)), described_(why_.code(), why_.describe()) {}

const char* std::bad_expected_access<dynamo::error>::what() const noexcept { return described_.message().c_str(); }
