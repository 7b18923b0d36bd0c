#include <schema/direct.hpp>

#include "support.hpp"

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <charconv>
#include <limits>
#include <random>
#include <string>

namespace dynamo::test {
namespace {

struct plain {
  std::string text;
  std::int64_t number = 0;
  std::uint64_t count = 0;
  double real = 0;
  bool flag = false;
};
std::string item(std::string_view text, std::string_view number, std::string_view count, std::string_view real,
                 std::string_view flag) {
  return R"({"M":{"count":)" + std::string(count) + R"(,"flag":)" + std::string(flag) + R"(,"number":)" +
         std::string(number) + R"(,"real":)" + std::string(real) + R"(,"text":)" + std::string(text) + "}}";
}
constexpr std::string_view text_1 = R"({"S":"a"})", one = R"({"N":"1"})", yes = R"({"BOOL":true})";

TEST(direct_reading, takes_unusual_spellings_for_the_same_values) {
  const auto usual = read_as<plain>(item(text_1, one, one, one, yes));
  const auto unusual = read_as<plain>(
      item(R"({ "S" : "\u0061" })", R"({"N":"0.1e1"})", R"({"N":"1.0"} )", R"( {"N":"10e-1"})", R"({"BOOL": true})"));
  for (const result<plain>* read : {&usual, &unusual}) {
    ASSERT_TRUE(*read) << read->error().message();
    EXPECT_EQ((*read)->text, "a");
    EXPECT_EQ((*read)->number, 1);
    EXPECT_EQ((*read)->count, 1u);
    EXPECT_EQ((*read)->real, 1.0);
    EXPECT_TRUE((*read)->flag);
  }
}
TEST(direct_reading, holds_the_limits_of_the_types) {
  const auto ends = read_as<plain>(item(text_1, R"({"N":"-9223372036854775808"})", R"({"N":"18446744073709551615"})",
                                        R"({"N":"1.7976931348623157e308"})", R"({"BOOL":false})"));
  ASSERT_TRUE(ends);
  EXPECT_EQ(ends->number, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(ends->count, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(ends->real, std::numeric_limits<double>::max());
  EXPECT_NE(problem_reading<plain>(item(text_1, R"({"N":"9223372036854775808"})", one, one, yes)), "no error");
  EXPECT_NE(problem_reading<plain>(item(text_1, one, R"({"N":"-1"})", one, yes)), "no error");
}
TEST(direct_reading, says_what_is_wrong_as_the_codecs_do) {
  EXPECT_EQ(problem_reading<plain>(item(one, one, one, one, yes)),
            "attribute `text`: expected a value of type S, found one of type N");
  EXPECT_EQ(problem_reading<plain>(item(text_1, text_1, one, one, yes)),
            "attribute `number`: expected a value of type N, found one of type S");
  EXPECT_EQ(problem_reading<plain>(item(text_1, one, one, one, text_1)),
            "attribute `flag`: expected a value of type BOOL, found one of type S");
  for (const std::string_view bad :
       {R"({"N":""})", R"({"N":"-"})", R"({"N":"1x"})", R"({"N":"."})", R"({"N":"1..2"})"}) {
    EXPECT_NE(problem_reading<plain>(item(text_1, bad, one, one, yes)), "no error") << bad;
    EXPECT_NE(problem_reading<plain>(item(text_1, one, one, bad, yes)), "no error") << bad;
  }
  for (const std::string_view bad : {R"({"S":"a")", R"({"S":"a","S":"b"})", R"({"S":a})", "{\"S\":\"\x01\"}"}) {
    EXPECT_NE(problem_reading<plain>(item(bad, one, one, one, yes)), "no error") << bad;
  }
}
TEST(direct_reading, refuses_a_text_cut_anywhere) {
  const std::string whole = item(text_1, one, one, one, yes);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(problem_reading<plain>(whole.substr(0, size)), "no error") << size;
  }
}

TEST(plain_numbers, are_the_doubles_nearest_to_their_texts) {
  testing_support::for_each_seed(4, [](std::mt19937_64& random) {
    for (int i = 0; i < 20'000; ++i) {
      std::string text = std::to_string(random() >> (14 + random() % 50));
      if (const std::size_t decimals = random() % 16; decimals != 0) {
        if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
        text.insert(text.size() - decimals, ".");
      }
      if (random() % 2 != 0) text.insert(0, "-");
      double direct = 0, exact = 0;
      if (!detail::read_plain(text, direct)) continue;
      std::from_chars(text.data(), text.data() + text.size(), exact);
      ASSERT_EQ(direct, exact) << text;
    }
  });
}
TEST(plain_numbers, leave_to_the_codec_what_they_do_not_know) {
  double real = 7;
  for (const std::string_view text :
       {"", "-", ".5", "5.", "1e3", "-0", "1.2.3", "0x1", "1234567890123456", "+1", "inf"}) {
    EXPECT_FALSE(detail::read_plain(text, real)) << text;
  }
  std::int64_t number = 7;
  for (const std::string_view text : {"", "-", "1.0", "1e3", "1234567890123456789", "+1"}) {
    EXPECT_FALSE(detail::read_plain(text, number)) << text;
  }
  EXPECT_EQ(real, 7);
  EXPECT_EQ(number, 7);
}

}  // namespace
}  // namespace dynamo::test
