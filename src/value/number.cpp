#include <dynamo/value/number.hpp>

#include <dynamo/value/limits.hpp>

#include <value/decimal.hpp>
#include <value/number_error.hpp>

#include <limits>

namespace dynamo {

using decimal::digit_count;
using decimal::digits_max;
using decimal::power_of_ten;

namespace {

/// The exponent of the first digit: 0 for 1 to 9.99, 2 for 123.
int leading_exponent(const number& n) noexcept { return digit_count(n.coefficient()) - 1 + n.exponent(); }

std::strong_ordering compare_magnitudes(const number& a, const number& b) noexcept {
  if (a.exponent() == b.exponent()) return a.coefficient() <=> b.coefficient();
  if (const auto leading = leading_exponent(a) <=> leading_exponent(b); leading != 0) return leading;
  // With the same first place, the one that ends earlier has room for the zeros that it lacks.
  if (a.exponent() > b.exponent())
    return a.coefficient() * power_of_ten(a.exponent() - b.exponent()) <=> b.coefficient();
  return a.coefficient() <=> b.coefficient() * power_of_ten(b.exponent() - a.exponent());
}

std::strong_ordering reversed(std::strong_ordering order) noexcept { return 0 <=> order; }

}  // namespace

std::optional<number> number::from_parts(bool negative, uint128 coefficient, int exponent) noexcept {
  if (coefficient == 0) return number();
  const int zeros = decimal::strip_zeros(coefficient);
  if (coefficient >= power_of_ten(digits_max)) return std::nullopt;
  const auto lowest = std::int64_t{exponent} + zeros;
  const auto leading = lowest + digit_count(coefficient) - 1;
  if (leading > limits::number_exponent_max || leading < limits::number_exponent_min) return std::nullopt;
  return number(normalised{}, negative, coefficient, static_cast<int>(lowest));
}

std::strong_ordering operator<=>(const number& a, const number& b) noexcept {
  if (a.negative_ != b.negative_) return a.negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  if (a.is_zero() || b.is_zero()) {
    const auto order = !a.is_zero() <=> !b.is_zero();
    return a.negative_ || b.negative_ ? reversed(order) : order;
  }
  return a.negative_ ? compare_magnitudes(b, a) : compare_magnitudes(a, b);
}

result<number> number::add(const number& a, const number& b) {
  if (a.is_zero()) return b;
  if (b.is_zero()) return a;
  const number& high = a.exponent_ >= b.exponent_ ? a : b;  // ends further to the left
  const number& low = a.exponent_ >= b.exponent_ ? b : a;
  const int shift = high.exponent_ - low.exponent_;

  // The sum ends where `low` ends (unless shift is 0), so its digits are counted from there. To have 38 of them at most,
  // high * 10^shift must stay below 2 * 10^38: beyond that not even a difference comes down to 38 digits.
  const int digits = digit_count(high.coefficient_) + shift;
  if (digits > digits_max + 1 ||
      (digits == digits_max + 1 && high.coefficient_ * power_of_ten(shift - 1) >= 2 * power_of_ten(digits_max - 1))) {
    return fail(number_error::too_many_digits());
  }
  const uint128 shifted = high.coefficient_ * power_of_ten(shift);

  bool negative = high.negative_;
  uint128 sum = 0;
  if (high.negative_ == low.negative_) {
    sum = shifted + low.coefficient_;  // below 3 * 10^38, which 128 bits hold
  } else if (shifted >= low.coefficient_) {
    sum = shifted - low.coefficient_;
  } else {
    sum = low.coefficient_ - shifted;
    negative = low.negative_;
  }
  if (sum == 0) return number();
  const int lowest = low.exponent_ + decimal::strip_zeros(sum);
  const int leading = lowest + digit_count(sum) - 1;
  if (leading > limits::number_exponent_max) return fail(number_error::overflow());
  if (leading < limits::number_exponent_min) return fail(number_error::underflow());
  if (sum >= power_of_ten(digits_max)) return fail(number_error::too_many_digits());
  return number(normalised{}, negative, sum, lowest);
}

result<number> number::subtract(const number& a, const number& b) {
  number opposite = b;
  opposite.negative_ = !b.negative_ && !b.is_zero();
  return add(a, opposite);
}

std::size_t number::size() const noexcept {
  if (is_zero()) return 1;
  const int digits = digit_count(coefficient_);
  // Digits before and after the point; zeros at either end of the number count for nothing.
  const int whole = exponent_ >= 0 ? digits : digits + exponent_ > 0 ? digits + exponent_ : 0;
  const int fraction = digits - whole;
  return static_cast<std::size_t>(1 + (whole + 1) / 2 + (fraction + 1) / 2 + (negative_ ? 1 : 0));
}

namespace {

/// The magnitude of a whole number, if 64 bits hold it.
std::optional<std::uint64_t> whole_magnitude(const number& n) noexcept {
  constexpr int exponent_max = 19;  // 10^20 does not fit
  if (n.exponent() < 0 || n.exponent() > exponent_max) return std::nullopt;
  if (n.coefficient() > std::numeric_limits<std::uint64_t>::max()) return std::nullopt;
  const uint128 value = n.coefficient() * power_of_ten(n.exponent());  // below 2^64 * 10^19
  if (value > std::numeric_limits<std::uint64_t>::max()) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

}  // namespace

result<std::int64_t> number::to_int64() const {
  constexpr auto positive_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const auto value = whole_magnitude(*this);
  if (!value || *value > positive_max + (negative_ ? 1 : 0)) {
    return fail(errc::decoding, "The number " + to_string() + " is not a signed integer of 64 bits");
  }
  return static_cast<std::int64_t>(negative_ ? 0 - *value : *value);
}

result<std::uint64_t> number::to_uint64() const {
  const auto value = whole_magnitude(*this);
  if (!value || negative_) {
    return fail(errc::decoding, "The number " + to_string() + " is not an unsigned integer of 64 bits");
  }
  return *value;
}

}  // namespace dynamo
