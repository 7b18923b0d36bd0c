#include "support.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/expression/parse.hpp>
#include <dynamo/expression/print.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::expression::test {
namespace {

std::string repeat(std::string_view text, std::size_t times) {
  std::string made;
  for (; times > 0; --times) made += text;
  return made;
}

std::string condition_message(const std::string& text) {
  placeholders bound = usual();
  return message_of(parse_condition(text, bound));
}
std::string update_message(const std::string& text) {
  placeholders bound = usual();
  return message_of(parse_update(text, bound));
}

constexpr std::string_view too_many =
    "Invalid ConditionExpression: The expression contains too many operators; operator count: 301";

TEST(hostile, an_expression_is_4096_bytes_at_most) {
  const std::string longest = "a = :n" + std::string(4090, ' ');
  EXPECT_EQ(condition_message(longest), "(accepted)");
  EXPECT_EQ(
      condition_message(longest + ' '),
      "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097");
  EXPECT_EQ(
      condition_message(std::string(1'000'000, '(')),
      "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 1000000");
  EXPECT_EQ(update_message(repeat("SET a = :n, ", 1000)),
            "Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;");
  placeholders bound;
  EXPECT_EQ(
      message_of(parse_projection(repeat("a,", 2049), bound)),
      "Invalid ProjectionExpression: Expression size has exceeded the maximum allowed size; expression size: 4098");
}

TEST(hostile, four_kilobytes_of_nested_parentheses) {
  EXPECT_EQ(condition_message(std::string(2000, '(') + "a = :n" + std::string(2000, ')')),
            "Invalid ConditionExpression: The expression has redundant parentheses;");
  EXPECT_EQ(condition_message(std::string(4096, '(')),
            R"(Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "(")");
  EXPECT_EQ(condition_message("a = " + std::string(2000, '(') + ":n" + std::string(2000, ')')),
            "Invalid ConditionExpression: The expression has redundant parentheses;");
  EXPECT_EQ(condition_message(repeat("size(", 815) + "a" + std::string(16, ')')),
            R"x(Invalid ConditionExpression: Syntax error; token: "<EOF>", near: ")")x");
  EXPECT_EQ(update_message("SET a = " + std::string(2000, '(') + ":n" + std::string(2000, ')')),
            "Invalid UpdateExpression: The expression has redundant parentheses;");
  EXPECT_EQ(update_message("SET a = " + std::string(4000, '(')),
            R"(Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "(")");
}

TEST(hostile, a_thousand_negations) {
  EXPECT_EQ(condition_message(repeat("NOT ", 1000) + "a = :n"), too_many);
  EXPECT_EQ(condition_message(repeat("NOT(", 1000) + "a = :n"),
            R"(Invalid ConditionExpression: Syntax error; token: "<EOF>", near: ":n")");
  EXPECT_EQ(condition_message(repeat("NOT(", 600) + "a = :n" + std::string(600, ')')), too_many);
}

TEST(hostile, terms_nested_in_terms) {
  EXPECT_EQ(condition_message(repeat("a<b AND (", 409) + "a<b" + std::string(409, ')')), too_many);
  EXPECT_EQ(condition_message(repeat("a<b OR ", 500) + "a<b"), too_many);
  EXPECT_EQ(update_message("SET a = " + repeat("if_not_exists(a,", 250) + ":n"),
            R"(Invalid UpdateExpression: Syntax error; token: "<EOF>", near: ":n")");
  EXPECT_EQ(update_message("SET a = " + repeat("f(", 1500) + ":n" + std::string(1000, ')')),
            "Invalid UpdateExpression: The expression contains too many operators; operator count: 301");
}

TEST(hostile, three_hundred_operators_are_not_too_many_and_the_deepest_tree_works) {
  // 299 negations around one comparison: the deepest tree that a parser makes.
  placeholders bound = usual();
  const auto deep = parse_condition(repeat("NOT ", 299) + "a = :n", bound);
  ASSERT_TRUE(deep) << message_of(deep);
  const json::buffer three = canonical_item(R"({"a":{"N":"3"}})");
  EXPECT_FALSE(evaluate(*deep, three.view()));
  substitutions aliases;
  std::string text;
  print(*deep, aliases, text);
  EXPECT_EQ(text, repeat("NOT ", 299) + "#0 = :0");

  // AND and OR in turns, as deep as 150 comparisons allow.
  std::string nested = "a=:n";
  for (int i = 0; i < 149; ++i) nested = "a=:n " + std::string(i % 2 == 0 ? "AND" : "OR") + " (" + nested + ")";
  EXPECT_EQ(condition_message(nested.replace(nested.find("(a=:n)"), 6, "a=:n")), "(accepted)");
}

TEST(hostile, in_takes_a_hundred_candidates) {
  const auto candidates = [](std::size_t n) { return "a IN (:n" + repeat(", :n", n - 1) + ")"; };
  EXPECT_EQ(condition_message(candidates(100)), "(accepted)");
  EXPECT_EQ(condition_message(candidates(101)),
            "Invalid ConditionExpression: The IN operator is provided with too many operands; number of operands: 101");
}

TEST(hostile, the_longest_path_and_the_longest_index) {
  EXPECT_EQ(condition_message(repeat("a.", 31) + "a = :n"), "(accepted)");
  EXPECT_EQ(condition_message(repeat("a.", 2040) + "a = :n"),
            "Invalid ConditionExpression: The document path has too many nesting levels; nesting levels: 2041");
  EXPECT_EQ(condition_message("a" + repeat("[0]", 1300) + " = :n"),
            "Invalid ConditionExpression: The document path has too many nesting levels; nesting levels: 1301");
  EXPECT_EQ(condition_message("a[" + std::string(4000, '9') + "] = :n"),
            "Invalid ConditionExpression: List index is not within the allowable range; index: [" +
                std::string(4000, '9') + "]");
  EXPECT_EQ(condition_message("a[" + std::string(4000, '0') + "1] = :n"), "(accepted)");
}

TEST(hostile, two_thousand_paths_that_share_no_step_or_all_but_one) {
  std::string wide = "REMOVE ";
  std::string deep = "REMOVE ";
  for (int i = 0; i < 800; ++i) wide += (i == 0 ? "x" : ",x") + std::to_string(i);
  for (int i = 0; i < 60; ++i) deep += (i == 0 ? "" : ",") + repeat("a.", 30) + "b" + std::to_string(i);
  EXPECT_EQ(update_message(wide), "(accepted)");
  EXPECT_EQ(update_message(deep), "(accepted)");
}

TEST(hostile, a_large_value_named_again_and_again) {
  placeholders bound;
  ASSERT_TRUE(bound.add_value(":v", R"({"S":")" + std::string(1'000'000, 'x') + "\"}"));
  ASSERT_TRUE(parse_condition("a IN (:v" + repeat(",:v", 15) + ")", bound));
  EXPECT_EQ(
      message_of(parse_condition("a IN (:v" + repeat(",:v", 99) + ")", bound)),
      "Invalid ConditionExpression: The values that the expression refers to, each counted as often as it is named, have "
      "more than 16777216 bytes");
}

TEST(hostile, a_large_attribute_copied_again_and_again) {
  placeholders bound;
  std::string text = "SET x0 = z";
  for (int i = 1; i < 500; ++i) text += ",x" + std::to_string(i) + "=z";
  const auto parsed = parse_update(text, bound);
  ASSERT_TRUE(parsed) << message_of(parsed);
  item target;
  target.emplace("z", std::string(300'000, 'x'));
  EXPECT_EQ(message_of(apply(*parsed, target)), "Item size to update has exceeded the maximum allowed size");
  EXPECT_EQ(target.size(), 1U);
}

TEST(hostile, bytes_that_no_expression_has) {
  EXPECT_EQ(condition_message(std::string("a = \0", 5)), "Invalid ConditionExpression: Syntax error; token: \"" +
                                                             std::string(1, '\0') +
                                                             "\", near: \"= " + std::string(1, '\0') + "\"");
  EXPECT_EQ(condition_message("\xF0\x9F\x98\x80 = :n"),
            "Invalid ConditionExpression: Syntax error; token: \"\xF0\x9F\x98\x80\", near: \"\xF0\x9F\x98\x80 =\"");
  EXPECT_EQ(condition_message("\xFF\x80"),
            "Invalid ConditionExpression: Syntax error; token: \"\xFF\x80\", near: \"\xFF\x80\"");
  EXPECT_EQ(condition_message("# = :n"), R"(Invalid ConditionExpression: Syntax error; token: "#", near: "# =")");
  EXPECT_EQ(condition_message("   "), R"(Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "")");
}

TEST(hostile, every_beginning_of_every_expression_is_judged) {
  const std::vector<std::string> texts = {
      "NOT (a.b[1] BETWEEN :n AND size(#n)) AND (begins_with(a, :s) OR a IN (:n, b)) AND attribute_type(a, :typeS)",
      "SET a = (b + :n), c[1].d = list_append(if_not_exists(e, :l), :l) REMOVE f, g[0] ADD h :n DELETE i :ss",
  };
  for (const std::string& text : texts) {
    for (std::size_t n = 0; n <= text.size(); ++n) {
      for (const dialect how : {dialect::wire, dialect::application}) {
        placeholders bound = usual();
        const std::string beginning = text.substr(0, n);
        (void)parse_condition(beginning, bound, parameter::condition, how);
        (void)parse_update(beginning, bound, how);
        (void)parse_projection(beginning, bound, how);
      }
    }
  }
}

}  // namespace
}  // namespace dynamo::expression::test
