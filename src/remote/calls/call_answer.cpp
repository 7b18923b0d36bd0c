#include <remote/calls/call_answer.hpp>

#include <dynamo/http/client.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/protocol/service_error.hpp>

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>
#include <utility>

namespace dynamo::aws {
namespace {

/// What is kept of a body that is no error of DynamoDB's.
constexpr std::size_t foreign_body_kept_max = 4'096;

struct told_error {
  std::string type, message;
};

/// Nothing if the body is no JSON object with a type.
std::optional<told_error> read_told(const json::buffer& body) {
  json::cursor at(body);
  told_error told;
  std::string_view name;
  if (!at.begin_object()) return std::nullopt;
  while (at.next_name(name)) {
    if (name == "__type") {
      told.type = at.read_string();
    } else if (name == "message" || name == "Message") {
      told.message = at.read_string();
    } else {
      at.skip();
    }
  }
  if (!at.ok() || !at.at_end() || told.type.empty()) return std::nullopt;
  return told;
}

/// The name of the type in a field such as "ValidationException:http://internal.amazon.com/coral/".
std::string_view type_of_field(std::string_view value) { return value.substr(0, value.find(':')); }

std::chrono::milliseconds retry_after_of(std::string_view value) {
  unsigned milliseconds = 0;
  const auto [end, wrong] = std::from_chars(value.data(), value.data() + value.size(), milliseconds);
  if (wrong != std::errc() || end != value.data() + value.size()) return std::chrono::milliseconds(0);
  return std::chrono::milliseconds(milliseconds);
}

/// The code of an answer that names no type: that of a proxy, a load balancer or a server of another kind.
errc code_of_status(unsigned status) {
  switch (status) {
    case 429: return errc::throttled;
    case 413: return errc::validation;
    case 503: return errc::service_unavailable;
    default: return status >= 500 ? errc::internal_server_error : errc::unavailable;
  }
}

std::string foreign_answer(unsigned status, std::string_view host) {
  if (status >= 500) return fmt::format("{} answered with status {} and no error of DynamoDB's", host, status);
  if (status == 413) return fmt::format("{} refuses the request: it is too large (status 413)", host);
  return fmt::format(
      "{} answered with status {} and no error of DynamoDB's: it may be a proxy, or another service; check the endpoint's URL",
      host, status);
}

}  // namespace

result<reply> read_answer(http::client_response& came, std::string_view host) {
  const std::string_view id = came.field("x-amzn-RequestId");
  if (came.status == 200) {
    reply answer(std::move(came.body));
    answer.request_id = id;
    return answer;
  }
  error_detail what;
  what.request_id = id;
  what.retry_after = retry_after_of(came.field("x-amz-retry-after"));
  if (auto told = read_told(came.body)) {
    what.type = std::move(told->type);
    what.message = std::move(told->message);
    what.body = came.body.view();
  } else {
    what.type = type_of_field(came.field("x-amzn-ErrorType"));
    what.body = came.body.view().substr(0, foreign_body_kept_max);
  }
  what.code = what.type.empty() ? code_of_status(came.status) : errc_from_wire_type(what.type);
  if (what.type.empty()) what.message = foreign_answer(came.status, host);
  // A type of the service's that has no word here is told by its status.
  if (what.code == errc::unrecognized && came.status >= 500) what.code = code_of_status(came.status);
  const bool of_gateway = what.type.empty() && came.status >= 500;
  what.outcome_unknown = what.code == errc::internal_server_error || of_gateway;
  return fail(error(std::move(what)));
}

error read_failure(const http::exchange_failure& failure) {
  const bool unconnected =
      failure.phase == http::exchange_phase::resolve || failure.phase == http::exchange_phase::connect;
  if (failure.code == errc::unavailable && unconnected) {
    http::exchange_failure again = failure;
    again.code = errc::transport;
    return again.to_error();
  }
  return failure.to_error();
}

remedy remedy_for(const error& why) noexcept {
  const std::string_view all = why.detail().type;
  const std::string_view type = all.substr(all.rfind('#') + 1);  // all of it where there is none
  for (const std::string_view each : {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture",
                                      "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"}) {
    if (type == each) return remedy::mend_clock;
  }
  for (const std::string_view each : {"ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException",
                                      "InvalidClientTokenId", "TokenRefreshRequired"}) {
    if (type == each) return remedy::renew_credentials;
  }
  return remedy::none;
}

}  // namespace dynamo::aws
