#include "support.hpp"

#include <dynamo/expression/parse.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::expression::test {
namespace {

result<key_condition> validated(std::string_view text, std::string_view sort = "sk") {
  placeholders bound = usual();
  const auto parsed = parse_condition(text, bound, parameter::key_condition);
  if (!parsed) return fail(parsed.error());
  return to_key_condition(*parsed, "pk", sort);
}

struct range_case {
  std::string_view text;
  std::optional<key_condition::range::kind> what;
  std::string_view low = R"({"N":"3"})";
  std::string_view high = {};
};

TEST(key_condition, takes_the_partition_keys_value_and_one_condition_on_the_sort_key) {
  using enum key_condition::range::kind;
  const std::vector<range_case> cases = {
      {"pk = :s", std::nullopt},
      {":s = pk", std::nullopt},
      {"(pk = :s)", std::nullopt},
      {"pk = :s AND sk = :n", equal},
      {"sk < :n AND pk = :s", less},
      {"(pk = :s) AND (sk <= :n)", less_equal},
      {"pk = :s AND sk > :n", greater},
      {"pk = :s AND sk >= :n", greater_equal},
      {"pk = :s AND :n < sk", greater},
      {"pk = :s AND :n >= sk", less_equal},
      {"pk = :s AND sk BETWEEN :one AND :n", between, R"({"N":"1"})", R"({"N":"3"})"},
      {"pk = :s AND begins_with(sk, :t)", begins_with, R"({"S":"te"})"},
  };
  for (const range_case& c : cases) {
    const auto found = validated(c.text);
    ASSERT_TRUE(found) << c.text << "\n" << message_of(found);
    EXPECT_EQ(found->partition.attribute, "pk");
    EXPECT_EQ(found->partition.value, R"({"S":"text"})");
    ASSERT_EQ(found->sort.has_value(), c.what.has_value()) << c.text;
    if (!c.what) continue;
    EXPECT_EQ(found->sort->attribute, "sk");
    EXPECT_EQ(found->sort->what, *c.what) << c.text;
    EXPECT_EQ(found->sort->low, c.low) << c.text;
    EXPECT_EQ(found->sort->high, c.high) << c.text;
  }
}

struct refusal {
  std::string_view text;
  std::string_view message;
};

TEST(key_condition, refuses_in_the_words_of_dynamodb) {
  const std::vector<refusal> cases = {
      {"pk = :s OR sk = :n", "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: OR"},
      {"NOT pk = :s", "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: NOT"},
      {"pk <> :s", "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: <>"},
      {"pk IN (:s)", "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: IN"},
      {"attribute_exists(pk)",
       "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: attribute_exists"},
      {"pk = :s AND contains(sk, :s)",
       "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: contains"},
      {"size(pk) = :n", "Invalid KeyConditionExpression: KeyConditionExpressions cannot contain nested operations"},
      {":s BETWEEN sk AND :t",
       "Invalid KeyConditionExpression: Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand"},
      {"begins_with(:s, sk)",
       "Invalid KeyConditionExpression: Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand"},
      {"pk = sk",
       "Invalid KeyConditionExpression: Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"},
      {":s = :t",
       "Invalid KeyConditionExpression: Invalid condition in KeyConditionExpression: No key attribute specified"},
      {"pk.x = :s",
       "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes"},
      {"pk = :s AND pk = :t",
       "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key"},
      {"pk = :s AND sk > :one AND sk < :n",
       "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key"},
      {"pk = :s AND sk > :one AND third < :n", "Conditions can be of length 1 or 2 only"},
      {"sk = :n", "Query condition missed key schema element: pk"},
      {"pk = :s AND third = :n", "Query condition missed key schema element: sk"},
      {"pk > :s", "Query key condition not supported"},
      {"begins_with(pk, :s)", "Query key condition not supported"},
      {"pk = :s AND begins_with(sk, :n)",
       "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, "
       "operand type: N"},
      {"pk = :s AND sk < :bool",
       "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: <, operand "
       "type: BOOL"},
  };
  for (const refusal& r : cases) EXPECT_EQ(message_of(validated(r.text)), r.message) << r.text;
}

result<composite_key_condition> composite(std::string_view text) {
  static constexpr std::string_view partition[] = {"a", "b"};
  static constexpr std::string_view sort[] = {"c", "d", "e"};
  placeholders bound = usual();
  const auto parsed = parse_condition(text, bound, parameter::key_condition);
  if (!parsed) return fail(parsed.error());
  return to_key_condition(*parsed, partition, sort);
}

TEST(key_condition, of_several_attributes_takes_clauses_in_any_order) {
  struct taken {
    std::string_view text;
    std::string sort;  // attributes in the key's order, an equality as "=", another clause as "~"
  };
  const std::vector<taken> cases = {
      {"b = :s AND a = :t", ""},
      {"c = :n AND b = :s AND a = :t", "c="},
      {"a = :t AND b = :s AND c < :n", "c~"},
      {"d BETWEEN :one AND :n AND a = :t AND c = :n AND b = :s", "c=d~"},
      {"e > :n AND d = :n AND c = :n AND b = :s AND :t = a", "c=d=e~"},
  };
  for (const taken& c : cases) {
    const auto found = composite(c.text);
    ASSERT_TRUE(found) << c.text << "\n" << message_of(found);
    ASSERT_EQ(found->partition.size(), 2u);
    EXPECT_EQ(found->partition[0].attribute, "a");
    EXPECT_EQ(found->partition[0].value, R"({"S":"te"})") << c.text;
    EXPECT_EQ(found->partition[1].attribute, "b");
    std::string sort;
    for (const auto& clause : found->sort) {
      sort += clause.attribute + (clause.what == key_condition::range::kind::equal ? "=" : "~");
    }
    EXPECT_EQ(sort, c.sort) << c.text;
  }
}

TEST(key_condition, of_several_attributes_skips_none) {
  const std::vector<refusal> cases = {
      {"a = :s", "Query condition missed key schema element: b"},
      {"a = :s AND b = :s AND d = :n",
       "RANGE key attributes c must have equality conditions specified in the query because a condition is present on key attribute d"},
      {"a = :s AND b = :s AND c = :n AND e = :n",
       "RANGE key attributes d must have equality conditions specified in the query because a condition is present on key attribute e"},
      {"a = :s AND b = :s AND c > :n AND d = :n",
       "RANGE key attributes c must have equality conditions specified in the query because a condition is present on key attribute d"},
      {"a = :s AND b = :s AND e = :n",
       "RANGE key attributes c, d must have equality conditions specified in the query because a condition is present on key attribute e"},
      {"a = :s AND b > :s", "Query key condition not supported"},
      {"a = :s AND b = :s AND extra.x = :n",
       "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes"},
      {"a = :s AND b = :s AND c = :n AND d = :n AND e = :n AND f = :n", "Query key condition not supported"},
  };
  for (const refusal& r : cases) EXPECT_EQ(message_of(composite(r.text)), r.message) << r.text;
}

TEST(key_condition, of_a_table_without_sort_key_is_one_equality) {
  EXPECT_TRUE(validated("pk = :s", ""));
  EXPECT_EQ(message_of(validated("pk = :s AND sk = :n", "")), "Query key condition not supported");
}

}  // namespace
}  // namespace dynamo::expression::test
