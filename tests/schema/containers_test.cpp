#include "support.hpp"

#include <boost/container/flat_map.hpp>
#include <boost/container/flat_set.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace dynamo::test {
namespace {

template <class Set>
class any_set : public testing::Test {};
using sets_of_text =
    testing::Types<std::set<std::string>, std::set<std::string, std::less<>>, std::set<std::string, std::greater<>>,
                   std::unordered_set<std::string>, boost::container::flat_set<std::string>>;
TYPED_TEST_SUITE(any_set, sets_of_text);

TYPED_TEST(any_set, is_written_in_ascending_order_whatever_its_own) {
  TypeParam tags;
  for (const char* tag : {"priority", "europe", "gift-wrap", "\u00e9", "a\"b", ""}) tags.insert(std::string(tag));
  EXPECT_EQ(stored_as(tags), "{\"SS\":[\"\",\"a\\\"b\",\"europe\",\"gift-wrap\",\"priority\",\"\u00e9\"]}");
}
TYPED_TEST(any_set, reads_members_in_any_order_and_drops_what_comes_twice) {
  const auto tags = read_as<TypeParam>(R"({"SS":["b","c","a","b","\u0064"]})");
  ASSERT_TRUE(tags);
  EXPECT_EQ(*tags, (TypeParam{"a", "b", "c", "d"}));
}
TYPED_TEST(any_set, is_absent_when_empty_and_empty_when_null) {
  EXPECT_TRUE(codec<TypeParam>::absent(TypeParam()));
  const auto none = read_as<TypeParam>(R"({"NULL":true})");
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->empty());
}
TYPED_TEST(any_set, says_what_it_found_instead) {
  EXPECT_NE(problem_reading<TypeParam>(R"({"NS":["1"]})").find("expected a value of type SS"), std::string::npos);
  EXPECT_NE(problem_reading<TypeParam>(R"({"SS":[1]})"), "no error");
}
TYPED_TEST(any_set, replaces_what_was_there) {
  TypeParam tags{"old"};
  const json::buffer text(R"({"SS":["new"]})");
  json::cursor in(text);
  decoder from(in);
  detail::read_whole(from, tags);
  EXPECT_EQ(tags, (TypeParam{"new"}));
}

TEST(sets_of_numbers, are_written_by_value) {
  EXPECT_EQ(stored_as(std::unordered_set<int>{10, -3, 9, 100}), R"({"NS":["-3","9","10","100"]})");
  EXPECT_EQ(stored_as(boost::container::flat_set<double>{1.5, -2.0}), R"({"NS":["-2","1.5"]})");
  EXPECT_EQ(read_as<std::unordered_set<int>>(R"({"NS":["1","2"]})").value(), (std::unordered_set<int>{1, 2}));
}

template <class Map>
class any_map : public testing::Test {};
using maps_to_int = testing::Types<std::map<std::string, int>, std::map<std::string, int, std::greater<>>,
                                   std::unordered_map<std::string, int>, boost::container::flat_map<std::string, int>>;
TYPED_TEST_SUITE(any_map, maps_to_int);

TYPED_TEST(any_map, is_written_in_ascending_order_of_names) {
  TypeParam counts;
  for (const char* name : {"zebra", "ant", "\u00e9", "bee"}) counts[name] = static_cast<int>(counts.size());
  EXPECT_EQ(read_as<TypeParam>(stored_as(counts)).value(), counts);
  const std::string text = stored_as(counts);
  EXPECT_LT(text.find("ant"), text.find("bee"));
  EXPECT_LT(text.find("bee"), text.find("zebra"));
  EXPECT_LT(text.find("zebra"), text.find("\u00e9"));
}
TYPED_TEST(any_map, reads_members_in_any_order_the_last_of_one_name_counts) {
  EXPECT_EQ(read_as<TypeParam>(R"({"M":{"b":{"N":"1"},"a":{"N":"2"},"b":{"N":"3"}}})").value(),
            (TypeParam{{"a", 2}, {"b", 3}}));
  EXPECT_EQ(stored_as(TypeParam()), R"({"M":{}})");
}
TYPED_TEST(any_map, names_the_member_that_does_not_fit) {
  EXPECT_EQ(problem_reading<TypeParam>(R"({"M":{"a":{"S":"x"}}})"),
            "attribute `a`: expected a value of type N, found one of type S");
}

struct shelf {
  std::unordered_map<std::string, std::unordered_set<std::string>> books;
  boost::container::flat_set<std::int64_t> years;
};
TEST(containers, nest_in_structs) {
  shelf one;
  one.books["b"] = {"y", "x"};
  one.books["a"] = {"z"};
  one.years = {2001, 1999};
  const std::string text =
      R"({"M":{"books":{"M":{"a":{"SS":["z"]},"b":{"SS":["x","y"]}}},"years":{"NS":["1999","2001"]}}})";
  EXPECT_EQ(stored_as(one), text);
  const auto again = read_as<shelf>(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->books, one.books);
  EXPECT_EQ(again->years, one.years);
}

}  // namespace
}  // namespace dynamo::test
