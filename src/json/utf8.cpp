#include <dynamo/json/cursor.hpp>

#include <json/scan.hpp>

namespace dynamo::json {
namespace {

/// What may follow a leading byte: how many bytes, and between which bounds the first of them lies (RFC 3629, section 4);
/// the bounds exclude overlong forms, surrogates and everything above U+10FFFF.
struct sequence {
  unsigned following;
  unsigned char first_min;
  unsigned char first_max;
};

constexpr sequence sequence_of(unsigned char lead) noexcept {
  if (lead >= 0xC2 && lead <= 0xDF) return {1, 0x80, 0xBF};
  if (lead == 0xE0) return {2, 0xA0, 0xBF};
  if (lead == 0xED) return {2, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return {2, 0x80, 0xBF};
  if (lead == 0xF0) return {3, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3) return {3, 0x80, 0xBF};
  if (lead == 0xF4) return {3, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

bool validate_utf8(std::string_view text) noexcept {
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end) {
#if defined(__SSE2__)
    while (end - at >= 16 && _mm_movemask_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at))) == 0) at += 16;
    if (at == end) return true;
#endif
    const auto lead = static_cast<unsigned char>(*at++);
    if (lead < 0x80) continue;
    const sequence expected = sequence_of(lead);
    if (expected.following == 0 || end - at < static_cast<std::ptrdiff_t>(expected.following)) return false;
    const auto first = static_cast<unsigned char>(*at++);
    if (first < expected.first_min || first > expected.first_max) return false;
    for (unsigned i = 1; i < expected.following; ++i) {
      if ((static_cast<unsigned char>(*at++) & 0xC0) != 0x80) return false;
    }
  }
  return true;
}

}  // namespace dynamo::json
