#pragma once

#include <dynamo/base/result.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo {

/// A DynamoDB binary value: any bytes.
using binary = std::vector<std::byte>;

/// The bytes of a text, unchanged.
binary to_binary(std::string_view);
inline std::string_view as_text(std::span<const std::byte> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// RFC 4648 section 4, padded: the only form DynamoDB writes.
std::string base64_encode(std::string_view bytes);
constexpr std::size_t base64_encoded_size(std::size_t bytes) noexcept { return (bytes + 2) / 3 * 4; }
/// Writes base64_encoded_size(bytes.size()) characters to `out` and returns the end.
char* base64_encode_to(std::string_view bytes, char* out) noexcept;

/// Appends the decoded bytes to `out`. Strict: padding is required, unused bits must be zero, nothing else may occur;
/// returns false (with `out` as it was) for anything else. So a decoded and re-encoded text is the same text.
bool base64_decode(std::string_view text, std::string& out);
/// The number of bytes that a well-formed base64 text stands for.
std::size_t base64_decoded_size(std::string_view text) noexcept;

}  // namespace dynamo
