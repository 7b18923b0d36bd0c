#include <dynamo/json/canonical.hpp>

#include <gtest/gtest.h>

#include <array>

/// One pass over an item finds what one pass for each name finds.
namespace {

namespace json = dynamo::json;

TEST(find_attributes, finds_in_one_pass_what_find_attribute_finds_one_by_one) {
  const json::buffer item(
      R"({"":{"N":"1"},"a":{"S":"}\"{"},"a\"b":{"M":{"c":{"S":"x"}}},"b":{"SS":["]","a"]},"c":{"NULL":true}})");
  const std::array<std::string_view, 9> names{"", "A", "a", "a\"b", "aa", "b", "bb", "c", "d"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (std::size_t j = i + 1; j < names.size(); ++j) {
      const std::array<std::string_view, 2> wanted{names[i], names[j]};
      std::array<std::optional<std::string_view>, 2> found{"stale", "stale"};
      json::find_attributes(item.view(), wanted, found);
      EXPECT_EQ(found[0], json::find_attribute(item.view(), names[i])) << names[i] << " and " << names[j];
      EXPECT_EQ(found[1], json::find_attribute(item.view(), names[j])) << names[i] << " and " << names[j];
    }
  }
}

TEST(find_attributes, finds_nothing_in_an_empty_item) {
  const json::buffer item("{}");
  const std::array<std::string_view, 1> wanted{"a"};
  std::array<std::optional<std::string_view>, 1> found{"stale"};
  json::find_attributes(item.view(), wanted, found);
  EXPECT_FALSE(found[0]);
}

}  // namespace
