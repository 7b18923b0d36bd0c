#include <dynamo/schema/codec.hpp>
#include <dynamo/schema/scalars.hpp>
#include <dynamo/value/number.hpp>

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

/// Floating-point values of everyday size are written without the detour over exact numbers: the same text.
namespace {

template <class Real>
void expect_exact_text(Real value) {
  dynamo::json::buffer text;
  dynamo::encoder out(text);
  dynamo::codec<Real>::write(out, value);
  const auto exact = [&] {
    if constexpr (std::is_same_v<Real, float>) {
      return dynamo::number::from_float(value);
    } else {
      return dynamo::number::from_double(value);
    }
  }();
  if (!exact) return;
  EXPECT_EQ(text.view(), R"({"N":")" + exact->to_string() + R"("})") << value;
}

TEST(real_text, is_that_of_the_exact_number) {
  for (const double value :
       {0.0, -0.0, 1e-5, 0.99e-5, 1e-4, 0.1, 19.99, 1e5, 999999.0, 999999.999, 1e6, 1e6 + 0.1, 1e15, 1e22}) {
    for (const double sign : {1.0, -1.0}) {
      expect_exact_text(sign * value);
      expect_exact_text(static_cast<float>(sign * value));
    }
  }
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 draw(seed);
  for (int i = 0; i < 20'000; ++i) {
    const auto value = std::bit_cast<double>(draw());
    if (std::isfinite(value)) expect_exact_text(value);
    expect_exact_text(std::round(static_cast<double>(draw() % 2'000'000'000)) / 1000.0);
    expect_exact_text(static_cast<float>(static_cast<double>(draw() % 2'000'000'000) / 1e5));
  }
}

}  // namespace
