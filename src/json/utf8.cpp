#include <dynamo/json/cursor.hpp>

#include <json/scan.hpp>

#include <array>

namespace dynamo::json {
namespace {

/// What may follow a leading byte: how many bytes, and between which bounds the first of them lies (RFC 3629, section 4);
/// the bounds exclude overlong forms, surrogates and everything above U+10FFFF.
struct sequence {
  unsigned char following;
  unsigned char first_min;
  unsigned char first_max;
};

constexpr sequence sequence_starting(unsigned char lead) noexcept {
  if (lead >= 0xC2 && lead <= 0xDF) return {1, 0x80, 0xBF};
  if (lead == 0xE0) return {2, 0xA0, 0xBF};
  if (lead == 0xED) return {2, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return {2, 0x80, 0xBF};
  if (lead == 0xF0) return {3, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3) return {3, 0x80, 0xBF};
  if (lead == 0xF4) return {3, 0x80, 0x8F};
  return {0, 0, 0};
}

constexpr auto sequences = [] {
  std::array<sequence, 128> table{};
  for (unsigned i = 0; i < table.size(); ++i) table[i] = sequence_starting(static_cast<unsigned char>(0x80 + i));
  return table;
}();

/// From a byte that is not ASCII to the end of its sequence, or nullptr.
const char* pass_sequence(const char* at, const char* end) noexcept {
  const auto byte = [at](unsigned i) { return static_cast<unsigned char>(at[i]); };
  const sequence expected = sequences[byte(0) & 0x7F];
  if (expected.following == 0 || end - at <= static_cast<std::ptrdiff_t>(expected.following)) return nullptr;
  if (byte(1) < expected.first_min || byte(1) > expected.first_max) return nullptr;
  for (unsigned i = 2; i <= expected.following; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return nullptr;
  }
  return at + expected.following + 1;
}

}  // namespace

bool validate_utf8(std::string_view text) noexcept {
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end) {
#if defined(__SSE2__)
    while (end - at >= 16) {
      const int high_bits = _mm_movemask_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
      at += high_bits == 0 ? 16 : std::countr_zero(static_cast<unsigned>(high_bits));
      if (high_bits != 0) break;
    }
    if (at == end) return true;
#endif
    if (static_cast<unsigned char>(*at) < 0x80) {
      ++at;
    } else {
      at = pass_sequence(at, end);
      if (at == nullptr) return false;
    }
  }
  return true;
}

}  // namespace dynamo::json
