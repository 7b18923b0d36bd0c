#pragma once

#include <dynamo/http/client.hpp>
#include <dynamo/json/buffer.hpp>

#include <cstddef>
#include <expected>
#include <string_view>

namespace dynamo::http {

// What is wrong is told by a clause about the response ("its body ...") that lives for ever; empty: nothing is. All of this is pure.

/// Compares the body, as it was sent, with the field x-amz-crc32, if there is one: so before read_content() uncompresses it.
std::string_view check_checksum(const client_response&);

/// Uncompresses gzip (RFC 1952), also of several members one after another. Refuses what is damaged, truncated or followed by anything,
/// and more than `size_max` bytes of result, of which it never holds more. Cost: 50 KB of memory besides the result.
std::expected<json::buffer, std::string_view> unzip(std::string_view bytes, std::size_t size_max);

/// Checks the checksum, and replaces a body that was sent with "Content-Encoding: gzip" by what it stands for. Other codings are refused.
/// The fields stay as they came.
std::string_view read_content(client_response&, std::size_t size_max);

}  // namespace dynamo::http
