#include <remote/calls/call_head.hpp>

#include <dynamo/json/writer.hpp>
#include <dynamo/protocol/call_observer.hpp>
#include <dynamo/protocol/operation_facts.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace dynamo::aws {
namespace {

constexpr std::string_view content_type = "application/x-amz-json-1.0";
/// Longer ones are nobody's trace.
constexpr std::size_t trace_size_max = 1'024;

/// "DynamoDB_20120810.GetItem"
class call_name {
 public:
  explicit call_name(operation_name operation) {
    const operation_facts& facts = facts_of(operation);
    append(to_string(facts.service));
    append(".");
    append(facts.name);
  }
  std::string_view text() const noexcept { return {text_.data(), size_}; }

 private:
  void append(std::string_view part) { size_ += part.copy(text_.data() + size_, text_.size() - size_); }

  std::array<char, 96> text_;  // the longest is 65 characters
  std::size_t size_ = 0;
};

void append_field(json::buffer& out, std::string_view name, std::string_view value) {
  out.append(name);
  out.append(": ");
  out.append(value);
  out.append("\r\n");
}

void append_number(json::buffer& out, std::uint64_t number) { json::write_integer(out, number); }

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f; });
}

void append_authorization(json::buffer& out, const call_target& to, const request& call, std::string_view name,
                          const auth::signing_key& key, std::string_view token, std::string_view time) {
  // In the order of their names, as a signature has them.
  std::array<auth::header_view, 5> headers{
      {{"content-type", content_type}, {"host", to.host}, {"x-amz-date", time}, {}, {}}};
  std::array<std::string_view, 5> names{"content-type", "host", "x-amz-date"};
  std::size_t count = 3;
  const auto add = [&](std::string_view field, std::string_view value) {
    headers[count].name = names[count] = field;
    headers[count++].value = value;
  };
  if (!token.empty()) add("x-amz-security-token", token);
  add("x-amz-target", name);

  auth::signable_request signable;
  signable.path = to.path;
  signable.headers = std::span(headers).first(count);
  signable.payload = call.body.view();
  const auto signature = key.sign(signable, std::span(names).first(count), time);
  out.append("Authorization: AWS4-HMAC-SHA256 Credential=");
  out.append(key.access_key_id());
  out.append('/');
  out.append(key.scope());
  out.append(", SignedHeaders=");
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out.append(';');
    out.append(names[i]);
  }
  out.append(", Signature=");
  out.append({signature.data(), signature.size()});
  out.append("\r\n");
}

}  // namespace

std::string user_agent(std::string_view version, std::string_view app_id) {
  constexpr std::size_t app_id_size_max = 50;
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  std::string text = fmt::format("dynamo-table/{} lang/c++", version);
  if (app_id.empty()) return text;
  text += " app/";
  for (const char c : app_id.substr(0, app_id_size_max)) {
    const bool is_alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    text += is_alphanumeric || marks.find(c) != marks.npos ? c : '-';
  }
  return text;
}

call_target::call_target(const endpoint_url& url, std::string_view user_agent, const http::proxy_options* by)
    : host(url.authority()), path(url.path.empty() ? "/" : url.path) {
  const bool is_asked = by != nullptr && !url.tls;
  begin = fmt::format("POST {}{} HTTP/1.1\r\nHost: {}\r\nContent-Type: {}\r\nUser-Agent: {}\r\n",
                      is_asked ? "http://" + host : "", path, host, content_type, user_agent);
  if (is_asked && !by->authorization.empty()) {
    begin.append("Proxy-Authorization: ").append(by->authorization.reveal()).append("\r\n");
  }
}

void write_call_head(json::buffer& out, const call_target& to, const request& call, const auth::signing_key* key,
                     const auth::secret& session_token, std::string_view time) {
  const call_name name(call.operation);
  out.append(to.begin);
  append_field(out, "X-Amz-Target", name.text());
  if (key != nullptr) {
    append_field(out, "X-Amz-Date", time);
    const std::string_view token = session_token.reveal();
    if (!token.empty()) append_field(out, "X-Amz-Security-Token", token);
    append_authorization(out, to, call, name.text(), *key, token, time);
  }
  if (call.attempts_max > 0) {
    out.append("amz-sdk-request: attempt=");
    append_number(out, call.attempt);
    out.append("; max=");
    append_number(out, call.attempts_max);
    out.append("\r\n");
  }
  if (call.origin != nullptr) {
    const std::string& trace = call.origin->trace_id;
    if (!trace.empty() && trace.size() <= trace_size_max && is_visible(trace))
      append_field(out, "X-Amzn-Trace-Id", trace);
  }
  if (const trace_context* const trace = trace_to_send(call); trace != nullptr) {
    append_field(out, "traceparent", trace->traceparent);
    if (has_form_of_tracestate(trace->tracestate)) append_field(out, "tracestate", trace->tracestate);
  }
  out.append("Content-Length: ");
  append_number(out, call.body.size());
  out.append("\r\n\r\n");
}

}  // namespace dynamo::aws
