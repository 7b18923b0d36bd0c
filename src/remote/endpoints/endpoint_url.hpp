#pragma once

#include <dynamo/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dynamo::aws {

/// Where requests go.
struct endpoint_url {
  bool tls = true;
  std::string host;          ///< small letters; an IPv6 address without its brackets
  std::uint16_t port = 443;  ///< never 0
  std::string path;          ///< before that of each request: empty, or "/stage" without a slash at its end

  endpoint_url() = default;
  /// HTTPS at a host.
  explicit endpoint_url(std::string_view name);

  /// "host", with the port where it is not the scheme's own: the value of the field Host.
  std::string authority() const;
  /// "https://host/path"
  std::string text() const;
  friend bool operator==(const endpoint_url&, const endpoint_url&) = default;
};

inline constexpr std::size_t endpoint_url_bytes_max = 2'048;

/// Reads an absolute URL of http or https, with a host, perhaps a port and a path; nothing else.
///
/// Errors: errc::invalid_argument says what is wrong, without the text, which may hold a password by mistake; the caller knows where
/// the text is from.
[[nodiscard]] result<endpoint_url> parse_endpoint_url(std::string_view);

}  // namespace dynamo::aws
