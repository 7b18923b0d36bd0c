#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/table/cursor.hpp>

#include <string>
#include <string_view>

namespace dynamo::detail {

/// A cursor's text is base64url without padding (RFC 4648 section 5) of
///     version: 1 byte, 0x01
///     check:   8 bytes, FNV-1a over binding and key, big-endian
///     key:     the exclusive start key, DynamoDB JSON
/// `binding` says what the cursor belongs to; it is part of the check, and not of the text.
cursor make_cursor(std::string_view binding, std::string_view key);
/// The key. errc::invalid_argument when the text was altered or belongs to something else.
result<std::string> open_cursor(std::string_view binding, const cursor&);

}  // namespace dynamo::detail
