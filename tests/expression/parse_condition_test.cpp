#include "support.hpp"

#include <dynamo/expression/parse.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::expression::test {
namespace {

condition leaf(condition::kind what, std::vector<operand> operands) { return {what, std::move(operands), {}}; }
operand at(std::string_view name) { return operand::of({path_step(name)}); }
operand three() { return operand::bound(R"({"N":"3"})"); }
condition equals(std::string_view name) { return leaf(condition::kind::equal, {at(name), three()}); }

struct meaning {
  std::string_view text;
  condition tree;
};

TEST(parse_condition, builds_the_tree_that_the_text_means) {
  using enum condition::kind;
  const condition a = equals("a");
  const condition b = equals("b");
  const condition c = equals("c");
  const std::vector<meaning> cases = {
      {"a = :n", a},
      {"  a\t=\n:n\r ", a},
      {"(a = :n)", a},
      {"(a) = (:n)", a},
      {"a <> :n", leaf(not_equal, {at("a"), three()})},
      {"a<:n", leaf(less, {at("a"), three()})},
      {"a<=:n", leaf(less_equal, {at("a"), three()})},
      {"a > :n", leaf(greater, {at("a"), three()})},
      {":n >= a", leaf(greater_equal, {three(), at("a")})},
      {"a between :n and :n", leaf(between, {at("a"), three(), three()})},
      {"a IN (:n)", leaf(in, {at("a"), three()})},
      {"a in (b, :n, size(c))", leaf(in, {at("a"), at("b"), three(), operand::size_of({path_step("c")})})},
      {"attribute_exists(#n)", leaf(attribute_exists, {at("name")})},
      {"attribute_not_exists (a)", leaf(attribute_not_exists, {at("a")})},
      {"attribute_type(a, :typeS)", leaf(attribute_type, {at("a"), operand::bound(R"({"S":"S"})")})},
      {"begins_with(a, b)", leaf(begins_with, {at("a"), at("b")})},
      {"contains(:l, a)", leaf(contains, {operand::bound(R"({"L":[{"N":"1"},{"S":"two"}]})"), at("a")})},
      {"size(a) > :n", leaf(greater, {operand::size_of({path_step("a")}), three()})},
      {"(size (a)) > :n", leaf(greater, {operand::size_of({path_step("a")}), three()})},
      {"size(:s) > a", leaf(greater, {operand::bound(R"({"N":"4"})"), at("a")})},
      {"a.#n[3].b_1[0][12] = :n", leaf(equal, {operand::of({path_step("a"), path_step("name"), path_step(3U),
                                                            path_step("b_1"), path_step(0U), path_step(12U)}),
                                               three()})},
      {"#dotted = :n", equals("a.b")},
      {"a = :n AND b = :n AND c = :n", {all, {}, {a, b, c}}},
      {"a = :n and b = :n or c = :n", {any, {}, {{all, {}, {a, b}}, c}}},
      {"a = :n OR b = :n aNd c = :n", {any, {}, {a, {all, {}, {b, c}}}}},
      {"a = :n AND (b = :n OR c = :n)", {all, {}, {a, {any, {}, {b, c}}}}},
      {"(a = :n AND b = :n) AND c = :n", {all, {}, {{all, {}, {a, b}}, c}}},
      {"NOT a = :n AND b = :n", {all, {}, {{negation, {}, {a}}, b}}},
      {"NOT (a = :n AND b = :n)", {negation, {}, {{all, {}, {a, b}}}}},
      {"NOT NOT a = :n", {negation, {}, {{negation, {}, {a}}}}},
      {"NOT a BETWEEN :n AND :n AND b = :n",
       {all, {}, {{negation, {}, {leaf(between, {at("a"), three(), three()})}}, b}}},
      {"a = :n OR NOT b = :n OR c = :n", {any, {}, {a, {negation, {}, {b}}, c}}},
  };
  for (const meaning& m : cases) {
    placeholders bound = usual();
    const auto parsed = parse_condition(m.text, bound);
    ASSERT_TRUE(parsed) << m.text << "\n" << message_of(parsed);
    EXPECT_TRUE(*parsed == m.tree) << m.text;
  }
}

struct refusal {
  std::string_view text;
  std::string_view message;  ///< after "Invalid ConditionExpression: "
};

TEST(parse_condition, refuses_in_the_words_of_dynamodb) {
  const std::vector<refusal> cases = {
      {"", "The expression can not be empty;"},
      {"a", R"(Syntax error; token: "<EOF>", near: "a")"},
      {"attribute_exists(a) AND NOT #n", R"(Syntax error; token: "<EOF>", near: "#n")"},
      {"a = ", R"(Syntax error; token: "<EOF>", near: "=")"},
      {"a = b  b", R"(Syntax error; token: "b", near: "b  b")"},
      {"a AND b = c", R"(Syntax error; token: "AND", near: "a AND b")"},
      {"a == b", R"(Syntax error; token: "=", near: "== b")"},
      {"a ! b", R"(Syntax error; token: "!", near: "a ! b")"},
      {"a = 3", R"(Syntax error; token: "3", near: "= 3")"},
      {"(a = b", R"(Syntax error; token: "<EOF>", near: "b")"},
      {"a = b)", R"x(Syntax error; token: ")", near: "b)")x"},
      {"a IN :s", R"(Syntax error; token: ":s", near: "IN :s")"},
      {"a IN ()", R"x(Syntax error; token: ")", near: "()")x"},
      {"a BETWEEN b", R"(Syntax error; token: "<EOF>", near: "b")"},
      {"a BETWEEN b OR c", R"(Syntax error; token: "OR", near: "b OR c")"},
      {"a = NOT b", R"(Syntax error; token: "NOT", near: "= NOT b")"},
      {"a = (b = c)", R"(Syntax error; token: "=", near: "b = c")"},
      {"a = b = c", R"(Syntax error; token: "=", near: "b = c")"},
      {"(a = b) = c", R"(Syntax error; token: "=", near: ") = c")"},
      {"size() = a", R"x(Syntax error; token: ")", near: "() =")x"},
      {"_a = b", R"(Syntax error; token: "_", near: "_a")"},
      {"a[b] = c", R"(Syntax error; token: "b", near: "[b]")"},
      {"a[-1] = c", R"(Syntax error; token: "-", near: "[-1")"},
      {"a. = c", R"(Syntax error; token: "=", near: ". = c")"},
      {"((a = :n))", "The expression has redundant parentheses;"},
      {"(a = :n) AND ((b = :n OR c = :n))", "The expression has redundant parentheses;"},
      {"a = ((:n))", "The expression has redundant parentheses;"},
      {"status = :n", "Attribute name is a reserved keyword; reserved keyword: status"},
      {"a.Status = :n", "Attribute name is a reserved keyword; reserved keyword: Status"},
      {"Size = :n", "Attribute name is a reserved keyword; reserved keyword: Size"},
      {"#x = :n", "An expression attribute name used in the document path is not defined; attribute name: #x"},
      {"a = :x", "An expression attribute value used in expression is not defined; attribute value: :x"},
      {"Size(a) = :n", "Invalid function name; function: Size"},
      {"if_not_exists(a, b)", "The function is not allowed in a condition expression; function: if_not_exists"},
      {"size(a)", "The function is not allowed to be used this way in an expression; function: size"},
      {"attribute_exists(a) = :bool",
       "The function is not allowed to be used this way in an expression; function: attribute_exists"},
      {"size(contains(a, b)) > :n",
       "The function is not allowed to be used this way in an expression; function: contains"},
      {"size(size(a)) > :n",
       "Incorrect operand type for operator or function; operator or function: size, operand type: N"},
      {"size(:n) > :n", "Incorrect operand type for operator or function; operator or function: size, operand type: N"},
      {"size(a, b) > :n",
       "Incorrect number of operands for operator or function; operator or function: size, number of operands: 2"},
      {"begins_with(a)",
       "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1"},
      {"attribute_exists(:s)", "Operator or function requires a document path; operator or function: attribute_exists"},
      {"begins_with(a, :n)",
       "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"},
      {"attribute_type(a, :n)",
       "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N"},
      {"attribute_type(a, :s)",
       "Invalid attribute type name found; type: text, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"},
      {"a < :m", "Incorrect operand type for operator or function; operator or function: <, operand type: M"},
      {"a.b = a.b",
       "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first "
       "operand: [a, b]"},
      {"contains(a[1], a[1])",
       "The first operand must be distinct from the remaining operands for this operator or function; operator: contains, "
       "first operand: [a, [1]]"},
      {"a BETWEEN :n AND :one",
       "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: "
       "AttributeValue: {N:3}, upper bound operand: AttributeValue: {N:1}"},
      {"a BETWEEN :s AND :n",
       "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: "
       "{S:text}, upper bound operand: AttributeValue: {N:3}"},
      {"a BETWEEN :bool AND :n",
       "Incorrect operand type for operator or function; operator or function: BETWEEN, operand type: BOOL"},
      {"a[4294967295] = :n", "List index is not within the allowable range; index: [4294967295]"},
      {"a[99999999999999999999] = :n", "List index is not within the allowable range; index: [99999999999999999999]"},
  };
  for (const refusal& r : cases) {
    placeholders bound = usual();
    const auto parsed = parse_condition(r.text, bound);
    EXPECT_EQ(message_of(parsed), "Invalid ConditionExpression: " + std::string(r.message)) << r.text;
    EXPECT_TRUE(!parsed && parsed.error().code() == errc::validation) << r.text;
  }
}

