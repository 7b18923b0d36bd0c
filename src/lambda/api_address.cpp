#include "api_address.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>

namespace dynamo::lambda {
namespace {

constexpr std::size_t address_size_max = 2'048;

bool begins_with_scheme(std::string_view text, std::string_view scheme) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return text.size() >= scheme.size() && std::ranges::equal(text.substr(0, scheme.size()), scheme, {}, lower);
}

bool has_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  const std::size_t bracket = host.rfind(']');  // of an IPv6 address, which has colons of its own
  return colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
}

}  // namespace

result<api_address> read_api_address(std::string_view text) {
  const auto refused = [&](std::string_view why) {
    return fail(errc::invalid_argument, fmt::format("\"{}\" {}", text.substr(0, address_size_max), why));
  };
  if (text.size() > address_size_max) return refused("... is too long for an address");
  if (begins_with_scheme(text, "https://")) return refused("is an address of HTTPS; the Runtime API is plain HTTP");
  std::string_view rest = text;
  if (begins_with_scheme(rest, "http://")) rest.remove_prefix(7);
  const std::string_view host = rest.substr(0, rest.find('/'));
  std::string_view path = rest.substr(host.size());
  while (path.ends_with('/')) path.remove_suffix(1);
  if (!std::ranges::all_of(path, [](char c) { return c > ' ' && c < 0x7f && c != '?' && c != '#'; })) {
    return refused("has a path with a query, a fragment or a character that no path can hold");
  }
  if (host.empty()) return refused("names no host; an address is for example 127.0.0.1:9001");
  api_address read;
  read.host_and_port = has_port(host) ? std::string(host) : std::string(host) + ":80";
  read.path = path;
  return read;
}

}  // namespace dynamo::lambda
