#include <http/message/address.hpp>

#include <algorithm>
#include <charconv>

namespace dynamo::http {
namespace {

/// What may stand in a name or a number of a machine; "%" is for the zone of a local IPv6 address.
bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == '_' || c == ':' || c == '%';
}

constexpr std::size_t host_size_max = 255;  // RFC 1035, 2.3.4

}  // namespace

std::string address::text() const {
  const std::string digits = std::to_string(port);
  return host.find(':') == std::string::npos ? host + ":" + digits : "[" + host + "]:" + digits;
}

std::optional<address> parse_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']') && host.size() > 2) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;  // which of the colons is the port's?
  }
  if (host.empty() || host.size() > host_size_max || !std::ranges::all_of(host, is_host_character)) return std::nullopt;
  std::uint16_t port = 0;
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (wrong != std::errc() || end != digits.data() + digits.size() || port == 0) return std::nullopt;
  return address(std::string(host), port);
}

}  // namespace dynamo::http