TEST(parse_condition, names_the_parameter_that_the_text_came_in) {
  const auto refused = [](parameter kind) {
    placeholders bound;
    return message_of(parse_condition("", bound, kind));
  };
  EXPECT_EQ(refused(parameter::filter), "Invalid FilterExpression: The expression can not be empty;");
  EXPECT_EQ(refused(parameter::key_condition), "Invalid KeyConditionExpression: The expression can not be empty;");
}

TEST(parse_condition, a_syntax_error_wins_over_every_other_fault) {
  placeholders bound;
  EXPECT_EQ(message_of(parse_condition("((status = :x)) AND foo(#y) = ", bound)),
            R"(Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "=")");
}

TEST(parse_condition, the_largest_list_index_is_accepted) {
  placeholders bound = usual();
  const auto parsed = parse_condition("a[4294967294] = :n", bound);
  ASSERT_TRUE(parsed) << message_of(parsed);
  EXPECT_EQ(parsed->operands[0].at[1].index, 4294967294U);
}

TEST(application_dialect, reserved_words_and_undefined_names_mean_the_attribute) {
  for (const std::string_view text : {"status = :n", "#status = :n", "Status.#size[0] = :n", "_id = :n"}) {
    placeholders bound = usual();
    const auto parsed = parse_condition(text, bound, parameter::filter, dialect::application);
    ASSERT_TRUE(parsed) << text << message_of(parsed);
  }
  placeholders bound = usual();
  const auto parsed = parse_condition("#status = :n", bound, parameter::filter, dialect::application);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, equals("status"));
}

