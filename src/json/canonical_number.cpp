#include <json/canonical_number.hpp>

#include <dynamo/value/limits.hpp>

#include <json/scan.hpp>

namespace dynamo::json {
bool is_canonical_number(std::string_view text, std::size_t& size) noexcept {
  // With so few characters there are never too many digits, and the magnitude is always in range.
  if (text.size() > limits::number_digits_max) return false;
  const char* at = text.data();
  const char* end = at + text.size();
  const bool negative = at < end && *at == '-';
  if (negative) ++at;

  const char* whole = at;
  const char* last_nonzero = at - 1;
  for (; at < end && is_digit(*at); ++at) {
    if (*at != '0') last_nonzero = at;
  }
  const auto whole_digits = static_cast<std::size_t>(at - whole);
  if (whole_digits == 0) return false;
  const bool whole_is_zero = *whole == '0';
  if (whole_is_zero && whole_digits > 1) return false;
  if (at == end) {
    if (whole_is_zero && negative) return false;
    const auto significant = static_cast<std::size_t>(last_nonzero + 1 - whole);
    size = 1 + (significant + 1) / 2 + (negative ? 1 : 0);
    return true;
  }

  if (*at++ != '.') return false;
  const char* fraction = at;
  const char* first_nonzero = nullptr;
  for (; at < end && is_digit(*at); ++at) {
    if (*at != '0' && first_nonzero == nullptr) first_nonzero = at;
  }
  if (at != end || first_nonzero == nullptr || end[-1] == '0') return false;
  const auto fraction_digits = static_cast<std::size_t>(end - (whole_is_zero ? first_nonzero : fraction));
  size = 1 + (whole_is_zero ? 0 : (whole_digits + 1) / 2) + (fraction_digits + 1) / 2 + (negative ? 1 : 0);
  return true;
}

}  // namespace dynamo::json
