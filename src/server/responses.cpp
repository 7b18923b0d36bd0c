#include "responses.hpp"

#include <dynamo/protocol/service_error.hpp>

namespace dynamo::server_detail {
namespace {

constexpr std::string_view default_content_type = "application/x-amz-json-1.0";
constexpr std::string_view exposed_fields = "x-amzn-RequestId, x-amz-crc32, x-dynamo-statement-access, Date";

http::response finished(unsigned status, json::buffer body, std::string_view content_type,
                        std::string_view request_id) {
  http::response r(status, std::move(body));
  r.checksum_field = "x-amz-crc32";
  r.fields.reserve(256);
  r.add_field("x-amzn-RequestId", request_id);
  r.add_field("Content-Type", content_type);
  return r;
}

}  // namespace

unsigned status_of(errc code) noexcept {
  switch (code) {
    case errc::access_denied:
    case errc::conditional_check_failed:
    case errc::duplicate_item:
    case errc::expired_iterator:
    case errc::idempotent_parameter_mismatch:
    case errc::item_collection_too_large:
    case errc::limit_exceeded:
    case errc::resource_in_use:
    case errc::resource_not_found:
    case errc::serialization:
    case errc::throttled:
    case errc::transaction_canceled:
    case errc::transaction_conflict:
    case errc::transaction_in_progress:
    case errc::trimmed_data_access:
    case errc::unknown_operation:
    case errc::validation:
    case errc::unrecognized:
    case errc::not_supported: return 400;
    case errc::replicated_write_conflict: return 409;
    case errc::service_unavailable: return 503;
    case errc::internal_server_error:
    case errc::invalid_argument:
    case errc::decoding:
    case errc::cancelled:
    case errc::timed_out:
    case errc::transport:
    case errc::corruption:
    case errc::storage:
    case errc::read_only:
    case errc::in_use:
    case errc::unavailable: return 500;
  }
  return 500;
}

http::response error_response(unsigned status, std::string_view type, std::string_view message,
                              std::string_view content_type, std::string_view request_id) {
  return finished(status, error_body(type, message), content_type, request_id);
}

http::response outcome_response(result<reply>& outcome, std::string_view content_type, std::string_view request_id) {
  if (outcome) {
    const std::string_view id = outcome->request_id.empty() ? request_id : std::string_view(outcome->request_id);
    http::response r = finished(200, std::move(outcome->body), content_type, id);
    // No field of AWS's: what DynamoDB does not tell of a PartiQL statement, where no SDK looks.
    if (const std::string_view access = to_string(outcome->access); !access.empty()) {
      r.add_field("x-dynamo-statement-access", access);
    }
    return r;
  }
  const error_detail& e = outcome.error().detail();
  const std::string_view id = e.request_id.empty() ? request_id : std::string_view(e.request_id);
  if (!e.body.empty()) return finished(status_of(e.code), json::buffer(e.body), content_type, id);
  return error_response(status_of(e.code), e.type.empty() ? wire_type(e.code) : std::string_view(e.type), e.message,
                        content_type, id);
}

http::response health_response(std::string_view region, std::string_view request_id) {
  json::buffer body("healthy: dynamodb.");
  body.append(region);
  body.append(".amazonaws.com ");  // the space is DynamoDB's
  return finished(200, std::move(body), "text/plain", request_id);
}

http::response preflight_response(const http::request_head& head, std::string_view request_id) {
  http::response r = finished(200, json::buffer(), default_content_type, request_id);
  r.add_field("Access-Control-Allow-Methods", "POST, GET, HEAD, OPTIONS");
  r.add_field("Access-Control-Max-Age", "172800");
  const std::string_view wanted = head.field("Access-Control-Request-Headers");
  if (!wanted.empty()) r.add_field("Access-Control-Allow-Headers", wanted);
  return r;
}

void allow_origin(http::response& r, std::string_view origin) {
  if (origin.empty()) return;
  r.add_field("Access-Control-Allow-Origin", origin);
  r.add_field("Access-Control-Expose-Headers", exposed_fields);
  r.add_field("Vary", "Origin");
}

}  // namespace dynamo::server_detail
