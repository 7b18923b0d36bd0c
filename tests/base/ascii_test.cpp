#include <dynamo/base/detail/ascii.hpp>

#include <gtest/gtest.h>

namespace dynamo {
namespace {

TEST(ascii, letters_and_digits) {
  EXPECT_EQ(ascii_lower("aZ@[`{-\xc3\x84"), "az@[`{-\xc3\x84");
  EXPECT_TRUE(equals_without_case("TruE", "true"));
  EXPECT_FALSE(equals_without_case("true ", "true"));
  EXPECT_FALSE(equals_without_case("tru", "true"));
  EXPECT_TRUE(is_ascii_letter('a') && is_ascii_letter('Z') && !is_ascii_letter('@') && !is_ascii_letter('\xe4'));
  EXPECT_TRUE(is_ascii_digit('0') && is_ascii_digit('9') && !is_ascii_digit('/') && !is_ascii_digit(':'));
}

TEST(ascii, whole_numbers) {
  const struct {
    std::string_view text;
    std::optional<std::int64_t> number;
  } rows[] = {
      {"0", 0},
      {"007", 7},
      {"9223372036854775807", INT64_MAX},
      {"9223372036854775808", std::nullopt},
      {"", std::nullopt},
      {"-1", std::nullopt},
      {"+1", std::nullopt},
      {" 1", std::nullopt},
      {"1 ", std::nullopt},
      {"1.0", std::nullopt},
      {"x", std::nullopt},
  };
  for (const auto& row : rows) EXPECT_EQ(whole_number(row.text), row.number) << row.text;
}

}  // namespace
}  // namespace dynamo
