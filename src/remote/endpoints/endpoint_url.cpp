#include <remote/endpoints/endpoint_url.hpp>

#include <dynamo/base/detail/ascii.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <limits>

namespace dynamo::aws {
namespace {

constexpr std::uint16_t port_of_http = 80;
constexpr std::uint16_t port_of_https = 443;

std::unexpected<error> refuse_url(const char* why) { return fail(errc::invalid_argument, why); }

/// Consumes `prefix`, which is in small letters.
bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!equals_without_case(text.substr(0, prefix.size()), prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || is_ascii_digit(c) || c == '-' || c == '.' || c == '_';
}
bool is_ipv6_character(char c) { return (c >= 'a' && c <= 'f') || is_ascii_digit(c) || c == ':' || c == '.'; }

}  // namespace

endpoint_url::endpoint_url(std::string_view name) : host(ascii_lower(name)) {}

std::string endpoint_url::authority() const {
  const std::string name = host.find(':') == host.npos ? host : fmt::format("[{}]", host);
  return port == (tls ? port_of_https : port_of_http) ? name : fmt::format("{}:{}", name, port);
}

std::string endpoint_url::text() const { return fmt::format("{}://{}{}", tls ? "https" : "http", authority(), path); }

result<endpoint_url> parse_endpoint_url(std::string_view text) {
  if (text.size() > endpoint_url_bytes_max) return refuse_url("the endpoint URL is longer than 2048 bytes");
  if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; })) {
    return refuse_url(
        "the endpoint URL has white space, control characters or letters beyond ASCII; escape or remove them");
  }
  endpoint_url url;
  if (take_prefix(text, "http://")) {
    url.tls = false;
    url.port = port_of_http;
  } else if (!take_prefix(text, "https://")) {
    return refuse_url("the endpoint URL must begin with http:// or https://");
  }
  if (text.find_first_of("?#") != text.npos) {
    return refuse_url("the endpoint URL has a query or a fragment; remove what begins with '?' or '#'");
  }
  const std::size_t slash = std::min(text.find('/'), text.size());
  std::string_view authority = text.substr(0, slash);
  std::string_view path = text.substr(slash);
  if (authority.find('@') != authority.npos) {
    return refuse_url("the endpoint URL has a user name; remove what stands before '@'");
  }
  bool valid = false;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    url.host = ascii_lower(authority.substr(1, end - 1));
    authority.remove_prefix(std::min(end, authority.size() - 1) + 1);
    valid = end != authority.npos && url.host.find(':') != url.host.npos &&
            std::ranges::all_of(url.host, is_ipv6_character);
  } else {
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    url.host = ascii_lower(authority.substr(0, colon));
    authority.remove_prefix(colon);
    valid = !url.host.empty() && std::ranges::all_of(url.host, is_host_character);
  }
  if (!valid) return refuse_url("the endpoint URL has no valid host; write for example http://localhost:8000");
  if (!authority.empty()) {
    const std::string_view digits = authority.substr(1);
    const auto number = whole_number(digits);
    if (authority.front() != ':' || !number || *number < 1 || *number > std::numeric_limits<std::uint16_t>::max()) {
      return refuse_url("the endpoint URL's port is not a number from 1 to 65535");
    }
    url.port = static_cast<std::uint16_t>(*number);
  }
  while (path.ends_with('/')) path.remove_suffix(1);
  url.path = path;
  return url;
}

}  // namespace dynamo::aws
