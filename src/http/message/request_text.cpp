#include <http/message/request_text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace dynamo::http {
namespace {

/// A token of RFC 9110, 5.6.2, as far as methods are spelt.
bool is_method(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; });
}
bool is_target(std::string_view text) {
  return text.starts_with('/') && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}
bool are_fields(std::string_view lines) {
  if (lines.empty()) return true;
  return lines.ends_with("\r\n") && !lines.starts_with("\r\n") && lines.find("\r\n\r\n") == std::string_view::npos;
}
bool is_field_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f; });
}

constexpr std::string_view authorization_name = "Proxy-Authorization: ";

void add_authorization(std::string& head, const proxy_options& by) {
  if (by.authorization.empty()) return;
  head.append(authorization_name).append(by.authorization.reveal()).append("\r\n");
}

}  // namespace

bool can_be_written(const client_request& r) noexcept {
  return is_method(r.method) && is_target(r.target) && are_fields(r.fields);
}
bool can_be_written(const proxy_options& by) noexcept { return is_field_value(by.authorization.reveal()); }

void write_request_head(std::string& out, const client_request& r, std::string_view host, const proxy_options* asked) {
  out.clear();
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "{} {}{}{} HTTP/1.1\r\nHost: {}\r\n", r.method, asked != nullptr ? "http://" : "",
                 asked != nullptr ? host : "", r.target, host);
  if (asked != nullptr) add_authorization(out, *asked);
  out += r.fields;
  if (!r.body.empty() || r.method == "POST" || r.method == "PUT") {
    fmt::format_to(to, "Content-Length: {}\r\n", r.body.size());
  }
  out += "\r\n";
}

auth::secret connect_head(const address& to, const proxy_options& by) {
  constexpr std::size_t words = 64;
  const std::string host = to.text();
  std::string head;
  head.reserve(words + 2 * host.size() + authorization_name.size() + by.authorization.reveal().size());
  fmt::format_to(std::back_inserter(head), "CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", host);
  add_authorization(head, by);
  head += "\r\n";
  return auth::secret(std::move(head));
}

}  // namespace dynamo::http
