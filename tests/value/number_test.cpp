#include <dynamo/value/number.hpp>

#include "big_decimal.hpp"

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace dynamo {
namespace {

using testing_support::big_decimal;
using testing_support::for_each_seed;

number parsed(std::string_view text) { return number::parse(text).value(); }

/// Numbers near each other, near the limits, and of every length: uniform ones would never meet.
big_decimal random_decimal(std::mt19937_64& random) {
  const auto below = [&random](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const int count = below(3) == 0 ? 1 + below(3) : 1 + below(38);
  const int style = below(4);
  std::string digits;
  for (int i = 0; i < count; ++i) {
    digits += style == 0   ? '9'
              : style == 1 ? (i == 0 || i + 1 == count ? '1' : '0')
                           : static_cast<char>('0' + below(10));
  }
  const int lowest = -130 - (count - 1), highest = 125 - (count - 1);
  int exponent = 0;
  switch (below(5)) {
    case 0: exponent = lowest + below(highest - lowest + 1); break;
    case 1: exponent = lowest + below(3); break;
    case 2: exponent = highest - below(3); break;
    case 3: exponent = -below(40); break;
    default: exponent = below(6) - 3; break;
  }
  const big_decimal n(below(2) == 0, digits, exponent);
  if (n.is_zero() || (n.leading_exponent() <= 125 && n.leading_exponent() >= -130)) return n;
  return {};
}

/// A result that is both too long and too large may be refused for either.
bool fits_like(const result<number>& n, const big_decimal& model) {
  const bool too_large = !model.is_zero() && model.leading_exponent() > 125;
  const bool too_small = !model.is_zero() && model.leading_exponent() < -130;
  const bool too_long = model.digit_count() > 38;
  if (n) return !too_large && !too_small && !too_long && n->to_string() == model.to_string();
  if (n.error().code() != errc::validation) return false;
  const std::string& message = n.error().message();
  return (too_large && message.starts_with("Number overflow. ")) ||
         (too_small && message.starts_with("Number underflow. ")) ||
         (too_long && !too_small && message.starts_with("Attempting to store more than 38 "));
}

TEST(NumberProperty, TextsReadBackAndPrintAsTheModelDoes) {
  for_each_seed(20, [](std::mt19937_64& random) {
    for (int i = 0; i < 500; ++i) {
      const big_decimal model = random_decimal(random);
      const std::string text = model.to_string();
      const auto n = number::parse(text);
      ASSERT_TRUE(n) << text;
      ASSERT_EQ(n->to_string(), text);
      ASSERT_EQ(parsed(model.to_scientific(random() % 2 == 0, random() % 2 == 0)), *n) << text;
      ASSERT_EQ(number::from_parts(n->negative(), n->coefficient(), n->exponent()), *n) << text;
    }
  });
}

TEST(NumberProperty, SumsDifferencesAndOrderAgreeWithTheModel) {
  for_each_seed(20, [](std::mt19937_64& random) {
    for (int i = 0; i < 500; ++i) {
      const big_decimal a = random_decimal(random);
      const big_decimal b = random() % 8 == 0 ? -a : random_decimal(random);
      const number x = parsed(a.to_string()), y = parsed(b.to_string());
      const std::string what = a.to_string() + " and " + b.to_string();

      ASSERT_EQ(x <=> y, a <=> b) << what;
      ASSERT_EQ(x == y, a == b) << what;
      ASSERT_TRUE(fits_like(number::add(x, y), a + b)) << what;
      ASSERT_TRUE(fits_like(number::subtract(x, y), a + -b)) << what;
    }
  });
}

TEST(NumberProperty, DoublesSurviveTheRoundTrip) {
  for_each_seed(20, [](std::mt19937_64& random) {
    std::uniform_real_distribution<double> mantissa(-1, 1);
    std::uniform_int_distribution<int> exponent(-430, 410);
    for (int i = 0; i < 500; ++i) {
      const double value = std::ldexp(mantissa(random), exponent(random));
      if (std::abs(value) < 1e-130) continue;
      const auto n = number::from_double(value);
      ASSERT_TRUE(n) << value;
      ASSERT_EQ(n->to_double(), value);
      ASSERT_EQ(n->to_double(), std::stod(n->to_string()));
    }
  });
}

TEST(Number, ASumThatDoesNotFitIsRefusedNotRounded) {
  const auto message = [](const result<number>& n) { return n ? n->to_string() : n.error().message(); };
  const std::string overflow =
      "Number overflow. Attempting to store a number with magnitude larger than supported range";
  const std::string too_many = "Attempting to store more than 38 significant digits in a Number";
  EXPECT_EQ(message(number::add(parsed("9.9999999999999999999999999999999999999E+125"), parsed("1E125"))), overflow);
  EXPECT_EQ(message(number::add(parsed("9E125"), parsed("1E125"))), overflow);
  EXPECT_EQ(message(number::add(parsed("1E125"), parsed("1E-130"))), too_many);
  EXPECT_EQ(message(number::add(parsed("99999999999999999999999999999999999999"), number(1))),
            "100000000000000000000000000000000000000");  // carries into one digit
  EXPECT_EQ(message(number::add(parsed("99999999999999999999999999999999999999"), number(2))), too_many);
  EXPECT_EQ(message(number::subtract(parsed("1E38"), number(1))), "99999999999999999999999999999999999999");
  EXPECT_EQ(message(number::subtract(parsed("2E38"), number(1))), too_many);
  EXPECT_EQ(message(number::subtract(parsed("1.1E-130"), parsed("1E-130"))),
            "Number underflow. Attempting to store a number with magnitude smaller than supported range");
  EXPECT_EQ(message(number::subtract(number(5), number(5))), "0");
  EXPECT_EQ(message(number::subtract(number(0), number(5))), "-5");
}

TEST(Number, FromPartsTakesWhatFitsAndNothingElse) {
  EXPECT_EQ(number::from_parts(true, 0, 5000), number());
  EXPECT_EQ(number::from_parts(true, 1200, -2), number(-12));
  EXPECT_EQ(number::from_parts(false, 1, 125), parsed("1e125"));
  EXPECT_EQ(number::from_parts(false, 1, 126), std::nullopt);
  EXPECT_EQ(number::from_parts(false, 1, -131), std::nullopt);
  EXPECT_EQ(number::from_parts(false, 10, -131), parsed("1e-130"));
  EXPECT_EQ(number::from_parts(false, ~uint128{0}, 0), std::nullopt);
  EXPECT_EQ(number::from_parts(false, 1, std::numeric_limits<int>::max()), std::nullopt);
  EXPECT_EQ(number::from_parts(false, 1, std::numeric_limits<int>::min()), std::nullopt);
}

struct size_case {
  const char* text;
  std::size_t size;
};

TEST(Number, CountsOneByteForEveryTwoDigitsOnEachSideOfThePoint) {
  const std::vector<size_case> cases = {
      {"0", 1},
      {"1", 2},
      {"10", 2},
      {"12", 2},
      {"100", 2},
      {"123", 3},
      {"123456", 4},
      {"3.14159", 5},
      {"-3.14159", 6},
      {"1E125", 2},
      {"1E-130", 2},
      {"-1E125", 3},
      {"0.5", 2},
      {"0.05", 2},
      {"0.12", 2},
      {"0.123", 3},
      {"1.5", 3},
      {"1.05", 3},
      {"100.05", 4},
      {"27", 2},
      {"-27", 3},
      {"461", 3},
      {"120", 2},
      {"12.12", 3},
      {"1.1", 3},
      {"1786461547", 6},
      {"123.001", 5},
      {"12345678901234567890123456789012345678", 20},
      {"-1.2345678901234567890123456789012345678", 22},
  };
  for (const auto& [text, size] : cases) EXPECT_EQ(parsed(text).size(), size) << text;
}

}  // namespace
}  // namespace dynamo
