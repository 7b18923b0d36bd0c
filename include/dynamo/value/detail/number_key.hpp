#pragma once

#include <dynamo/value/number.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo {

/// Numbers as bytes that sort the way the numbers do: memcmp(key(a), key(b)) has the sign of a <=> b, for keys alone and for keys
/// with anything after them. No key is the beginning of another, so a key knows where it ends.
/// Part of the format on disk: its grammar stands at the top of src/value/number_key.cpp and never changes.

/// The most bytes that one number takes; short integers take 4 to 6, zero takes 1.
inline constexpr std::size_t number_key_size_max = 23;

/// Writes the key to `out`, which has room for number_key_size_max bytes, and returns its end.
char* write_number_key(const number&, char* out) noexcept;
/// Appends the key.
void append_number_key(const number&, std::string& out);

/// Reads the key at the front of `bytes` and removes it from there. Nothing, with `bytes` as they were, if they do not begin with
/// exactly what write_number_key() writes for some number.
std::optional<number> take_number_key(std::string_view& bytes) noexcept;

}  // namespace dynamo
