#include "support.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/expression/parse.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::expression::test {
namespace {

path at(std::string_view name) { return {path_step(name)}; }
set_value leaf(operand o) { return {set_value::kind::operand, {std::move(o)}, {}}; }
set_value attribute(std::string_view name) { return leaf(operand::of(at(name))); }
set_value three() { return leaf(operand::bound(R"({"N":"3"})")); }
update set_a(set_value to) { return {{{at("a"), std::move(to)}}, {}, {}, {}}; }

struct meaning {
  std::string_view text;
  update tree;
};

TEST(parse_update, builds_the_tree_that_the_text_means) {
  using enum set_value::kind;
  const set_value list = leaf(operand::bound(R"({"L":[{"N":"1"},{"S":"two"}]})"));
  const std::string n = R"({"N":"3"})";
  const std::string set = R"({"SS":["a","b"]})";
  const std::vector<meaning> cases = {
      {"SET a = :n", set_a(three())},
      {"set a=b", set_a(attribute("b"))},
      {"SET a = (:n)", set_a(three())},
      {"SET a = b + :n", set_a({plus, {}, {attribute("b"), three()}})},
      {"SET a = b - :n", set_a({minus, {}, {attribute("b"), three()}})},
      {"SET a = (b + :n)", set_a({plus, {}, {attribute("b"), three()}})},
      {"SET a = ((b) + (:n))", set_a({plus, {}, {attribute("b"), three()}})},
      {"SET a = if_not_exists(b, :n)", set_a({if_not_exists, {operand::of(at("b"))}, {three()}})},
      {"SET a = if_not_exists(b, if_not_exists(c, :n))",
       set_a({if_not_exists, {operand::of(at("b"))}, {{if_not_exists, {operand::of(at("c"))}, {three()}}}})},
      {"SET a = if_not_exists(b, :n) + :n",
       set_a({plus, {}, {{if_not_exists, {operand::of(at("b"))}, {three()}}, three()}})},
      {"SET a = list_append(b, :l)", set_a({list_append, {}, {attribute("b"), list}})},
      {"SET a = list_append(if_not_exists(b, :l), :l)",
       set_a({list_append, {}, {{if_not_exists, {operand::of(at("b"))}, {list}}, list}})},
      {"SET a = :n, b.c[2] = c",
       {{{at("a"), three()}, {{path_step("b"), path_step("c"), path_step(2U)}, attribute("c")}}, {}, {}, {}}},
      {"REMOVE a, b[1], #n.x",
       {{}, {at("a"), {path_step("b"), path_step(1U)}, {path_step("name"), path_step("x")}}, {}, {}}},
      {"ADD a :n, b :ss", {{}, {}, {{at("a"), n}, {at("b"), set}}, {}}},
      {"DELETE a :ss", {{}, {}, {}, {{at("a"), set}}}},
      {"delete d :ss Remove b aDD c :n SET a = :n",
       {{{at("a"), three()}}, {at("b")}, {{at("c"), n}}, {{at("d"), set}}}},
  };
  for (const meaning& m : cases) {
    placeholders bound = usual();
    const auto parsed = parse_update(m.text, bound);
    ASSERT_TRUE(parsed) << m.text << "\n" << message_of(parsed);
    EXPECT_TRUE(*parsed == m.tree) << m.text;
  }
}

struct refusal {
  std::string_view text;
  std::string_view message;  ///< after "Invalid UpdateExpression: "
};

TEST(parse_update, refuses_in_the_words_of_dynamodb) {
  const std::vector<refusal> cases = {
      {"", "The expression can not be empty;"},
      {"SET", R"(Syntax error; token: "<EOF>", near: "SET")"},
      {"SET  REMOVE #Options", R"(Syntax error; token: "REMOVE", near: "SET  REMOVE #Options")"},
      {"a = :n", R"(Syntax error; token: "a", near: "a =")"},
      {"SET a", R"(Syntax error; token: "<EOF>", near: "a")"},
      {"SET a = :n,", R"(Syntax error; token: "<EOF>", near: ",")"},
      {"SET a = :n + :n + :n", R"(Syntax error; token: "+", near: ":n + :n")"},
      {"SET a = (b + :n", R"(Syntax error; token: "<EOF>", near: ":n")"},
      {"SET :n = a", R"(Syntax error; token: ":n", near: "SET :n =")"},
      {"ADD a b", R"(Syntax error; token: "b", near: "a b")"},
      {"ADD a = :n", R"(Syntax error; token: "=", near: "a = :n")"},
      {"REMOVE a :n", R"(Syntax error; token: ":n", near: "a :n")"},
      {"SET a = ((:n))", "The expression has redundant parentheses;"},
      {"SET a = ((b + :n))", "The expression has redundant parentheses;"},
      {"SET a = :n SET b = :n", "The \"SET\" section can only be used once in an update expression;"},
      {"ADD a :n ADD b :n", "The \"ADD\" section can only be used once in an update expression;"},
      {"REMOVE a REMOVE b", "The \"REMOVE\" section can only be used once in an update expression;"},
      {"SET status = :n", "Attribute name is a reserved keyword; reserved keyword: status"},
      {"SET #x = :n", "An expression attribute name used in the document path is not defined; attribute name: #x"},
      {"SET a = :v", "An expression attribute value used in expression is not defined; attribute value: :v"},
      {"SET a = foo(b)", "Invalid function name; function: foo"},
      {"SET a = size(b)", "The function is not allowed in an update expression; function: size"},
      {"SET a = if_not_exists(b)",
       "Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1"},
      {"SET a = if_not_exists(:n, b)",
       "Operator or function requires a document path; operator or function: if_not_exists"},
      {"SET a = list_append(list_append(a, b), c)",
       "The function is not allowed to be used this way in an expression; function: list_append"},
      {"SET a = b + :s", "Incorrect operand type for operator or function; operator or function: +, operand type: S"},
      {"SET a = :ss - b", "Incorrect operand type for operator or function; operator or function: -, operand type: SS"},
      {"SET a = list_append(b, :m)",
       "Incorrect operand type for operator or function; operator or function: list_append, operand type: M"},
      {"SET a = if_not_exists(b, :s) + :n",
       "Incorrect operand type for operator or function; operator or function: +, operand type: S"},
      {"ADD a :s",
       "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: "
       "ALLOWED_FOR_ADD_OPERAND"},
      {"DELETE a :n",
       "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: "
       "ALLOWED_FOR_DELETE_OPERAND"},
      {"DELETE a :l",
       "Incorrect operand type for operator or function; operator: DELETE, operand type: LIST, typeSet: "
       "ALLOWED_FOR_DELETE_OPERAND"},
      {"SET a = :n, a.b = :n",
       "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]"},
      {"SET a.b = :n REMOVE a",
       "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]"},
      {"REMOVE f, f",
       "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [f], path two: [f]"},
      {"SET a.b = :n ADD a[0] :n",
       "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: "
       "[a, [0]]"},
  };
  for (const refusal& r : cases) {
    placeholders bound = usual();
    const auto parsed = parse_update(r.text, bound);
    EXPECT_EQ(message_of(parsed), "Invalid UpdateExpression: " + std::string(r.message)) << r.text;
  }
}

TEST(parse_update, in_an_application_even_the_sections_names_are_attributes) {
  placeholders bound = usual();
  const auto parsed = parse_update("SET set = add, #delete = remove REMOVE add.remove", bound, dialect::application);
  ASSERT_TRUE(parsed) << message_of(parsed);
  EXPECT_EQ(parsed->set[1].target, at("delete"));
  EXPECT_EQ(parsed->remove[0], (path{path_step("add"), path_step("remove")}));
}

TEST(touched_paths, are_the_targets_of_all_four_sections) {
  placeholders bound = usual();
  const auto parsed = parse_update("SET a.b = c REMOVE d[1] ADD e :n DELETE f :ss", bound);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(
      touched(*parsed),
      (std::vector<path>{
          {path_step("a"), path_step("b")}, {path_step("d"), path_step(1U)}, {path_step("e")}, {path_step("f")}}));
}

TEST(parse_projection, reads_a_list_of_paths) {
  placeholders bound = usual();
  const auto parsed = parse_projection("a, b.c ,#n[1]", bound);
  ASSERT_TRUE(parsed) << message_of(parsed);
  EXPECT_EQ(*parsed, (projection{at("a"), {path_step("b"), path_step("c")}, {path_step("name"), path_step(1U)}}));
}

TEST(parse_projection, refuses_in_the_words_of_dynamodb) {
  const std::vector<refusal> cases = {
      {"", "The expression can not be empty;"},
      {"a b", R"(Syntax error; token: "b", near: "a b")"},
      {"a,", R"(Syntax error; token: "<EOF>", near: ",")"},
      {":n", R"(Syntax error; token: ":n", near: ":n")"},
      {"name", "Attribute name is a reserved keyword; reserved keyword: name"},
      {"a[99999999999999]", "List index is not within the allowable range; index: [99999999999999]"},
      {"a, a.b",
       "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]"},
      {"a.b, a[1]",
       "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: "
       "[a, [1]]"},
  };
  for (const refusal& r : cases) {
    placeholders bound = usual();
    EXPECT_EQ(message_of(parse_projection(r.text, bound)), "Invalid ProjectionExpression: " + std::string(r.message))
        << r.text;
  }
}

TEST(placeholder_names, must_be_well_formed_and_distinct) {
  placeholders bound;
  EXPECT_TRUE(bound.add_name("#a_1", "x"));
  EXPECT_EQ(message_of(bound.add_name("#a-b", "x")),
            R"(ExpressionAttributeNames contains invalid key: Syntax error; key: "#a-b")");
  EXPECT_EQ(message_of(bound.add_name("a", "x")),
            R"(ExpressionAttributeNames contains invalid key: Syntax error; key: "a")");
  EXPECT_EQ(message_of(bound.add_value(":", "{}")),
            R"(ExpressionAttributeValues contains invalid key: Syntax error; key: ":")");
  EXPECT_FALSE(bound.add_name("#a_1", "y"));
  EXPECT_FALSE(bound.add_name("#b", ""));
  EXPECT_TRUE(bound.add_name("#" + std::string(254, 'n'), "x"));
  EXPECT_TRUE(message_of(bound.add_name("#" + std::string(255, '-'), "x"))
                  .starts_with("ExpressionAttributeNames contains invalid key: Must have at most 255 bytes"));
  EXPECT_FALSE(bound.add_value(":" + std::string(255, 'n'), "{}"));
  EXPECT_TRUE(bound.add_name("#c", std::string(65'535, 'x')));
  EXPECT_EQ(message_of(bound.add_name("#d", std::string(65'536, 'x'))),
            "Attribute name is too large, must be less than 65536 bytes");
}

TEST(placeholder_names, must_all_be_used_by_some_expression) {
  placeholders bound;
  ASSERT_TRUE(bound.add_name("#a", "x"));
  ASSERT_TRUE(bound.add_name("#b", "y"));
  ASSERT_TRUE(bound.add_value(":v", R"({"N":"1"})"));
  ASSERT_TRUE(bound.add_value(":w", R"({"N":"1"})"));
  EXPECT_EQ(message_of(bound.all_used()),
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}");
  ASSERT_TRUE(parse_projection("#a, #b", bound));
  EXPECT_EQ(message_of(bound.all_used()),
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v, :w}");
  ASSERT_TRUE(parse_condition("a = :v", bound));
  EXPECT_EQ(message_of(bound.all_used()),
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}");
  ASSERT_TRUE(parse_condition("a = :w", bound));
  EXPECT_TRUE(bound.all_used());
}

}  // namespace
}  // namespace dynamo::expression::test
