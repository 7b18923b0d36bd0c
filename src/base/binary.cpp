#include <dynamo/base/binary.hpp>

#include <array>
#include <cstdint>
#include <cstring>

namespace dynamo {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The two characters of every 12 bits, so that three bytes take two look-ups.
constexpr auto pairs = [] {
  std::array<std::array<char, 2>, 4096> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = {alphabet[i >> 6], alphabet[i & 63]};
  return table;
}();

constexpr std::uint8_t no_digit = 0xFF;
constexpr auto digit_values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return table;
}();

/// The six bits of a character, shifted to its place among four; anything else sets bits above the 24.
constexpr std::uint32_t bad = 0xFF000000;
template <unsigned Shift>
constexpr auto places = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i)
    table[i] = digit_values[i] == no_digit ? bad : std::uint32_t{digit_values[i]} << Shift;
  return table;
}();

constexpr std::uint32_t byte_at(const char* p, std::size_t i) noexcept { return static_cast<unsigned char>(p[i]); }

}  // namespace

binary to_binary(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

char* base64_encode_to(std::string_view bytes, char* out) noexcept {
  const char* in = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 3; left -= 3, in += 3, out += 4) {
    const std::uint32_t group = byte_at(in, 0) << 16 | byte_at(in, 1) << 8 | byte_at(in, 2);
    std::memcpy(out, pairs[group >> 12].data(), 2);
    std::memcpy(out + 2, pairs[group & 0xFFF].data(), 2);
  }
  if (left == 0) return out;
  const std::uint32_t group = byte_at(in, 0) << 16 | (left == 2 ? byte_at(in, 1) << 8 : 0);
  std::memcpy(out, pairs[group >> 12].data(), 2);
  out[2] = left == 2 ? alphabet[group >> 6 & 63] : '=';
  out[3] = '=';
  return out + 4;
}

std::string base64_encode(std::string_view bytes) {
  std::string text(base64_encoded_size(bytes.size()), '\0');
  base64_encode_to(bytes, text.data());
  return text;
}

std::size_t base64_decoded_size(std::string_view text) noexcept {
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const std::size_t size = text.size() / 4 * 3;
  return size < padding ? 0 : size - padding;
}

bool base64_decode(std::string_view text, std::string& out) {
  if (text.empty()) return true;
  if (text.size() % 4 != 0) return false;
  const std::size_t before = out.size();
  const std::size_t decoded = base64_decoded_size(text);
  out.resize(before + decoded);
  char* to = out.data() + before;
  const char* in = text.data();
  const char* last = in + text.size() - 4;  // the only group that may be padded

  std::uint32_t seen = 0;
  for (; in != last; in += 4, to += 3) {
    const std::uint32_t group =
        places<18>[byte_at(in, 0)] | places<12>[byte_at(in, 1)] | places<6>[byte_at(in, 2)] | places<0>[byte_at(in, 3)];
    seen |= group;
    to[0] = static_cast<char>(group >> 16);
    to[1] = static_cast<char>(group >> 8);
    to[2] = static_cast<char>(group);
  }
  const std::size_t final_bytes = (decoded + 2) % 3 + 1;
  std::uint32_t group = places<18>[byte_at(in, 0)] | places<12>[byte_at(in, 1)];
  if (final_bytes > 1) group |= places<6>[byte_at(in, 2)];
  if (final_bytes > 2) group |= places<0>[byte_at(in, 3)];
  // Bits that stand for no byte must be zero, or two texts would mean the same bytes.
  const std::uint32_t unused = final_bytes == 3 ? 0 : final_bytes == 2 ? 0xFF : 0xFFFF;
  seen |= group;
  if ((seen & bad) != 0 || (group & unused) != 0) {
    out.resize(before);
    return false;
  }
  for (std::size_t i = 0; i < final_bytes; ++i) to[i] = static_cast<char>(group >> (16 - 8 * i));
  return true;
}

}  // namespace dynamo
