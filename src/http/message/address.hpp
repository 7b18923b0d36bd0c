#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::http {

/// A machine, by name or number, and a port of it.
struct address {
  std::string host;  ///< without brackets
  std::uint16_t port = 0;

  address() = default;
  address(std::string h, std::uint16_t p) : host(std::move(h)), port(p) {}
  std::string text() const;  ///< "host:port", as the field Host and messages have it; an IPv6 address in brackets
};

/// Reads "host:port" and "[::1]:port". Nothing if it is neither, or the port is none.
std::optional<address> parse_address(std::string_view);

}  // namespace dynamo::http
