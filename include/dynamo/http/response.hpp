#pragma once

#include <dynamo/json/buffer.hpp>

#include <string>
#include <string_view>

namespace dynamo::http {

/// What a handler answers. Date, Content-Length and Connection are added by the listener.
struct response {
  unsigned status = 200;
  std::string fields;  ///< complete lines, each ending in CRLF: see add_field()
  json::buffer body;
  /// A field for the checksum of the body (a literal, "x-amz-crc32"); empty: none. It is computed on the connection's thread:
  /// the thread that answers may be the one that commits.
  std::string_view checksum_field;

  response() = default;
  response(unsigned s, json::buffer b) : status(s), body(std::move(b)) {}
  /// Name and value must hold neither CR nor LF.
  response& add_field(std::string_view name, std::string_view value);
};

/// "Not Found" for 404; "Unknown" for a status we never send.
std::string_view reason_phrase(unsigned status) noexcept;

}  // namespace dynamo::http
