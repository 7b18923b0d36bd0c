#include "support.hpp"

#include <array>
#include <utility>

namespace dynamo::partiql::test {
namespace {

struct statement_case {
  std::string_view text;
  std::string_view meaning;
};

template <std::size_t n>
void check(const std::array<statement_case, n>& cases) {
  for (const auto& [text, meaning] : cases) EXPECT_EQ(meaning_of(text), meaning) << text;
}

// The forms of "PartiQL select statements", "operators" and "functions", Amazon DynamoDB Developer Guide.
TEST(statements, select) {
  check(std::to_array<statement_case>({
      {"SELECT * FROM Orders", R"(SELECT * FROM "Orders")"},
      {R"(SELECT * FROM "Orders";)", R"(SELECT * FROM "Orders")"},
      {R"(SELECT * FROM "TableName"."IndexName")", R"(SELECT * FROM "TableName"."IndexName")"},
      {R"(SELECT OrderID, Total FROM "Orders" WHERE OrderID = 1)",
       R"(SELECT "OrderID", "Total" FROM "Orders" WHERE "OrderID" = 1)"},
      {R"(SELECT * FROM "Orders" WHERE OrderID = 100 and Address='some address')",
       R"(SELECT * FROM "Orders" WHERE "OrderID" = 100 AND "Address" = 'some address')"},
      {R"(SELECT * FROM "Orders" WHERE OrderID = 100 or OrderID = 200)",
       R"(SELECT * FROM "Orders" WHERE "OrderID" = 100 OR "OrderID" = 200)"},
      {R"(SELECT * FROM "Orders" WHERE OrderID IN [100, 300, 234])",
       R"(SELECT * FROM "Orders" WHERE "OrderID" IN [100, 300, 234])"},
      {R"(SELECT OrderID, Total FROM "Orders" WHERE OrderID IN (1, 2, 3) ORDER BY OrderID DESC)",
       R"(SELECT "OrderID", "Total" FROM "Orders" WHERE "OrderID" IN [1, 2, 3] ORDER BY "OrderID" DESC)"},
      {R"(SELECT * FROM "Orders" WHERE OrderID = 1 ORDER BY Total ASC, "Sort Key" desc)",
       R"(SELECT * FROM "Orders" WHERE "OrderID" = 1 ORDER BY "Total", "Sort Key" DESC)"},
      {R"(SELECT OrderID FROM "Orders" WHERE Total > 500)", R"(SELECT "OrderID" FROM "Orders" WHERE "Total" > 500)"},
      {R"(SELECT OrderID FROM "Orders" WHERE Total BETWEEN 500 AND 600)",
       R"(SELECT "OrderID" FROM "Orders" WHERE "Total" BETWEEN 500 AND 600)"},
      {R"(SELECT Devices.Watch[0], "Device ID" FROM Watch WHERE ID = 'C1' AND Movie = 'M1')",
       R"(SELECT "Devices"."Watch"[0], "Device ID" FROM "Watch" WHERE "ID" = 'C1' AND "Movie" = 'M1')"},
      {R"(SELECT * FROM "Orders" WHERE "OrderID"=1 AND begins_with("Address", '7834 24th'))",
       R"(SELECT * FROM "Orders" WHERE "OrderID" = 1 AND begins_with("Address", '7834 24th'))"},
      {R"(SELECT * FROM "Orders" WHERE "OrderID"=1 AND contains("Address", 'Kirkland'))",
       R"(SELECT * FROM "Orders" WHERE "OrderID" = 1 AND contains("Address", 'Kirkland'))"},
      {R"(SELECT * FROM "Music" WHERE "Artist"='Acme Band' AND attribute_type("Grades", 'N'))",
       R"(SELECT * FROM "Music" WHERE "Artist" = 'Acme Band' AND attribute_type("Grades", 'N'))"},
      {R"(SELECT * FROM "Images" WHERE "Image"=1 AND size("Data") >300)",
       R"(SELECT * FROM "Images" WHERE "Image" = 1 AND size("Data") > 300)"},
      {R"(SELECT * FROM "Music" WHERE Artist = 'a' AND Awards is MISSING)",
       R"(SELECT * FROM "Music" WHERE "Artist" = 'a' AND attribute_not_exists("Awards"))"},
      {R"(EXISTS( SELECT * FROM "Music" WHERE "Artist" = 'Acme Band' AND "SongTitle" = 'PartiQL Rocks'))",
       R"(EXISTS(SELECT * FROM "Music" WHERE "Artist" = 'Acme Band' AND "SongTitle" = 'PartiQL Rocks'))"},
  }));
}

// "PartiQL insert", "update" and "delete statements", and "data types", Amazon DynamoDB Developer Guide.
TEST(statements, writes) {
  check(std::to_array<statement_case>({
      {R"(INSERT INTO "Music" value {'Artist' : 'Acme Band1','SongTitle' : 'PartiQL Rocks'})",
       R"(INSERT INTO "Music" VALUE {'Artist': 'Acme Band1', 'SongTitle': 'PartiQL Rocks'})"},
      {"INSERT INTO TypesTable value {'primarykey':'1', \n'NumberType':1,\n'MapType' : {'entryname1': 'value', "
       "'entryname2': 4}, \n'ListType': [1,'stringval'], \n'NumberSetType':<<1,34,32,4.5>>, \n"
       "'StringSetType':<<'stringval','stringval2'>>}",
       "INSERT INTO \"TypesTable\" VALUE {'ListType': [1, 'stringval'], 'MapType': {'entryname1': 'value', 'entryname2': "
       "4}, 'NumberSetType': <<1, 4.5, 32, 34>>, 'NumberType': 1, 'StringSetType': <<'stringval', 'stringval2'>>, "
       "'primarykey': '1'}"},
      {"UPDATE \"Music\" SET AwardsWon=1 SET AwardDetail={'Grammys':[2020, 2018]} WHERE Artist='Acme Band' AND "
       "SongTitle='PartiQL Rocks'",
       "UPDATE \"Music\" SET \"AwardsWon\" = 1 SET \"AwardDetail\" = {'Grammys': [2020, 2018]} WHERE \"Artist\" = "
       "'Acme Band' AND \"SongTitle\" = 'PartiQL Rocks'"},
      {"UPDATE T REMOVE AwardDetail.Grammys[2] WHERE k='a' RETURNING ALL OLD *",
       R"(UPDATE "T" REMOVE "AwardDetail"."Grammys"[2] WHERE "k" = 'a' RETURNING ALL OLD *)"},
      {"UPDATE T SET a.BillBoard=[2020] WHERE k='a' returning modified new *",
       R"(UPDATE "T" SET "a"."BillBoard" = [2020] WHERE "k" = 'a' RETURNING MODIFIED NEW *)"},
      {"UPDATE T SET l =list_append(l,[2016]) WHERE k='a' RETURNING ALL NEW *",
       R"(UPDATE "T" SET "l" = list_append("l", [2016]) WHERE "k" = 'a' RETURNING ALL NEW *)"},
      {"UPDATE T SET b =<<'member1', 'member2'>> WHERE k='a'",
       R"(UPDATE "T" SET "b" = <<'member1', 'member2'>> WHERE "k" = 'a')"},
      {"UPDATE T SET b =set_add(b, <<'new'>>) WHERE k='a' RETURNING MODIFIED OLD *",
       R"(UPDATE "T" SET "b" = set_add("b", <<'new'>>) WHERE "k" = 'a' RETURNING MODIFIED OLD *)"},
      {"UPDATE T \nSET n=n + 100 \nSET m.Entry=[2020, 'v', 2.4]\nSET l = LIST_APPEND(l, [4, <<'s'>>])\n"
       "SET ns= SET_ADD(ns, <<345, 48.4>>)\nWHERE k='1'",
       "UPDATE \"T\" SET \"n\" = \"n\" + 100 SET \"m\".\"Entry\" = [2020, 'v', 2.4] SET \"l\" = list_append(\"l\", [4, "
       "<<'s'>>]) SET \"ns\" = set_add(\"ns\", <<48.4, 345>>) WHERE \"k\" = '1'"},
      {"UPDATE T SET n=n - 1 REMOVE l[1] REMOVE m.Entry SET ns = SET_DELETE( ns, <<345>>) WHERE k='1'",
       "UPDATE \"T\" SET \"n\" = \"n\" - 1 REMOVE \"l\"[1] REMOVE \"m\".\"Entry\" SET \"ns\" = set_delete(\"ns\", <<345>>) "
       "WHERE \"k\" = '1'"},
      {"UPDATE T SET a = 1, b = a - b - 2, c = 1 + (a - b) WHERE k = 1",
       R"(UPDATE "T" SET "a" = 1 SET "b" = "a" - "b" - 2 SET "c" = 1 + ("a" - "b") WHERE "k" = 1)"},
      {"FROM T WHERE k = 1 SET a = 2 REMOVE b RETURNING ALL NEW *",
       R"(UPDATE "T" SET "a" = 2 REMOVE "b" WHERE "k" = 1 RETURNING ALL NEW *)"},
      {"UPDATE T SET a = 1", R"(UPDATE "T" SET "a" = 1)"},
      {R"(DELETE FROM "Music" WHERE "Artist" = 'Acme Band' AND "SongTitle" = 'PartiQL Rocks')",
       R"(DELETE FROM "Music" WHERE "Artist" = 'Acme Band' AND "SongTitle" = 'PartiQL Rocks')"},
      {R"(DELETE FROM "Music" WHERE "Artist" = 'Acme Band' RETURNING ALL OLD *)",
       R"(DELETE FROM "Music" WHERE "Artist" = 'Acme Band' RETURNING ALL OLD *)"},
      {"DELETE FROM T", R"(DELETE FROM "T")"},
  }));
}

TEST(statements, operators_of_conditions) {
  const auto where = [](std::string_view condition) {
    const std::string text = meaning_of("SELECT * FROM T WHERE " + std::string(condition));
    constexpr std::string_view before = R"(SELECT * FROM "T" WHERE )";
    return text.starts_with(before) ? text.substr(before.size()) : text;
  };
  for (const auto& [text, meaning] : std::to_array<statement_case>({
           {"a = 1 OR b = 2 AND c = 3", R"("a" = 1 OR ("b" = 2 AND "c" = 3))"},
           {"(a = 1 OR b = 2) AND c = 3", R"(("a" = 1 OR "b" = 2) AND "c" = 3)"},
           {"a = 1 AND b = 2 AND c = 3", R"("a" = 1 AND "b" = 2 AND "c" = 3)"},
           {"(a = 1 AND b = 2) AND c = 3", R"(("a" = 1 AND "b" = 2) AND "c" = 3)"},
           {"((((a = 1))))", R"("a" = 1)"},
           {"NOT a = 1 AND b = 2", R"((NOT "a" = 1) AND "b" = 2)"},
           {"not (a = 1 and b = 2)", R"(NOT ("a" = 1 AND "b" = 2))"},
           {"a != 1", R"("a" <> 1)"},
           {"a <> 1", R"("a" <> 1)"},
           {"1 = a", R"("a" = 1)"},
           {"1 < a", R"("a" > 1)"},
           {"1 >= size(a)", R"(size("a") <= 1)"},
           {"a < b", R"("a" < "b")"},
           {"a NOT BETWEEN 1 AND 2", R"(NOT "a" BETWEEN 1 AND 2)"},
           {"a BETWEEN 1 AND 2 AND b = 1", R"("a" BETWEEN 1 AND 2 AND "b" = 1)"},
           {"a NOT IN (1, 'x')", R"(NOT "a" IN [1, 'x'])"},
           {"a IN (1)", R"("a" IN [1])"},
           {"a IN <<1, 2>>", R"("a" IN [1, 2])"},
           {"a IN [b, c.d[0], [1]]", R"("a" IN ["b", "c"."d"[0], [1]])"},
           {"a = [1, {'b': null}]", R"("a" = [1, {'b': NULL}])"},
           {"a IS NOT MISSING", R"(attribute_exists("a"))"},
           {"a IS NULL", R"(attribute_type("a", 'NULL'))"},
           {"a IS NOT NULL", R"(NOT attribute_type("a", 'NULL'))"},
           {"a IS string", R"(attribute_type("a", 'S'))"},
           {"a IS CHARACTER VARYING", R"(attribute_type("a", 'S'))"},
           {"a IS double precision", R"(attribute_type("a", 'N'))"},
           {"a IS INT4 OR a IS INT8", R"(attribute_type("a", 'N') OR attribute_type("a", 'N'))"},
           {"a IS BOOL", R"(attribute_type("a", 'BOOL'))"},
           {"a IS LIST", R"(attribute_type("a", 'L'))"},
           {"a IS TUPLE", R"(attribute_type("a", 'M'))"},
           {"a IS BAG", R"(attribute_type("a", 'SS') OR attribute_type("a", 'NS') OR attribute_type("a", 'BS'))"},
           {"attribute_exists(ss) = true", R"(attribute_exists("ss"))"},
           {"false = Attribute_Exists(\"ss\")", R"(NOT attribute_exists("ss"))"},
           {"attribute_exists(ss) <> true", R"(NOT attribute_exists("ss"))"},
           {"(a < 1) = FALSE", R"(NOT "a" < 1)"},
           {"CONTAINS(a, 1)", R"(contains("a", 1))"},
           {"\"say \"\"a\"\"\" = 'it''s'", R"("say ""a""" = 'it''s')"},
           {"a = -.73e1 AND b = 7.31e6 AND c = 731E4 AND d = - 5.",
            R"("a" = -7.3 AND "b" = 7310000 AND "c" = 7310000 AND "d" = -5)"},
           {"a = +1 AND b = 1. AND c = 00042", R"("a" = 1 AND "b" = 1 AND "c" = 42)"},
           {"a /* b = 1 ' */ = 1 -- and so on\n AND c = 2", R"("a" = 1 AND "c" = 2)"},
           {"year = 2015 AND title = 'x'", R"("year" = 2015 AND "title" = 'x')"},
       })) {
    EXPECT_EQ(where(text), meaning) << text;
  }
}

TEST(statements, a_column_is_named_by_the_end_of_its_path) {
  using step = expression::path_step;
  EXPECT_EQ(column_name({step("a")}), "a");
  EXPECT_EQ(column_name({step("m"), step("n")}), "n");
  EXPECT_EQ(column_name({step("m"), step("l"), step(0U), step(12U)}), "l[0][12]");
  EXPECT_EQ(column_name({step("l"), step(0U), step("n")}), "n");
}

}  // namespace
}  // namespace dynamo::partiql::test
