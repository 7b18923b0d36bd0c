#include <dynamo/protocol/service_error.hpp>

#include <dynamo/json/cursor.hpp>
#include <dynamo/json/writer.hpp>

#include <array>
#include <utility>

namespace dynamo {
namespace {

struct named_type {
  std::string_view type;
  errc code;
};

// The first row of a code is the one that is written; the others are understood as well.
// Source: the errors of the service models dynamodb/2012-08-10 and streams.dynamodb/2012-08-10, and "Error handling with
// DynamoDB" in the Developer Guide; the prefixes are as recorded on the wire.
constexpr auto types = std::to_array<named_type>({
    {"com.amazon.coral.service#AccessDeniedException", errc::access_denied},
    {"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", errc::conditional_check_failed},
    {"com.amazonaws.dynamodb.v20120810#DuplicateItemException", errc::duplicate_item},
    {"com.amazonaws.dynamodb.v20120810#ExpiredIteratorException", errc::expired_iterator},
    {"com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException", errc::idempotent_parameter_mismatch},
    {"com.amazonaws.dynamodb.v20120810#InternalServerError", errc::internal_server_error},
    {"com.amazon.coral.service#InternalFailure", errc::internal_server_error},
    {"com.amazonaws.dynamodb.v20120810#ItemCollectionSizeLimitExceededException", errc::item_collection_too_large},
    {"com.amazonaws.dynamodb.v20120810#LimitExceededException", errc::limit_exceeded},
    {"com.amazonaws.dynamodb.v20120810#ReplicatedWriteConflictException", errc::replicated_write_conflict},
    {"com.amazonaws.dynamodb.v20120810#ResourceInUseException", errc::resource_in_use},
    {"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", errc::resource_not_found},
    {"com.amazonaws.dynamodb.v20120810#BackupNotFoundException", errc::resource_not_found},
    {"com.amazonaws.dynamodb.v20120810#ExportNotFoundException", errc::resource_not_found},
    {"com.amazonaws.dynamodb.v20120810#GlobalTableNotFoundException", errc::resource_not_found},
    {"com.amazonaws.dynamodb.v20120810#ImportNotFoundException", errc::resource_not_found},
    {"com.amazonaws.dynamodb.v20120810#PolicyNotFoundException", errc::resource_not_found},
    {"com.amazonaws.dynamodb.v20120810#TableNotFoundException", errc::resource_not_found},
    {"com.amazon.coral.service#SerializationException", errc::serialization},
    {"com.amazon.coral.service#ServiceUnavailableException", errc::service_unavailable},
    {"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", errc::throttled},
    {"com.amazonaws.dynamodb.v20120810#RequestLimitExceeded", errc::throttled},
    {"com.amazon.coral.availability#ThrottlingException", errc::throttled},
    {"com.amazonaws.dynamodb.v20120810#TransactionCanceledException", errc::transaction_canceled},
    {"com.amazonaws.dynamodb.v20120810#TransactionConflictException", errc::transaction_conflict},
    {"com.amazonaws.dynamodb.v20120810#TransactionInProgressException", errc::transaction_in_progress},
    {"com.amazonaws.dynamodb.v20120810#TrimmedDataAccessException", errc::trimmed_data_access},
    {"com.amazon.coral.service#UnknownOperationException", errc::unknown_operation},
    {"com.amazon.coral.validate#ValidationException", errc::validation},
});

constexpr std::string_view without_prefix(std::string_view type) {
  const auto hash = type.rfind('#');
  return hash == std::string_view::npos ? type : type.substr(hash + 1);
}

bool has_capital_message(std::string_view type) {
  for (const std::string_view name : {"SerializationException", "IdempotentParameterMismatchException",
                                      "TransactionCanceledException", "TransactionInProgressException"}) {
    if (without_prefix(type) == name) return true;
  }
  return false;
}

std::string text_of(json::cursor& at) {
  if (at.peek() == json::token::string) return std::string(at.read_string());
  at.skip();
  return {};
}

/// An array of at most `most` objects; `read(name, element)` reads one member of an element, or passes over it.
template <class Element, class Read>
void read_objects(json::cursor& at, std::vector<Element>& elements, std::size_t most, Read read) {
  if (at.peek() != json::token::array) return void(at.skip());
  at.begin_array();
  while (at.next_element()) {
    if (at.peek() != json::token::object || elements.size() == most) {
      at.skip();
      continue;
    }
    Element one;
    std::string_view name;
    at.begin_object();
    while (at.next_name(name)) read(name, one);
    elements.push_back(std::move(one));
  }
}

/// [{"reason":"...","resource":"..."}, ...]
void read_reasons(json::cursor& at, std::vector<throttling_reason>& reasons) {
  read_objects(at, reasons, throttling_reasons_max, [&](std::string_view name, throttling_reason& one) {
    if (name == "reason") {
      one.reason = text_of(at);
    } else if (name == "resource") {
      one.resource = text_of(at);
    } else {
      at.skip();
    }
  });
}

/// [{"Code":"...","Message":"...","Item":{...}}, ...]
void read_reasons(json::cursor& at, std::vector<cancellation_reason>& reasons) {
  read_objects(at, reasons, cancellation_reasons_max, [&](std::string_view name, cancellation_reason& one) {
    if (name == "Code") {
      one.code = text_of(at);
    } else if (name == "Message") {
      one.message = text_of(at);
    } else if (name == "Item" && at.peek() == json::token::object) {
      one.item = at.skip();
    } else {
      at.skip();
    }
  });
}

}  // namespace

std::string_view wire_type(errc code) noexcept {
  if (code == errc::not_supported) code = errc::unknown_operation;
  for (const named_type& row : types) {
    if (row.code == code) return row.type;
  }
  return "com.amazonaws.dynamodb.v20120810#InternalServerError";
}

errc errc_from_wire_type(std::string_view type) noexcept {
  for (const named_type& row : types) {
    if (without_prefix(row.type) == without_prefix(type)) return row.code;
  }
  return errc::unrecognized;
}

json::buffer error_body(std::string_view type, std::string_view message, std::string_view found) {
  json::buffer body(R"({"__type":)");
  json::write_string(body, type);
  if (!found.empty()) {
    body.append(R"(,"Item":)");
    body.append(found);
  }
  body.append(has_capital_message(type) ? R"(,"Message":)" : R"(,"message":)");
  json::write_string(body, message);
  body.append('}');
  return body;
}

error transaction_canceled(const std::vector<cancellation_reason>& reasons) {
  error_detail detail;
  detail.code = errc::transaction_canceled;
  detail.type = wire_type(detail.code);
  detail.message = "Transaction cancelled, please refer cancellation reasons for specific reasons [";
  const char* separator = "";
  for (const cancellation_reason& one : reasons) {
    detail.message.append(std::exchange(separator, ", ")).append(one.code);
  }
  detail.message += ']';
  json::buffer body(R"({"__type":)");
  json::write_string(body, detail.type);
  body.append(R"(,"CancellationReasons":)");
  char opening = '[';
  for (const cancellation_reason& one : reasons) {
    body.append(std::exchange(opening, ','));
    body.append(R"({"Code":)");
    json::write_string(body, one.code);
    if (!one.item.empty()) {
      body.append(R"(,"Item":)");
      body.append(one.item);
    }
    if (!one.message.empty()) {
      body.append(R"(,"Message":)");
      json::write_string(body, one.message);
    }
    body.append('}');
  }
  if (opening == '[') body.append(opening);
  body.append(R"(],"Message":)");
  json::write_string(body, detail.message);
  body.append('}');
  detail.body = body.view();
  return error(std::move(detail));
}

std::vector<cancellation_reason> cancellation_reasons(const error& why) {
  std::vector<cancellation_reason> reasons;
  const std::string& text = why.detail().body;
  if (text.find("CancellationReasons") == std::string::npos || !json::validate_utf8(text)) return reasons;
  const json::buffer body(text);
  json::cursor at(body);
  if (at.peek() != json::token::object) return reasons;
  std::string_view name;
  at.begin_object();
  while (at.next_name(name)) {
    if (name == "CancellationReasons") {
      read_reasons(at, reasons);
    } else {
      at.skip();
    }
  }
  if (!at.ok()) reasons.clear();
  return reasons;
}

std::vector<throttling_reason> throttling_reasons(const error& why) {
  std::vector<throttling_reason> reasons;
  const std::string& text = why.detail().body;
  if (text.find("hrottlingReasons") == std::string::npos || !json::validate_utf8(text)) return reasons;
  const json::buffer body(text);
  json::cursor at(body);
  if (at.peek() != json::token::object) return reasons;
  std::string_view name;
  at.begin_object();
  while (at.next_name(name)) {
    if (name == "ThrottlingReasons" || name == "throttlingReasons") {
      read_reasons(at, reasons);
    } else {
      at.skip();
    }
  }
  if (!at.ok()) reasons.clear();
  return reasons;
}

}  // namespace dynamo
