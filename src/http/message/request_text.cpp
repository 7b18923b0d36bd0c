#include <http/message/request_text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

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

}  // namespace

bool can_be_written(const client_request& r) noexcept {
  return is_method(r.method) && is_target(r.target) && are_fields(r.fields);
}

void write_request_head(std::string& out, const client_request& r, std::string_view host) {
  out.clear();
  fmt::format_to(std::back_inserter(out), "{} {} HTTP/1.1\r\nHost: {}\r\n{}", r.method, r.target, host, r.fields);
  if (!r.body.empty() || r.method == "POST" || r.method == "PUT") {
    fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", r.body.size());
  }
  out += "\r\n";
}

}  // namespace dynamo::http
