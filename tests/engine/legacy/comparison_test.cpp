// The 13 comparison operators as expressions, how many values of which types they take, and what they mean for an item.
#include <engine/legacy/comparison.hpp>

#include "printed_tree.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/json/buffer.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dynamo::engine {
namespace {

const std::string invalid = "One or more parameter values were invalid: ";
const std::vector<std::string> one_of_each{
    R"({"S":"s"})",       R"({"N":"1"})",         R"({"B":"AA=="})", R"({"SS":["s"]})",  R"({"NS":["1"]})",
    R"({"BS":["AA=="]})", R"({"L":[{"S":"s"}]})", R"({"M":{}})",     R"({"BOOL":true})", R"({"NULL":true})"};
const std::vector<comparison> all_comparisons{
    comparison::equal,         comparison::not_equal,    comparison::less_equal,  comparison::less,
    comparison::greater_equal, comparison::greater,      comparison::not_null,    comparison::null,
    comparison::contains,      comparison::not_contains, comparison::begins_with, comparison::in,
    comparison::between};

struct translation {
  comparison what;
  std::vector<std::string> values;
  std::string text;
};

TEST(Comparison, HasAnExpression) {
  const std::string one = R"({"N":"1"})", two = R"({"N":"2"})", text = R"({"S":"t"})";
  const std::string name = R"(,"ExpressionAttributeNames":{"#0":"a"})";
  const auto values = [&](const std::string& list) { return name + R"(,"ExpressionAttributeValues":{)" + list + "}"; };
  const std::vector<translation> cases{
      {comparison::equal, {one}, "#0 = :0" + values(R"(":0":{"N":"1"})")},
      {comparison::not_equal, {one}, "#0 <> :0" + values(R"(":0":{"N":"1"})")},
      {comparison::less_equal, {one}, "#0 <= :0" + values(R"(":0":{"N":"1"})")},
      {comparison::less, {one}, "#0 < :0" + values(R"(":0":{"N":"1"})")},
      {comparison::greater_equal, {one}, "#0 >= :0" + values(R"(":0":{"N":"1"})")},
      {comparison::greater, {one}, "#0 > :0" + values(R"(":0":{"N":"1"})")},
      {comparison::not_null, {}, "attribute_exists(#0)" + name},
      {comparison::null, {}, "attribute_not_exists(#0)" + name},
      {comparison::contains, {text}, "contains(#0, :0)" + values(R"(":0":{"S":"t"})")},
      {comparison::not_contains, {text}, "attribute_exists(#0) AND NOT contains(#0, :0)" + values(R"(":0":{"S":"t"})")},
      {comparison::begins_with, {text}, "begins_with(#0, :0)" + values(R"(":0":{"S":"t"})")},
      {comparison::in, {one, two}, "#0 IN (:0, :1)" + values(R"(":0":{"N":"1"},":1":{"N":"2"})")},
      {comparison::between, {one, two}, "#0 BETWEEN :0 AND :1" + values(R"(":0":{"N":"1"},":1":{"N":"2"})")},
      {comparison::between, {one, one}, "#0 BETWEEN :0 AND :1" + values(R"(":0":{"N":"1"},":1":{"N":"1"})")},
  };
  for (const translation& c : cases) EXPECT_EQ(printed(compare("a", c.what, c.values)), c.text);
}

TEST(Comparison, TakesSoManyValues) {
  for (const comparison what : all_comparisons) {
    for (std::size_t count = 0; count <= 3; ++count) {
      const bool none = what == comparison::null || what == comparison::not_null;
      const bool takes = none                          ? count == 0
                         : what == comparison::between ? count == 2
                         : what == comparison::in      ? count > 0
                                                       : count == 1;
      const auto made = compare("a", what, std::vector<std::string>(count, R"({"S":"s"})"));
      EXPECT_EQ(made.has_value(), takes) << to_string(what) << ' ' << count;
      if (!made) {
        EXPECT_EQ(made.error().message(), invalid + "Invalid number of argument(s) for the " +
                                              std::string(to_string(what)) + " ComparisonOperator");
      }
    }
    EXPECT_EQ(takes_values(what), what != comparison::null && what != comparison::not_null);
  }
  EXPECT_TRUE(compare("a", comparison::in, std::vector<std::string>(100, R"({"S":"s"})")));
  EXPECT_FALSE(compare("a", comparison::in, std::vector<std::string>(101, R"({"S":"s"})")));
}

TEST(Comparison, TakesValuesOfSomeTypes) {
  for (const comparison what : all_comparisons) {
    if (!takes_values(what)) continue;
    for (std::size_t type = 0; type < one_of_each.size(); ++type) {
      const bool takes = what == comparison::equal || what == comparison::not_equal ? true
                         : what == comparison::begins_with                          ? type == 0 || type == 2
                                                                                    : type < 3;
      const std::size_t count = what == comparison::between ? 2 : 1;
      const auto made = compare("a", what, std::vector<std::string>(count, one_of_each[type]));
      EXPECT_EQ(made.has_value(), takes) << to_string(what) << ' ' << one_of_each[type];
    }
  }
  EXPECT_EQ(printed(compare("a", comparison::less_equal, {R"({"SS":["s"]})"})),
            invalid + "ComparisonOperator LE is not valid for SS AttributeValue type");
  EXPECT_EQ(printed(compare("a", comparison::begins_with, {R"({"N":"1"})"})),
            invalid + "ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type");
}

TEST(Comparison, OfSeveralValuesWantsOneType) {
  for (const comparison what : {comparison::in, comparison::between}) {
    EXPECT_EQ(printed(compare("a", what, {R"({"S":"1"})", R"({"N":"2"})"})),
              invalid + "AttributeValues inside AttributeValueList must be of same type");
  }
}

TEST(Comparison, OfBoundsOutOfOrderIsRefused) {
  const std::vector<std::vector<std::string>> reversed{
      {R"({"S":"b"})", R"({"S":"a"})"}, {R"({"N":"10"})", R"({"N":"9"})"}, {R"({"B":"AQ=="})", R"({"B":"AA=="})"}};
  for (const auto& bounds : reversed) {
    EXPECT_EQ(printed(compare("a", comparison::between, bounds)),
              "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound");
  }
}

struct meaning {
  std::string item;
  comparison what;
  std::vector<std::string> values;
  bool holds;
};

TEST(Comparison, MeansForAnItem) {
  const std::string none = "{}", null = R"({"a":{"NULL":true}})", text = R"({"a":{"S":"horse"}})",
                    number = R"({"a":{"N":"6"}})", set = R"({"a":{"SS":["horse","owl"]}})",
                    list = R"({"a":{"L":[{"S":"horse"},{"N":"6"}]}})", binary = R"({"a":{"B":"AAEC"}})";
  const std::string horse = R"({"S":"horse"})", hors = R"({"S":"hors"})", six = R"({"N":"6"})", seven = R"({"N":"7"})";
  const std::vector<meaning> cases{
      // An attribute that is not there: NULL and NE hold, and nothing else.
      {none, comparison::null, {}, true},
      {none, comparison::not_null, {}, false},
      {none, comparison::equal, {horse}, false},
      {none, comparison::not_equal, {horse}, true},
      {none, comparison::less, {six}, false},
      {none, comparison::greater_equal, {six}, false},
      {none, comparison::contains, {horse}, false},
      {none, comparison::not_contains, {horse}, false},
      {none, comparison::begins_with, {hors}, false},
      {none, comparison::in, {horse}, false},
      {none, comparison::between, {six, seven}, false},
      // One of type NULL is there.
      {null, comparison::null, {}, false},
      {null, comparison::not_null, {}, true},
      {null, comparison::equal, {R"({"NULL":true})"}, true},
      {null, comparison::not_contains, {horse}, true},
      // Other types are never equal and never in order.
      {number, comparison::equal, {R"({"S":"6"})"}, false},
      {number, comparison::not_equal, {R"({"S":"6"})"}, true},
      {number, comparison::equal, {R"({"NS":["6"]})"}, false},
      {number, comparison::less_equal, {R"({"S":"6"})"}, false},
      {number, comparison::less_equal, {six}, true},
      {number, comparison::less, {six}, false},
      {number, comparison::greater_equal, {six}, true},
      {number, comparison::greater, {six}, false},
      {number, comparison::between, {six, seven}, true},
      {number, comparison::in, {seven, six}, true},
      {number, comparison::in, {seven}, false},
      // CONTAINS looks into texts, binaries, sets and lists.
      {text, comparison::contains, {R"({"S":"ors"})"}, true},
      {text, comparison::not_contains, {R"({"S":"ors"})"}, false},
      {text, comparison::not_contains, {R"({"S":"cow"})"}, true},
      {text, comparison::begins_with, {hors}, true},
      {text, comparison::begins_with, {R"({"B":"aG9ycw=="})"}, false},
      {set, comparison::contains, {horse}, true},
      {set, comparison::contains, {hors}, false},
      {set, comparison::not_contains, {hors}, true},
      {set, comparison::not_contains, {horse}, false},
      {set, comparison::equal, {R"({"SS":["horse","owl"]})"}, true},
      {list, comparison::contains, {six}, true},
      {list, comparison::not_contains, {seven}, true},
      {binary, comparison::contains, {R"({"B":"AQI="})"}, true},
      {binary, comparison::begins_with, {R"({"B":"AAE="})"}, true},
  };
  for (const meaning& c : cases) {
    const auto made = compare("a", c.what, c.values);
    ASSERT_TRUE(made) << made.error().message();
    const json::buffer item(c.item);
    EXPECT_EQ(expression::evaluate(*made, item.view()), c.holds) << c.item << ' ' << to_string(c.what);
  }
}

TEST(Comparison, FindsKeysWhereItSelectsARange) {
  for (const comparison what : all_comparisons) {
    const bool finds = what == comparison::equal || what == comparison::less_equal || what == comparison::less ||
                       what == comparison::greater_equal || what == comparison::greater ||
                       what == comparison::begins_with || what == comparison::between;
    EXPECT_EQ(is_indexable(what), finds) << to_string(what);
  }
}

}  // namespace
}  // namespace dynamo::engine
