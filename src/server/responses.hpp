#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/http/request_head.hpp>
#include <dynamo/http/response.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <string>
#include <string_view>

namespace dynamo::server_detail {

/// The HTTP status under which DynamoDB reports an error code ("Error handling with DynamoDB", Developer Guide): 400 for what the
/// request is to blame for, 500 and 503 for what it is not.
unsigned status_of(errc) noexcept;

/// What an operation came to, as AWS writes it: the error's own body if the endpoint gave one, otherwise `__type` and message.
/// Empties `outcome`. Pure, like everything here.
http::response outcome_response(result<reply>& outcome, std::string_view content_type, std::string_view request_id);
/// An error that arose in front of the endpoint.
http::response error_response(unsigned status, std::string_view type, std::string_view message,
                              std::string_view content_type, std::string_view request_id);
http::response health_response(std::string_view region, std::string_view request_id);
http::response preflight_response(const http::request_head&, std::string_view request_id);

/// Lets a browser show the response to the page that asked. Nothing for a request without the field Origin.
void allow_origin(http::response&, std::string_view origin);

}  // namespace dynamo::server_detail
