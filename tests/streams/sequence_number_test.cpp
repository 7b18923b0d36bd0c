#include <dynamo/streams/sequence_number.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <set>
#include <unordered_set>

namespace {

using dynamo::sequence_number;

sequence_number number(std::string_view digits) {
  const auto parsed = sequence_number::parse(digits);
  EXPECT_TRUE(parsed) << digits;
  return parsed.value_or(sequence_number());
}

TEST(sequence_number, reads_and_prints_every_length) {
  std::string digits;
  for (int length = 1; length <= 40; ++length) {
    digits += static_cast<char>('0' + length % 10);
    EXPECT_EQ(number(digits).to_string(), digits);
    EXPECT_EQ(number("1" + std::string(static_cast<std::size_t>(length - 1), '0')).to_string().size(),
              static_cast<std::size_t>(length));
  }
  EXPECT_EQ(number(std::string(40, '9')).to_string(), std::string(40, '9'));
}

TEST(sequence_number, is_ordered_as_a_number_and_not_as_text) {
  EXPECT_LT(number("99999999999999999999"), number("100000000000000000000"));
  EXPECT_LT(number("9"), number("10"));
  EXPECT_LT(number("18446744073709551615"), number("18446744073709551616"));
  EXPECT_LT(number("9999999999999999999"), number("10000000000000000000"));
  EXPECT_LT(number("99999999999999999999999999999999999999"), number("100000000000000000000000000000000000000"));
  EXPECT_EQ(number("000123"), number("123"));
  EXPECT_EQ(number("0"), sequence_number());
  EXPECT_LT(sequence_number(), number("1"));
}

TEST(sequence_number, refuses_what_is_no_number) {
  for (const std::string& text : {std::string(), std::string("-1"), std::string("1.0"), std::string(" 1"),
                                  std::string("1e9"), std::string(41, '1')}) {
    const auto parsed = sequence_number::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code(), dynamo::errc::invalid_argument);
  }
}

TEST(sequence_number, random_numbers_are_ordered_like_padded_text_and_hash_like_themselves) {
  dynamo::testing_support::for_each_seed(20, [](std::mt19937_64& random) {
    const auto draw = [&] {
      std::string digits(1 + random() % 40, '0');
      for (char& c : digits) c = static_cast<char>('0' + random() % 10);
      return digits;
    };
    const auto padded = [](const std::string& digits) { return std::string(40 - digits.size(), '0') + digits; };
    std::set<std::string> texts;
    std::set<sequence_number> numbers;
    std::unordered_set<sequence_number> hashed;
    std::string last = draw();
    for (int i = 0; i < 200; ++i) {
      const std::string next = random() % 3 == 0 ? last.substr(0, last.size() - 1) + "7" : draw();
      EXPECT_EQ(number(last) <=> number(next), padded(last) <=> padded(next)) << last << ' ' << next;
      EXPECT_EQ(padded(number(next).to_string().substr(0, 40)), padded(next));
      texts.insert(padded(next));
      numbers.insert(number(next));
      hashed.insert(number(next));
      last = next;
    }
    EXPECT_EQ(texts.size(), numbers.size());
    EXPECT_EQ(texts.size(), hashed.size());
  });
}

}  // namespace
