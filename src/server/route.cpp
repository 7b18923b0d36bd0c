#include "route.hpp"

#include "origin.hpp"

#include <dynamo/http/detail/target.hpp>
#include <dynamo/protocol/operation_facts.hpp>
#include <dynamo/protocol/service_error.hpp>

#include <fmt/core.h>

#include <optional>

namespace dynamo::server_detail {
namespace {

constexpr std::string_view json_1_0 = "application/x-amz-json-1.0";
constexpr std::string_view plain_json = "application/json";
constexpr std::string_view json_1_1 = "application/x-amz-json-1.1";
constexpr std::string_view access_denied = "com.amazon.coral.service#AccessDeniedException";

route refused(unsigned status, std::string_view type, std::string message) {
  route r;
  r.status = status;
  r.type = type;
  r.message = std::move(message);
  return r;
}

route unknown_operation(unsigned status, std::string message) {
  return refused(status, wire_type(errc::unknown_operation), std::move(message));
}

/// "application/x-amz-json-1.0" of "Application/x-amz-json-1.0; charset=utf-8".
std::string_view media_type(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (content_type.ends_with(' ')) content_type.remove_suffix(1);
  return content_type;
}

std::optional<operation_name> operation_of(std::string_view target) {
  const auto dot = target.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto found = operation_from(target.substr(dot + 1));
  if (!found) return std::nullopt;
  return target.substr(0, dot) == to_string(facts_of(*found).service) ? found : std::nullopt;
}

route operation_route(const http::request_head& head) {
  route r;
  const std::string_view type = media_type(head.field("Content-Type"));
  if (http::same_word(type, json_1_1)) {
    r.content_type = json_1_1;
  } else if (http::same_word(type, plain_json)) {
    r.content_type = plain_json;
  } else if (!http::same_word(type, json_1_0)) {
    return unknown_operation(404, fmt::format("The Content-Type of a request is {}", json_1_0));
  }
  const std::string_view target = head.field("X-Amz-Target");
  const auto operation = operation_of(target);
  if (!operation) {
    return unknown_operation(400, target.empty() ? "The field X-Amz-Target names no operation"
                                                 : "The field X-Amz-Target names an operation that does not exist");
  }
  r.what = route::kind::operation;
  r.operation = *operation;
  return r;
}

}  // namespace

route route_of(const http::request_head& head, const std::vector<std::string>& allowed_origins) {
  const std::string_view method = head.method();
  const std::string_view path = http::path_of(head.target());
  if (const auto origin = head.field("Origin"); !origin.empty() && !origin_allowed(origin, allowed_origins)) {
    return refused(403, access_denied,
                   "Pages of this origin may not use the server; dynamo serve --allow-origin lets them");
  }
  route r;
  if (method == "OPTIONS") {
    r.what = route::kind::preflight;
    return r;
  }
  if (path != "/") return unknown_operation(404, "Everything is at the path /");
  if (method == "POST") return operation_route(head);
  if (method != "GET" && method != "HEAD") return unknown_operation(405, "Operations are sent with POST");
  r.what = route::kind::health;
  return r;
}

}  // namespace dynamo::server_detail
