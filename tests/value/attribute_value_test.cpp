#include <dynamo/value/attribute_value.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace dynamo {
namespace {

number parsed(std::string_view text) { return number::parse(text).value(); }

/// One value of each type, in the order of attribute_type.
std::vector<attribute_value> one_of_each() {
  return {attribute_value("text"),
          attribute_value(7),
          attribute_value(to_binary("bytes")),
          attribute_value(true),
          attribute_value(null_t{}),
          attribute_value(attribute_value::map{{"a", 1}}),
          attribute_value(attribute_value::list{1, "two"}),
          attribute_value(string_set({"x"})),
          attribute_value(number_set({1})),
          attribute_value(binary_set({to_binary("b")}))};
}

TEST(AttributeType, HasTheLettersOfTheWireAndBack) {
  const std::array<std::string_view, 10> letters = {"S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"};
  const auto values = one_of_each();
  ASSERT_EQ(values.size(), letters.size());
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const auto type = static_cast<attribute_type>(i);
    EXPECT_EQ(to_string(type), letters[i]);
    EXPECT_EQ(attribute_type_from(letters[i]), type);
    EXPECT_EQ(values[i].type(), type) << letters[i];
  }
  for (const std::string_view wrong : {"", "s", "NUL", "null", "X", "SSS", "BOOLEAN"}) {
    EXPECT_EQ(attribute_type_from(wrong), std::nullopt) << wrong;
  }
}

TEST(AttributeValue, ValuesOfDifferentTypesAreNeverEqual) {
  const auto values = one_of_each(), same = one_of_each();
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = 0; j < same.size(); ++j) EXPECT_EQ(values[i] == same[j], i == j) << i << ' ' << j;
  }
}

TEST(AttributeValue, NumbersAreEqualByValueWhateverTheirText) {
  EXPECT_EQ(attribute_value(parsed("1.50")), attribute_value(parsed("15e-1")));
  EXPECT_EQ(attribute_value(0), attribute_value(parsed("-0")));
  EXPECT_NE(attribute_value(1), attribute_value(2));
}

TEST(AttributeValue, IsNullUntilToldOtherwise) { EXPECT_EQ(attribute_value(), attribute_value(null_t{})); }

TEST(SetOf, SortsItsMembersAndDropsWhatOccursTwice) {
  EXPECT_EQ(string_set({"b", "a", "b", ""}).members(), (std::vector<std::string>{"", "a", "b"}));
  // By UTF-8 bytes, so that what lies above the ASCII letters comes after them.
  EXPECT_EQ(string_set({"\xC3\xA9", "z", "Z"}).members(), (std::vector<std::string>{"Z", "z", "\xC3\xA9"}));
  EXPECT_EQ(number_set({10, 9, parsed("-1.5"), parsed("9.0"), 0}).members(),
            (std::vector<number>{parsed("-1.5"), 0, 9, 10}));
  EXPECT_EQ(binary_set({to_binary("\xFF"), to_binary("a"), to_binary("ab"), to_binary("a")}).members(),
            (std::vector<binary>{to_binary("a"), to_binary("ab"), to_binary("\xFF")}));
  EXPECT_EQ(string_set({"a", "b"}), string_set({"b", "a"}));
}

TEST(SizeOf, CountsBytesAsTheServiceDoes) {
  const std::vector<std::pair<attribute_value, std::size_t>> cases = {
      {"", 0},
      {"h\xC3\xA9", 3},
      {parsed("3.14159"), 5},
      {0, 1},
      {to_binary("four"), 4},
      {true, 1},
      {null_t{}, 1},
      {attribute_value::list{}, 3},
      {attribute_value::map{}, 3},
      {attribute_value::list{"ab", 1}, 3 + (1 + 2) + (1 + 2)},
      {attribute_value::map{{"key", "ab"}}, 3 + (1 + 3 + 2)},
      {attribute_value::map{{"key", attribute_value::list{true}}}, 3 + (1 + 3 + (3 + 1 + 1))},
      {string_set({"a", "bcd"}), 4},
      {number_set({1, -27}), 5},
      {binary_set({to_binary("xyz")}), 3},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) EXPECT_EQ(size_of(cases[i].first), cases[i].second) << i;
  EXPECT_EQ(size_of(item{}), 0U);
  EXPECT_EQ(size_of(item{{"id", "user123"}, {"age", 42}}), 2U + 7 + 3 + 2);
}

}  // namespace
}  // namespace dynamo
