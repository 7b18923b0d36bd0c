// Entries of Expected and of filters: which of their members go together, and how they are joined.
#include <engine/legacy/legacy_condition.hpp>

#include "printed_tree.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dynamo::engine {
namespace {

const std::string invalid = "One or more parameter values were invalid: ";
const std::string one = R"({"N":"1"})", two = R"({"N":"2"})";
using list = std::vector<std::string>;

std::string expected(legacy_conditions all, conditional_operator joined = conditional_operator::all) {
  const std::string text = printed(expected_tree(all, joined));
  return text.substr(0, text.find(",\"Expression"));
}
std::string filter(legacy_conditions all, conditional_operator joined = conditional_operator::all) {
  const std::string text = printed(filter_tree(all, joined));
  return text.substr(0, text.find(",\"Expression"));
}

struct expectation {
  legacy_condition entry;
  std::string text;
};

TEST(LegacyCondition, OfExpectedIsAValueOrAComparison) {
  const std::vector<expectation> cases{
      {{"a", {}, {}, one, {}}, "#0 = :0"},
      {{"a", {}, {}, one, true}, "#0 = :0"},
      {{"a", {}, {}, {}, false}, "attribute_not_exists(#0)"},
      {{"a", comparison::less, {}, one, {}}, "#0 < :0"},
      {{"a", comparison::less, list{one}, {}, {}}, "#0 < :0"},
      {{"a", comparison::null, {}, {}, {}}, "attribute_not_exists(#0)"},
      {{"a", comparison::null, list{}, {}, {}}, "attribute_not_exists(#0)"},
      {{"a", comparison::between, list{one, two}, {}, {}}, "#0 BETWEEN :0 AND :1"},
      {{"a", {}, {}, {}, true}, invalid + "Value must be provided when Exists is true for Attribute: a"},
      {{"a", {}, {}, {}, {}}, invalid + "Value must be provided when Exists is null for Attribute: a"},
      {{"a", {}, {}, one, false}, invalid + "Value cannot be used when Exists is false for Attribute: a"},
      {{"a", comparison::equal, {}, {}, {}},
       invalid + "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a"},
      {{"a", comparison::equal, {}, one, true},
       invalid + "Exists and ComparisonOperator cannot be used together for Attribute: a"},
      {{"a", comparison::null, {}, {}, false},
       invalid + "Exists and ComparisonOperator cannot be used together for Attribute: a"},
      {{"a", comparison::equal, list{one}, one, {}},
       invalid + "Value and AttributeValueList cannot be used together for Attribute: a"},
      {{"a", {}, list{one}, {}, {}},
       invalid + "AttributeValueList can only be used with a ComparisonOperator for Attribute: a"},
      {{"a", comparison::equal, list{}, {}, {}},
       invalid + "Invalid number of argument(s) for the EQ ComparisonOperator"},
      {{"a", comparison::between, {}, one, {}},
       invalid + "Invalid number of argument(s) for the BETWEEN ComparisonOperator"},
      {{"a", comparison::null, {}, one, {}}, invalid + "Invalid number of argument(s) for the NULL ComparisonOperator"},
  };
  for (const expectation& c : cases) EXPECT_EQ(expected({c.entry}), c.text);
}

TEST(LegacyCondition, OfAFilterHasItsValuesInAList) {
  EXPECT_EQ(filter({{"a", comparison::equal, list{one}, {}, {}}}), "#0 = :0");
  EXPECT_EQ(filter({{"a", comparison::not_null, {}, {}, {}}}), "attribute_exists(#0)");
  EXPECT_EQ(filter({{"a", comparison::equal, {}, {}, {}}}),
            invalid + "Invalid number of argument(s) for the EQ ComparisonOperator");
}

TEST(LegacyCondition, SeveralAreJoined) {
  const legacy_conditions both{{"a", comparison::equal, list{one}, {}, {}},
                               {"b", comparison::not_contains, list{R"({"S":"x"})"}, {}, {}},
                               {"c", comparison::null, {}, {}, {}}};
  EXPECT_EQ(filter(both), "#0 = :0 AND (attribute_exists(#1) AND NOT contains(#1, :1)) AND attribute_not_exists(#2)");
  EXPECT_EQ(filter(both, conditional_operator::any),
            "#0 = :0 OR (attribute_exists(#1) AND NOT contains(#1, :1)) OR attribute_not_exists(#2)");
  EXPECT_EQ(filter({both[0]}, conditional_operator::any), "#0 = :0");
}

TEST(LegacyCondition, OfSeveralFaultsTheFirstIsTold) {
  EXPECT_EQ(expected({{"a", {}, {}, one, {}}, {"b", {}, {}, {}, true}, {"c", comparison::equal, {}, {}, {}}}),
            invalid + "Value must be provided when Exists is true for Attribute: b");
}

TEST(LegacyCondition, ThereAreAtMostSoMany) {
  legacy_conditions many;
  for (int i = 0; i < 300; ++i) many.push_back({"a" + std::to_string(i), comparison::null, {}, {}, {}});
  EXPECT_TRUE(filter_tree(many, conditional_operator::all));
  many.push_back({"b", comparison::null, {}, {}, {}});
  EXPECT_FALSE(filter_tree(many, conditional_operator::all));
}

}  // namespace
}  // namespace dynamo::engine
