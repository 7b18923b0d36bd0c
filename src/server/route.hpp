#pragma once

#include <dynamo/http/request_head.hpp>
#include <dynamo/protocol/operation_name.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::server_detail {

/// What a request wants, told by its head alone.
struct route {
  enum class kind : std::uint8_t {
    operation,  ///< of the protocol
    health,     ///< GET /
    preflight,  ///< a browser asks whether a page may send what it wants to
    refused,    ///< with status, type and message
  };
  kind what = kind::refused;
  operation_name operation{};
  std::string_view content_type = "application/x-amz-json-1.0";  ///< of the response

  unsigned status = 200;
  std::string_view type;  ///< an error's, with its prefix
  std::string message;
};

/// Pure. Signatures are not looked at.
route route_of(const http::request_head&, const std::vector<std::string>& allowed_origins);

}  // namespace dynamo::server_detail
