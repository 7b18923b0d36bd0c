#include <json/text.hpp>

#include <json/scan.hpp>

namespace dynamo::json {
namespace {

constexpr char unfinished_string[] = "a string that does not end";

/// Four hexadecimal digits, or a number beyond 0xFFFF. Reads at most four bytes, so inside the padding.
std::uint32_t hex_4(const char* at) noexcept {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = at[i];
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      value = value << 4 | static_cast<std::uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      value = value << 4 | static_cast<std::uint32_t>(lower - 'a' + 10);
    } else {
      return 0x10000;
    }
  }
  return value;
}

void append_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
    return;
  }
  if (point < 0x800) {
    out += static_cast<char>(0xC0 | point >> 6);
  } else {
    if (point < 0x10000) {
      out += static_cast<char>(0xE0 | point >> 12);
    } else {
      out += static_cast<char>(0xF0 | point >> 18);
      out += static_cast<char>(0x80 | (point >> 12 & 0x3F));
    }
    out += static_cast<char>(0x80 | (point >> 6 & 0x3F));
  }
  out += static_cast<char>(0x80 | (point & 0x3F));
}

/// The character that a short escape stands for, or 0.
constexpr char short_escape(char letter) noexcept {
  switch (letter) {
    case '"': return '"';
    case '\\': return '\\';
    case '/': return '/';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return '\0';
  }
}

/// From the backslash to the end of the escape.
text_end read_escape(const char* at, std::string* out) {
  if (at[1] != 'u') {
    const char c = short_escape(at[1]);
    if (c == '\0') return {at, "an unknown escape in a string"};
    if (out != nullptr) *out += c;
    return {at + 2, nullptr};
  }
  std::uint32_t point = hex_4(at + 2);
  if (point > 0xFFFF) return {at, "an escape \\u without four hexadecimal digits"};
  const char* next = at + 6;
  if (point >= 0xD800 && point < 0xE000) {
    const std::uint32_t low = point < 0xDC00 && next[0] == '\\' && next[1] == 'u' ? hex_4(next + 2) : 0;
    if (low < 0xDC00 || low >= 0xE000) return {at, "half of a surrogate pair in a string"};
    point = 0x10000 + ((point - 0xD800) << 10 | (low - 0xDC00));
    next += 6;
  }
  if (out != nullptr) append_utf8(*out, point);
  return {next, nullptr};
}

const char* pass_digits(const char* at, const char* end) noexcept {
  while (at < end && is_digit(*at)) ++at;
  return at;
}

}  // namespace

text_end read_escaped(const char* at, const char* end, std::string* out) {
  while (true) {
    const char* special = find_special(at, end);
    if (special >= end) return {end, unfinished_string};
    if (out != nullptr) out->append(at, special);
    if (*special == '"') return {special + 1, nullptr};
    if (*special != '\\') return {special, "a control character in a string"};
    const text_end escape = read_escape(special, out);
    if (escape.problem != nullptr) return escape;
    if (escape.at > end) return {end, unfinished_string};
    at = escape.at;
  }
}

text_end pass_number(const char* at, const char* end) noexcept {
  const char* begin = at;
  if (at < end && *at == '-') ++at;
  const char* digits = at;
  at = pass_digits(at, end);
  if (at == digits) return {begin, "a value that is no JSON"};
  if (*digits == '0' && at - digits > 1) return {begin, "a number with a leading zero"};
  if (at < end && *at == '.') {
    const char* fraction = ++at;
    at = pass_digits(at, end);
    if (at == fraction) return {begin, "a number without digits after its point"};
  }
  if (at < end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at < end && (*at == '+' || *at == '-')) ++at;
    const char* exponent = at;
    at = pass_digits(at, end);
    if (at == exponent) return {begin, "a number without digits in its exponent"};
  }
  return {at, nullptr};
}

bool type_named(std::string_view name, attribute_type& type) noexcept {
  for (const attribute_type candidate :
       {attribute_type::S, attribute_type::N, attribute_type::B, attribute_type::BOOL, attribute_type::NUL,
        attribute_type::M, attribute_type::L, attribute_type::SS, attribute_type::NS, attribute_type::BS}) {
    if (to_string(candidate) == name) {
      type = candidate;
      return true;
    }
  }
  return false;
}

}  // namespace dynamo::json
