#pragma once

#include <algorithm>
#include <compare>
#include <string>
#include <string_view>
#include <utility>

namespace dynamo::testing_support {

/// A decimal number of any length, done as one does it on paper, with a digit per character: slow, and independent of `number`.
class big_decimal {
 public:
  big_decimal() = default;
  big_decimal(bool negative, std::string digits, int exponent)
      : negative_(negative), digits_(std::move(digits)), exponent_(exponent) {
    while (!digits_.empty() && digits_.front() == '0') digits_.erase(0, 1);
    while (!digits_.empty() && digits_.back() == '0') {
      digits_.pop_back();
      ++exponent_;
    }
    if (digits_.empty()) {
      exponent_ = 0;
      negative_ = false;
    }
  }

  bool negative() const { return negative_; }
  bool is_zero() const { return digits_.empty(); }
  int digit_count() const { return static_cast<int>(digits_.size()); }
  int leading_exponent() const { return exponent_ + digit_count() - 1; }

  /// Plain digits, the way DynamoDB prints them.
  std::string to_string() const {
    if (is_zero()) return "0";
    std::string text = digits_;
    if (exponent_ >= 0) {
      text.append(static_cast<std::size_t>(exponent_), '0');
    } else {
      const auto fraction = static_cast<std::size_t>(-exponent_);
      if (text.size() <= fraction) text.insert(0, fraction + 1 - text.size(), '0');
      text.insert(text.size() - fraction, 1, '.');
    }
    return negative_ ? "-" + text : text;
  }

  /// 12.5 as "0.125e2" would be legal too: any of the ways to write a number, chosen by `style`.
  std::string to_scientific(bool capital, bool plus) const {
    if (is_zero()) return "0";
    std::string text = digits_.substr(0, 1);
    if (digits_.size() > 1) text += "." + digits_.substr(1);
    text += capital ? 'E' : 'e';
    if (plus && leading_exponent() >= 0) text += '+';
    text += std::to_string(leading_exponent());
    return negative_ ? "-" + text : text;
  }

  big_decimal operator-() const { return {!negative_, digits_, exponent_}; }

  friend big_decimal operator+(const big_decimal& a, const big_decimal& b) {
    const auto [left, right, exponent] = aligned(a, b);
    if (a.negative_ == b.negative_) return {a.negative_, add_digits(left, right), exponent};
    if (left >= right) return {a.negative_, subtract_digits(left, right), exponent};
    return {b.negative_, subtract_digits(right, left), exponent};
  }

  friend std::strong_ordering operator<=>(const big_decimal& a, const big_decimal& b) {
    const big_decimal difference = a + -b;
    if (difference.is_zero()) return std::strong_ordering::equal;
    return difference.negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  friend bool operator==(const big_decimal&, const big_decimal&) = default;

 private:
  struct pair_of_digits {
    std::string left, right;
    int exponent;
  };
  /// Both with the same exponent and the same number of digits.
  static pair_of_digits aligned(const big_decimal& a, const big_decimal& b) {
    const int exponent = std::min(a.exponent_, b.exponent_);
    std::string left = a.digits_ + std::string(static_cast<std::size_t>(a.exponent_ - exponent), '0');
    std::string right = b.digits_ + std::string(static_cast<std::size_t>(b.exponent_ - exponent), '0');
    const std::size_t size = std::max(left.size(), right.size());
    left.insert(0, size - left.size(), '0');
    right.insert(0, size - right.size(), '0');
    return {left, right, exponent};
  }
  static std::string add_digits(const std::string& left, const std::string& right) {
    std::string sum(left.size() + 1, '0');
    int carry = 0;
    for (std::size_t i = left.size(); i-- > 0;) {
      const int digit = left[i] - '0' + right[i] - '0' + carry;
      sum[i + 1] = static_cast<char>('0' + digit % 10);
      carry = digit / 10;
    }
    sum[0] = static_cast<char>('0' + carry);
    return sum;
  }
  static std::string subtract_digits(const std::string& left, const std::string& right) {
    std::string difference(left.size(), '0');
    int borrow = 0;
    for (std::size_t i = left.size(); i-- > 0;) {
      const int digit = left[i] - right[i] - borrow;
      borrow = digit < 0;
      difference[i] = static_cast<char>('0' + digit + 10 * borrow);
    }
    return difference;
  }

  bool negative_ = false;
  std::string digits_;
  int exponent_ = 0;
};

}  // namespace dynamo::testing_support
