#include "support.hpp"

#include <array>

namespace dynamo::partiql::test {
namespace {

struct error_case {
  std::string_view text;
  std::string_view message;
};

// Recorded on the service: the details.
TEST(errors, what_is_not_well_formed) {
  for (const auto& [text, detail] : std::to_array<error_case>({
           {"SELECT * FROM T WHERE pk = 1 foo", "Unexpected token after expression"},
           {"SELECT * FROM T WHERE pk = 1 e5", "Unexpected token after expression"},
           {"SELECT * FROM T WHERE pk = 1)", "Unexpected token after expression"},
           {"DELETE FROM T WHERE pk = 1 ORDER BY pk", "Unexpected token after expression"},
           {"SELECT * FROM T ORDER BY pk WHERE pk = 1", "Unexpected token after expression"},
           {"INSERT INTO T x VALUE {'pk': 1}", "Unexpected token after expression"},
           {"FROM T SET a = 1 WHERE pk = 1", "Unexpected token after expression"},
           {"SELECT * FROM T WHERE pk = 1 AND", "Missing right-hand side expression of infix operator"},
           {"SELECT * FROM T WHERE pk = 1 OR", "Missing right-hand side expression of infix operator"},
           {"SELECT * FROM T WHERE ORDER BY pk", "Unexpected keyword"},
           {"INSERT INTO urls (key, target) VALUES (?, ?)", "Unexpected keyword"},
           {"SELECT * FROM T WHERE IS NULL", "Unexpected operator"},
           {"SELECT * FROM T WHERE pk = LIKE", "Unexpected operator"},
           {"SELECT * FROM T WHERE pk IS FOO", "Expected type name"},
           {"SELECT * FROM T WHERE m.inner = 1", "Invalid path dot component"},
           {"SELECT * FROM T WHERE attribute_exists(m.inner)", "Invalid path dot component"},
           {"UPDATE Payment-x SET a = 1 WHERE b = 2", "Expected data manipulation"},
           {"UPDATE T WHERE b = 2", "Expected data manipulation"},
           {"SELECT * FROM T WHERE a = 1e2147483648", ""},
           {"SELECT * FROM T WHERE a = 1e99999999999", ""},
           {"SELECT * FROM T WHERE a = 1.5e-2147483647", ""},
           {"SELECT * FROM T # a comment", ""},
           {"SELECT * FROM T /* a comment", ""},
           {"SELECT * FROM T WHERE a = 'b", ""},
           {"SELECT * FROM T WHERE \"a = 1", ""},
       })) {
    EXPECT_EQ(meaning_of(text), "Statement wasn't well formed, can't be processed: " + std::string(detail)) << text;
  }
}

// The grammar's own sentences; not recorded one by one.
TEST(errors, what_the_grammar_misses) {
  for (const auto& [text, detail] : std::to_array<error_case>({
           {"", "Unexpected term"},
           {"SELECT * FROM T; SELECT * FROM T", "Unexpected token after semicolon. (Only one query is allowed.)"},
           {"SELECT * FROM", "Unexpected term"},
           {"SELECT *", "Expected FROM after SELECT list"},
           {"SELECT *, a FROM T",
            "Other expressions may not be present in the select list when '*' is used without dot notation."},
           {"DELETE T WHERE a = 1", "Expected FROM after DELETE"},
           {"UPDATE T SET a WHERE k = 1", "Expected '='"},
           {"UPDATE T SET 1 = 1", "Expected identifier for simple path"},
           {"UPDATE T REMOVE a.* WHERE k = 1", "Invalid path dot component for simple path"},
           {"UPDATE T REMOVE a[b] WHERE k = 1", "Invalid path component for simple path"},
           {"SELECT * FROM T WHERE a BETWEEN 1", "Expected AND keyword"},
           {"SELECT * FROM T WHERE a BETWEEN 1 AND", "Expected expression after AND"},
           {"SELECT * FROM T WHERE a IN (1, 2", "Expected RIGHT_PAREN"},
           {"SELECT * FROM T WHERE a = [1, 2", "Expected RIGHT_BRACKET"},
           {"SELECT * FROM T WHERE a = {'b' 1}", "Expected COLON"},
           {"SELECT * FROM T WHERE a = ()", "Unexpected term"},
           {"SELECT * FROM T WHERE user = 1", "Unexpected keyword"},
           {"CREATE TABLE T", "Unexpected keyword"},
           {"UPDATE T SET a = 1 WHERE k = 1 RETURNING NEW", "Expected ALL or MODIFIED after RETURNING"},
           {"UPDATE T SET a = 1 WHERE k = 1 RETURNING ALL NEW", "Expected * in the RETURNING clause"},
           {"INSERT INTO T VALUE {'a': 1} RETURNING ALL OLD *", "Unexpected token after expression"},
           {"SELECT sum(*) FROM T", "sum(*) is not allowed"},
       })) {
    EXPECT_EQ(meaning_of(text), "Statement wasn't well formed, can't be processed: " + std::string(detail)) << text;
  }
}

// Recorded on the service, except where a line says otherwise.
TEST(errors, what_dynamodb_cannot_run) {
  for (
      const auto& [text, message] : std::to_array<error_case>({
          {"x IS INT4", "Unsupported operation: IsType"},
          {"x IS DOUBLE PRECISION", "Unsupported operation: IsType"},
          {"SELECT * FROM T x WHERE x = 1", "Aliasing is not supported"},
          {"SELECT * FROM T AS x", "Aliasing is not supported"},
          {"UPDATE T AS x SET a = 1 WHERE k = 1", "Aliasing is not supported"},
          {"DELETE FROM T x WHERE k = 1", "Aliasing is not supported"},
          {"DELETE FROM T WHERE k = 1 RETURNING MODIFIED OLD *",
           "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in DELETE statements."},
          {R"(INSERT INTO "T"."i" VALUE {'a': 1})", "FROM clause may only contain a single table name"},
          {R"(UPDATE "T"."i" SET a = 1 WHERE k = 1)", "This operation is not supported on an index"},
          {R"(DELETE FROM "T"."i" WHERE k = 1)", "This operation is not supported on an index"},
          {"SELECT * FROM T WHERE attribute_exists('x')",
           "Operator or function requires a document path; operator or function: attribute_exists"},
          {"SELECT * FROM T WHERE attribute_exists()",
           "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of "
           "operands: 0"},
          {"SELECT attribute_exists(a) FROM T", "Unexpected path component at 1:8:16"},
          {"SELECT a,\n  contains(a, 1) FROM T", "Unexpected path component at 2:3:8"},
          {"UPDATE T SET t = set_add(ss, <<'x'>>) WHERE k = 1",
           "The first argument to SET_ADD must equal the assignment value at 1:18:7"},
          {"UPDATE T SET t = set_delete(ss, <<'x'>>) WHERE k = 1",
           "The first argument to SET_DELETE must equal the assignment value at 1:18:10"},
          {"UPDATE T SET ss = set_add(ss, 'x') WHERE k = 1",
           "The second argument to SET_ADD must be a value with type SET at 1:27:2"},
          {"UPDATE T SET ss = set_add(ss) WHERE k = 1", "SET_ADD must have exactly two arguments at 1:19:7"},
          {"UPDATE T SET ss = set_add(ss, <<1>>, 1) WHERE k = 1", "SET_ADD must have exactly two arguments at 1:19:7"},
          {"INSERT INTO T VALUE {'k': 1, 's': set_add(s, <<1>>)}",
           "Unsupported data type: set_add under key root at 1:35:7"},
          {"SELECT * FROM T LIMIT 5", "Unsupported clause: LIMIT at 1:23:1"},
          // Of DynamoDB's downloadable version.
          {"SELECT m.z, z FROM T", "Duplicate identifiers in select clause: z"},
          {"SELECT * FROM T WHERE a = <<>>", "Empty bags are not supported"},
          {"SELECT * FROM T WHERE a = <<1, 'x'>>", "DynamoDB only supports either numbers or strings in bags"},
          // Of the sets in a request's JSON.
          {"SELECT * FROM T WHERE a = <<'b', 'a', 'b'>>",
           "One or more parameter values were invalid: Input collection [b, a, b] contains duplicates."},
          {"SELECT * FROM T WHERE a = 1e126",
           "Number overflow. Attempting to store a number with magnitude larger than supported range"},
          {"SELECT * FROM T WHERE a = 1e2147483647",
           "Number underflow. Attempting to store a number with magnitude smaller than supported range"},
          {"SELECT * FROM T WHERE a = 123456789012345678901234567890123456789",
           "Attempting to store more than 38 significant digits in a Number"},
          // Of expressions, without the name of a parameter.
          {"SELECT * FROM T WHERE a = a",
           "The first operand must be distinct from the remaining operands for this operator or function; operator: =, "
           "first operand: [a]"},
          {"SELECT * FROM T WHERE begins_with(a, 1)",
           "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"},
          {"UPDATE T SET a = 1, a.b = 2 WHERE k = 1",
           "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: "
           "[a, b]"},
          {"UPDATE T SET a = b + 'x' WHERE k = 1",
           "Incorrect operand type for operator or function; operator or function: +, operand type: S"},
          {"UPDATE T SET a = list_append(a, 1) WHERE k = 1",
           "Incorrect operand type for operator or function; operator or function: list_append, operand type: N"},
          {"SELECT * FROM T WHERE foo(a)", "Invalid function name; function: foo"},
          // Ours, by analogy.
          {"SELECT * FROM T, U", "FROM clause may only contain a single table name"},
          {"SELECT * FROM T JOIN U ON a = b", "FROM clause may only contain a single table name"},
          {"SELECT count(*) FROM T", "Unexpected path component at 1:8:5"},
          {"SELECT a[*] FROM T", "Unexpected path component at 1:10:1"},
          {R"(SELECT "" FROM T)", "Unexpected path component at 1:8:2"},
          {"SELECT * FROM T WHERE a LIKE 'x%'", "Unsupported operation: Like"},
          {"SELECT * FROM T WHERE a", "Unsupported operation: Id"},
          {"SELECT * FROM T WHERE a = b + 1", "Unsupported operation: Plus"},
          {"SELECT * FROM T WHERE a IN (SELECT b FROM U)", "The right side of IN must be a list at 1:29:6"},
          {"SELECT * FROM T WHERE a IN 1", "The right side of IN must be a list at 1:28:1"},
          {"SELECT DISTINCT a FROM T", "Unsupported clause: DISTINCT at 1:8:8"},
          {"SELECT a FROM T GROUP BY a", "Unsupported clause: GROUP BY at 1:26:1"},
          {"INSERT INTO T VALUE [1]", "The item of INSERT must be a tuple at 1:21:1"},
      })) {
    EXPECT_EQ(meaning_of(text), message) << text;
  }
}

}  // namespace
}  // namespace dynamo::partiql::test
