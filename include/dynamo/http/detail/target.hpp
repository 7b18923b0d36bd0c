#pragma once

#include <string_view>

namespace dynamo::http {

/// The path of a request target, without query: "/a" for "/a?b" and for "http://host:1/a", "/" for "http://host", "*" for "*"
/// (RFC 9112, 3.2). Percent-encoding stays as it is. A view into the target; empty for what is none of these.
std::string_view path_of(std::string_view target) noexcept;

}  // namespace dynamo::http
