#include <remote/settings/proxy.hpp>

#include <dynamo/base/binary.hpp>
#include <dynamo/base/detail/ascii.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace dynamo::aws {
namespace {

constexpr const char* names_for_https[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
constexpr const char* names_for_http[] = {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"};

std::string_view trimmed_entry(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

/// The 32 bits of "10.1.2.3".
std::optional<std::uint32_t> ipv4_bits(std::string_view text) {
  std::uint32_t bits = 0;
  for (int part = 0; part < 4; ++part) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    const auto number = dot > 3 ? std::nullopt : whole_number(text.substr(0, dot));
    if (!number || *number > 255 || (part < 3) != (dot < text.size())) return std::nullopt;
    bits = bits << 8U | static_cast<std::uint32_t>(*number);
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return bits;
}

/// "10.0.0.0/8"
bool is_in_block(std::string_view host, std::string_view block) {
  constexpr std::int64_t bits_max = 32;
  const std::size_t slash = block.find('/');
  if (slash == block.npos) return false;
  const auto address = ipv4_bits(host);
  const auto network = ipv4_bits(block.substr(0, slash));
  const auto length = whole_number(block.substr(slash + 1));
  if (!address || !network || !length || *length > bits_max) return false;
  return *length == 0 || (*address ^ *network) >> static_cast<unsigned>(bits_max - *length) == 0;
}

/// Takes ":8000" from the end of "host:8000" and "[::1]:8000", and the brackets.
std::optional<std::int64_t> take_port(std::string_view& entry) {
  std::optional<std::int64_t> port;
  const std::size_t colon = entry.rfind(':');
  const bool has_port =
      colon != entry.npos && (entry.find(':') == colon || (entry.starts_with('[') && entry[colon - 1] == ']'));
  if (has_port) {
    port = whole_number(entry.substr(colon + 1)).value_or(-1);
    entry = entry.substr(0, colon);
  }
  if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
  return port;
}

bool is_matched(const endpoint_url& to, std::string_view entry) {
  if (entry == "*") return true;
  const auto port = take_port(entry);
  if (port && *port != to.port) return false;
  if (entry.starts_with("*.")) entry.remove_prefix(1);
  const bool is_domain = entry.starts_with('.');
  if (is_domain) entry.remove_prefix(1);
  if (entry.empty()) return false;
  const std::string name = ascii_lower(entry);
  return (to.host == name && !is_domain) || to.host.ends_with("." + name) || is_in_block(to.host, name);
}

bool is_asked_directly(const endpoint_url& to, std::string_view list) {
  for (;;) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (is_matched(to, trimmed_entry(list.substr(0, comma)))) return true;
    if (comma == list.size()) return false;
    list.remove_prefix(comma + 1);
  }
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost") || host == "::1" || is_in_block(host, "127.0.0.0/8");
}

/// A user's name or password in a URL.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    unsigned byte = 0;
    const std::string_view digits = text.substr(i + 1, 2);
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (problem != std::errc() || digits.size() != 2 || end != digits.data() + 2) return std::nullopt;
    plain += static_cast<char>(byte);
    i += 2;
  }
  return plain;
}

result<std::optional<proxy>> proxy_of(std::string_view text, std::string name) {
  const auto refuse = [&](std::string_view why) {
    return fail(errc::invalid_argument, fmt::format("{}: {}; write for example http://proxy.example:3128", name, why));
  };
  std::string_view scheme = "http";
  if (const std::size_t end = text.find("://"); end != text.npos) {
    scheme = text.substr(0, end);
    text.remove_prefix(end + 3);
  }
  if (!equals_without_case(scheme, "http") && !equals_without_case(scheme, "https")) {
    return refuse("only proxies of HTTP and HTTPS are supported");
  }
  proxy found;
  const std::string_view authority = text.substr(0, text.find('/'));
  if (const std::size_t at = authority.rfind('@'); at != authority.npos) {
    const auto user = percent_decoded(authority.substr(0, at));
    if (!user) return refuse("the user's name or password has a malformed percent escape");
    found.authorization = auth::secret("Basic " + base64_encode(user->find(':') == user->npos ? *user + ":" : *user));
    text.remove_prefix(at + 1);
  }
  auto where = parse_endpoint_url(fmt::format("{}://{}", scheme, text));
  if (!where || !where->path.empty()) return refuse("the proxy's URL is malformed");
  found.where = std::move(*where);
  found.variable = std::move(name);
  return found;
}

}  // namespace

result<std::optional<proxy>> proxy_for(const endpoint_url& to, const environment& env) {
  if (is_loopback(to.host)) return std::nullopt;
  const auto list = variable(env, "no_proxy");
  if (is_asked_directly(to, list ? *list : variable(env, "NO_PROXY").value_or(""))) return std::nullopt;
  const bool is_cgi = variable(env, "REQUEST_METHOD").has_value();
  for (const char* name : to.tls ? names_for_https : names_for_http) {
    if (is_cgi && name == std::string_view("HTTP_PROXY")) continue;
    if (const auto text = variable(env, name)) return proxy_of(*text, name);
  }
  return std::nullopt;
}

}  // namespace dynamo::aws
