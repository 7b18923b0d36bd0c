#include "runtime_api.hpp"

#include "text.hpp"

#include <dynamo/json/writer.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace dynamo::lambda {
namespace {

constexpr std::size_t request_id_size_max = 256;
constexpr std::size_t error_message_size_max = 16'384;
constexpr auto for_ever = std::chrono::milliseconds(0);
constexpr auto event_time_max = std::chrono::seconds(30);  // from its first byte to its last

bool may_stand_in_path(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == ':';
}

/// Whatever it is, it is given back. What no field can hold is taken for none, which an older host sends.
std::string_view read_invocation_id(std::string_view text) {
  const bool good = std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f; });
  return good ? text : std::string_view();
}

/// Milliseconds since 1970; nothing if the field is absent or malformed, which is as good as no deadline.
std::optional<instant> read_deadline(std::string_view text) {
  std::int64_t ms = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), ms);
  constexpr std::int64_t ms_max = 253'402'300'800'000;  // the year 10000
  if (wrong != std::errc() || end != text.data() + text.size() || ms < 0 || ms > ms_max) return std::nullopt;
  return instant(std::chrono::milliseconds(ms));
}

}  // namespace

result<context> read_context(const http::field_list& fields, context about) {
  about.request_id = fields.field("Lambda-Runtime-Aws-Request-Id");
  if (about.request_id.empty() || about.request_id.size() > request_id_size_max ||
      !std::ranges::all_of(about.request_id, may_stand_in_path)) {
    return fail(errc::transport, "The Runtime API handed over an event without a usable request id");
  }
  about.invocation_id = read_invocation_id(fields.field("Lambda-Runtime-Invocation-Id"));
  about.function_arn = fields.field("Lambda-Runtime-Invoked-Function-Arn");
  about.trace_id = fields.field("Lambda-Runtime-Trace-Id");
  about.client_context = fields.field("Lambda-Runtime-Client-Context");
  about.cognito_identity = fields.field("Lambda-Runtime-Cognito-Identity");
  about.tenant_id = fields.field("Lambda-Runtime-Aws-Tenant-Id");
  about.deadline = read_deadline(fields.field("Lambda-Runtime-Deadline-Ms")).value_or(instant::max());
  return about;
}

json::buffer error_body(const function_error& e) {
  json::buffer body;
  body.append(R"({"errorMessage":)");
  json::write_string(body, clean_text(e.message, error_message_size_max));
  body.append(R"(,"errorType":)");
  json::write_string(body, e.type);
  body.append(R"(,"stackTrace":[]})");
  return body;
}

result<invocation> runtime_api::next() {
  const std::string target = fmt::format("{}invocation/next", root_);
  http::client_request r("GET", target);
  r.response_time = for_ever;
  r.rest_time = event_time_max;
  auto got = to_.send(r);
  if (!got) return std::unexpected(got.error());
  if (got->status != 200) {
    return fail(errc::transport,
                fmt::format("The Runtime API answered {} when it was asked for an event", got->status));
  }
  auto about = read_context(got->fields, context(log_, wall_, steady_));
  if (!about) return std::unexpected(about.error());
  invocation next(*about);
  next.event = std::move(got->body);
  return next;
}

result<unsigned> runtime_api::respond(const context& about, const json::buffer& body) {
  return post(fmt::format("{}invocation/{}/response", root_, about.request_id), body.view(), about.invocation_id, "");
}
result<unsigned> runtime_api::report(const context& about, const function_error& e) {
  // A handler may have thought of the type itself.
  if (!is_error_type(e.type)) return report(about, {std::string(handler_failed), e.message});
  return post(fmt::format("{}invocation/{}/error", root_, about.request_id), error_body(e).view(), about.invocation_id,
              e.type);
}
result<unsigned> runtime_api::report_init(const function_error& e) {
  return post(fmt::format("{}init/error", root_), error_body(e).view(), "", e.type);
}

result<unsigned> runtime_api::post(std::string_view target, std::string_view body, std::string_view invocation_id,
                                   std::string_view error_type) {
  http::client_request r("POST", target, body);
  r.repeatable = true;  // a second answer is refused
  r.heeds_cancel = false;
  r.add_field("Content-Type", "application/json");
  if (!invocation_id.empty()) r.add_field("Lambda-Runtime-Invocation-Id", invocation_id);
  if (!error_type.empty()) r.add_field("Lambda-Runtime-Function-Error-Type", error_type);
  const auto got = to_.send(r);
  if (!got) return std::unexpected(got.error());
  return got->status;
}

after_post decide(const result<unsigned>& status) noexcept {
  if (!status || *status >= 500) return after_post::end;
  return *status == 413 ? after_post::report_too_large : after_post::go_on;
}

}  // namespace dynamo::lambda
