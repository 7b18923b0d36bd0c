#pragma once

#include <dynamo/value/attribute_value.hpp>

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// The inner loops of everything that reads JSON here. All of them may read (not accept) up to 16 bytes past `end`, which
/// buffer::padding provides.
namespace dynamo::json {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_white(char c) noexcept { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

/// The first byte at or after `at` that is not white space, or `end`. Compact text leaves after one comparison.
inline const char* skip_white(const char* at, const char* end) noexcept {
  if (static_cast<unsigned char>(*at) > ' ') [[likely]]
    return at;
  while (at < end && is_white(*at)) ++at;
  return at;
}

/// The first byte at or after `at` that a string cannot hold as it stands: a quote, a backslash or a control character.
/// Gives some address beyond `end` if there is none before it.
inline const char* find_special(const char* at, const char* end) noexcept {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i last_control = _mm_set1_epi8(0x1f);
  for (; at <= end; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i found = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
                                       _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes));
    if (const auto mask = static_cast<unsigned>(_mm_movemask_epi8(found)); mask != 0)
      return at + std::countr_zero(mask);
  }
  return at;
#else
  while (at < end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20) ++at;
  return at < end ? at : end + 1;
#endif
}

/// Eight bytes as one number whose lowest byte is the first.
inline std::uint64_t load_8(const char* at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}
/// Such a number for a text of at most eight characters.
consteval std::uint64_t word_of(const char* text) noexcept {
  std::uint64_t word = 0;
  for (unsigned i = 0; text[i] != '\0'; ++i) word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  return word;
}
/// All ones in the first `count` < 8 bytes.
constexpr std::uint64_t low_bytes(unsigned count) noexcept { return (std::uint64_t{1} << (8 * count)) - 1; }

/// `{"S":"` and its like, for the types whose content is one string.
constexpr std::uint64_t quoted_opening(attribute_type type) noexcept {
  switch (type) {
    case attribute_type::S: return word_of("{\"S\":\"");
    case attribute_type::N: return word_of("{\"N\":\"");
    case attribute_type::B: return word_of("{\"B\":\"");
    default: return 0;  // stands nowhere: a text has no zero byte where a value is expected
  }
}

/// Recognises `{"S":` and its like as every compact writer spells them. Gives their length, or 0.
inline unsigned compact_opening(const char* at, attribute_type& type) noexcept {
  const std::uint64_t word = load_8(at);
  switch (word & low_bytes(5)) {
    case word_of("{\"S\":"): type = attribute_type::S; return 5;
    case word_of("{\"N\":"): type = attribute_type::N; return 5;
    case word_of("{\"B\":"): type = attribute_type::B; return 5;
    case word_of("{\"M\":"): type = attribute_type::M; return 5;
    case word_of("{\"L\":"): type = attribute_type::L; return 5;
    default: break;
  }
  switch (word & low_bytes(6)) {
    case word_of("{\"SS\":"): type = attribute_type::SS; return 6;
    case word_of("{\"NS\":"): type = attribute_type::NS; return 6;
    case word_of("{\"BS\":"): type = attribute_type::BS; return 6;
    default: break;
  }
  if (word == word_of("{\"BOOL\":")) {
    type = attribute_type::BOOL;
    return 8;
  }
  if (word == word_of("{\"NULL\":")) {
    type = attribute_type::NUL;
    return 8;
  }
  return 0;
}

}  // namespace dynamo::json
