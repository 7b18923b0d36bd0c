#include "support.hpp"

namespace dynamo::partiql::test {
namespace {

TEST(parameters, stand_for_values_in_their_order) {
  EXPECT_EQ(meaning_of("SELECT * FROM T WHERE a = ? AND b IN [?, ?]",
                       parameters({R"({"S":"x"})", R"({"N":"1.0"})", R"({"B":"AQ=="})"})),
            R"(SELECT * FROM "T" WHERE "a" = 'x' AND "b" IN [1, ?] ? {"B":"AQ=="})");
  EXPECT_EQ(meaning_of("UPDATE T SET a = ?, s = set_add(s, ?) WHERE k = ?",
                       parameters({R"({"NULL":true})", R"({"SS":["b","a"]})", R"({"BOOL":false})"})),
            R"(UPDATE "T" SET "a" = NULL SET "s" = set_add("s", <<'a', 'b'>>) WHERE "k" = FALSE)");
  EXPECT_EQ(meaning_of("FROM T WHERE k = ? SET a = ?", parameters({R"({"N":"1"})", R"({"N":"2"})"})),
            R"(UPDATE "T" SET "a" = 2 WHERE "k" = 1)");
  EXPECT_EQ(meaning_of("INSERT INTO T VALUE {'k': ?, 'm': {'l': [?, 1]}}", parameters({R"({"S":"x"})", R"({"L":[]})"})),
            R"(INSERT INTO "T" VALUE {'k': 'x', 'm': {'l': [[], 1]}})");
  EXPECT_EQ(meaning_of("SELECT * FROM T WHERE a = '?' AND \"?\" = ? -- ?", parameters({R"({"N":"1"})"})),
            R"(SELECT * FROM "T" WHERE "a" = '?' AND "?" = 1)");
}

// What DynamoDB documents is a list of expressions. The sentence is ours.
TEST(parameters, are_members_of_the_list_of_IN_and_never_the_list) {
  const bound list = parameters({R"({"L":[{"N":"1"},{"N":"2"}]})"});
  for (const std::string_view text : {"SELECT * FROM T WHERE a IN ?", "DELETE FROM T WHERE k = 1 AND a IN ?"}) {
    const std::string message = meaning_of(text, list);
    EXPECT_EQ(message,
              "A parameter is one value, not the list of IN: write IN [?, ?], with a parameter for each value at 1:" +
                  std::to_string(text.size()) + ":1");
  }
  EXPECT_EQ(meaning_of("SELECT * FROM T WHERE a NOT IN ?", list).substr(0, 24), "A parameter is one value");
  EXPECT_EQ(meaning_of("SELECT * FROM T WHERE a IN [?]", list), R"(SELECT * FROM "T" WHERE "a" IN [[1, 2]])");
  EXPECT_EQ(meaning_of("SELECT * FROM T WHERE a IN (?)", list), R"(SELECT * FROM "T" WHERE "a" IN [[1, 2]])");
}

TEST(parameters, are_as_many_as_the_statement_asks_for) {
  constexpr std::string_view words = "Number of parameters in request and statement don't match.";
  EXPECT_EQ(meaning_of("SELECT * FROM T WHERE a = ?"), words);
  EXPECT_EQ(meaning_of("SELECT * FROM T WHERE a = ? AND b = ?", parameters({R"({"N":"1"})"})), words);
  EXPECT_EQ(meaning_of("SELECT * FROM T", parameters({R"({"N":"1"})"})), words);
}

TEST(parameters, the_first_value_at_fault_is_named_whether_written_or_bound) {
  constexpr std::string_view no_number = "The parameter cannot be converted to a numeric value: x";
  constexpr std::string_view overflow =
      "Number overflow. Attempting to store a number with magnitude larger than supported range";
  const bound bad = parameters({R"({"N":"x"})"});
  EXPECT_EQ(meaning_of("SELECT * FROM T WHERE a = ? AND b = 1e126", bad), no_number);
  EXPECT_EQ(meaning_of("SELECT * FROM T WHERE a = 1e126 AND b = ?", bad), overflow);
  EXPECT_EQ(meaning_of("UPDATE T SET a = ? WHERE b = 1e126", bad), no_number);
  EXPECT_EQ(meaning_of("FROM T WHERE b = 1e126 SET a = ?", bad), overflow);
  EXPECT_EQ(meaning_of("UPDATE T SET a = ?, a = contains(1) WHERE b = 1", bad), no_number) << "before what is no value";
  EXPECT_EQ(meaning_of("SELECT * FROM T WHERE a = ? foo", bad),
            "Statement wasn't well formed, can't be processed: Unexpected token after expression");
}

TEST(parameters, an_error_says_whether_a_parameter_is_at_fault) {
  const auto bound_value = parse("SELECT * FROM T WHERE a = ?", parameters({R"({"N":"x"})"}));
  ASSERT_FALSE(bound_value);
  EXPECT_TRUE(bound_value.error().of_parameter);
  const auto literal = parse("SELECT * FROM T WHERE a = 1e126", {});
  ASSERT_FALSE(literal);
  EXPECT_FALSE(literal.error().of_parameter);
  EXPECT_EQ(literal.error().why.code(), errc::validation);
}

}  // namespace
}  // namespace dynamo::partiql::test
