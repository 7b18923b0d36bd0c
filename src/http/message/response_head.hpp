#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/http/response.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace dynamo::http {

/// What happens to a connection after a response.
enum class afterwards : std::uint8_t { keep, close };

/// Writes everything that stands above the body of a response, in place of what `out` held.
void write_head(std::string& out, const response&, std::string_view date, afterwards, bool http_1_0);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::string http_date(instant);

}  // namespace dynamo::http
