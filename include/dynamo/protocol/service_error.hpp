#pragma once

#include <dynamo/base/error.hpp>
#include <dynamo/json/buffer.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo {

/// The full `__type` under which DynamoDB reports an error code, for example
/// "com.amazon.coral.validate#ValidationException". Codes that arise on this side report InternalServerError or their nearest kin.
std::string_view wire_type(errc) noexcept;
/// The code for a `__type`, with or without its prefix; errc::unrecognized for a type without a word of ours.
errc errc_from_wire_type(std::string_view type) noexcept;

/// The body of an error response: `{"__type":"...","message":"..."}`. `found`, if it is not empty, is the JSON of the item that a failed
/// condition found, and stands between them as `Item`. The message's name begins with a capital where DynamoDB writes it so: in
/// SerializationException, and in three errors of the service model.
json::buffer error_body(std::string_view type, std::string_view message, std::string_view found = {});

/// What became of one action of a cancelled transaction. Source: CancellationReason in the API reference.
struct cancellation_reason {
  std::string
      code;  ///< "None", "ConditionalCheckFailed", "ItemCollectionSizeLimitExceeded", "TransactionConflict", ...
  std::string message;  ///< empty with "None"
  std::string item;     ///< JSON of the item that a failed condition found, if the request asked for it
};

/// TransactionCanceledException, with a reason for each action, in their order.
error transaction_canceled(const std::vector<cancellation_reason>&);
/// What the body of an error says of its actions, at most cancellation_reasons_max; empty if it says nothing, and for what is no JSON.
std::vector<cancellation_reason> cancellation_reasons(const error&);
inline constexpr std::size_t cancellation_reasons_max = 100;

/// Why the service throttled a request, and where.
struct throttling_reason {
  /// Table or Index, Read or Write, and the limit: ProvisionedThroughputExceeded, AccountLimitExceeded, KeyRangeThroughputExceeded or
  /// MaxOnDemandThroughputExceeded. For example "TableReadProvisionedThroughputExceeded".
  std::string reason;
  /// The ARN of the table, or of the index: "arn:aws:dynamodb:eu-west-1:123456789012:table/users/index/by_email".
  std::string resource;
};

/// What the body of an error says of throttling, at most throttling_reasons_max; empty if it says nothing, and for what is no JSON.
/// Source: ThrottlingReason in the API reference. The list's name begins with a small letter in ThrottlingException.
std::vector<throttling_reason> throttling_reasons(const error&);
inline constexpr std::size_t throttling_reasons_max = 100;

}  // namespace dynamo
