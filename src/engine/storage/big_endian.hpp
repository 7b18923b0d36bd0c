#pragma once

#include <concepts>
#include <cstddef>
#include <string_view>

namespace dynamo::engine {

/// Integers as keys hold them: most significant byte first, so that bytes sort as the numbers do.
template <std::unsigned_integral Integer>
void store_big_endian(char* at, Integer value) noexcept {
  for (std::size_t i = 0; i < sizeof(Integer); ++i) at[i] = static_cast<char>(value >> (8 * (sizeof(Integer) - 1 - i)));
}

/// `bytes` holds at least sizeof(Integer).
template <std::unsigned_integral Integer>
Integer load_big_endian(std::string_view bytes) noexcept {
  Integer value = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    value = static_cast<Integer>(static_cast<Integer>(value << 8) | static_cast<unsigned char>(bytes[i]));
  }
  return value;
}

/// Appends to anything with append(std::string_view).
template <std::unsigned_integral Integer, class Output>
void append_big_endian(Output& out, Integer value) {
  char bytes[sizeof(Integer)];
  store_big_endian(bytes, value);
  out.append(std::string_view(bytes, sizeof bytes));
}

}  // namespace dynamo::engine
