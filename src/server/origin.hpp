#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::server_detail {

/// Whether pages of an origin (the value of the field Origin) may talk to a server that checks no signatures: pages that this
/// machine itself serves, and those that are listed. Pure.
bool origin_allowed(std::string_view origin, const std::vector<std::string>& listed) noexcept;

}  // namespace dynamo::server_detail