TEST(application_dialect, a_syntax_error_points_at_the_character) {
  placeholders bound = usual();
  EXPECT_EQ(message_of(parse_condition("a = :n AND b > > c", bound, parameter::filter, dialect::application)),
            "Invalid FilterExpression: Syntax error; token: \">\", near: \"> > c\"\n"
            "  a = :n AND b > > c\n"
            "                 ^");
}

TEST(application_dialect, the_caret_stands_under_the_right_column_of_the_right_line) {
  placeholders bound = usual();
  EXPECT_EQ(message_of(parse_condition("a = :n\nAND \xC3\xA9 = :n\nOR b = :n", bound, parameter::filter,
                                       dialect::application)),
            "Invalid FilterExpression: Syntax error; token: \"\xC3\xA9\", near: \"AND \xC3\xA9 =\"\n"
            "  AND \xC3\xA9 = :n\n"
            "      ^");
  EXPECT_EQ(message_of(parse_condition("a =", bound, parameter::filter, dialect::application)),
            "Invalid FilterExpression: Syntax error; token: \"<EOF>\", near: \"=\"\n"
            "  a =\n"
            "     ^");
}

TEST(reserved_words, are_found_in_any_case) {
  EXPECT_TRUE(is_reserved_word("status"));
  EXPECT_TRUE(is_reserved_word("ABORT"));
  EXPECT_TRUE(is_reserved_word("Zone"));
  EXPECT_FALSE(is_reserved_word("statuses"));
  EXPECT_FALSE(is_reserved_word(""));
  EXPECT_FALSE(is_reserved_word(std::string(5000, 'a')));
}

}  // namespace
}  // namespace dynamo::expression::test
