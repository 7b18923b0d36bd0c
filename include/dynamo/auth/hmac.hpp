#pragma once

#include <dynamo/auth/secret.hpp>

#include <array>
#include <string_view>

namespace dynamo::auth {

/// HMAC-SHA256 (RFC 2104). A key of any length, which is left nowhere else in memory. Pure, thread-safe, does not fail.
std::array<unsigned char, 32> hmac_sha256_of(const secret& key, std::string_view text) noexcept;

/// Takes as long wherever the two differ; texts of different lengths differ at once.
bool equal_in_constant_time(std::string_view left, std::string_view right) noexcept;

}  // namespace dynamo::auth
