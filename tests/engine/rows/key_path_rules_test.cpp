// What expressions may not say of key attributes, in DynamoDB's words.
#include <engine/rows/key_path_rules.hpp>

#include <dynamo/expression/parse.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace dynamo::engine {
namespace {

using enum attribute_type;

/// Table: pk, sk. Indexes: by_a of a (S) and b (N), by_c of c (B).
table_descriptor two_indexes() {
  table_descriptor table;
  table.key = {{{"pk", S}}, {{"sk", N}}};
  index_descriptor by_a;
  by_a.name = "by_a";
  by_a.key = {{{"a", S}}, {{"b", N}}};
  index_descriptor by_c;
  by_c.name = "by_c";
  by_c.key = {{{"c", B}}, {}};
  table.indexes = {by_a, by_c};
  derive_indexes(table);
  return table;
}

std::string message_of(const result<void>& checked) {
  if (checked) return "accepted";
  EXPECT_EQ(checked.error().code(), errc::validation);
  return checked.error().message();
}

std::string update_on(const table_descriptor& table, std::string_view text) {
  expression::placeholders values;
  for (const auto& [name, value] : {std::pair{":s", R"({"S":"x"})"},
                                    {":n", R"({"N":"1"})"},
                                    {":b", R"({"B":"YQ=="})"},
                                    {":l", R"({"L":[]})"},
                                    {":ss", R"({"SS":["x"]})"}}) {
    if (text.find(name) != std::string_view::npos) {
      EXPECT_TRUE(values.add_value(name, value));
    }
  }
  const auto update = expression::parse_update(text, values);
  if (!update) return "not parsed: " + update.error().message();
  return message_of(check_key_updates(table, *update));
}

std::string no_path(std::string_view of, std::string_view name) {
  return "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: " +
         std::string(of) + ": " + std::string(name);
}
std::string mismatch(std::string_view name, std::string_view expected, std::string_view actual,
                     std::string_view index) {
  return "One or more parameter values were invalid: Type mismatch for Index Key " + std::string(name) +
         " Expected: " + std::string(expected) + " Actual: " + std::string(actual) +
         " IndexName: " + std::string(index);
}

TEST(KeyPathRules, UpdatesOfIndexKeys) {
  struct {
    std::string_view text;
    std::string answer;
  } const cases[] = {
      {"SET a = :s, b = :n, c = :b", "accepted"},
      {"SET a = :n", mismatch("a", "S", "N", "by_a")},
      {"SET b = :s", mismatch("b", "N", "S", "by_a")},
      {"SET c = :s", mismatch("c", "B", "S", "by_c")},
      // The type of these does not depend on the item.
      {"SET b = b + :n", "accepted"},
      {"SET a = z + :n", mismatch("a", "S", "N", "by_a")},
      {"SET a = z - :n", mismatch("a", "S", "N", "by_a")},
      {"SET a = list_append(z, :l)", mismatch("a", "S", "L", "by_a")},
      // The type of these does.
      {"SET a = z", "accepted"},
      {"SET a = if_not_exists(z, :n)", "accepted"},
      {"SET z = :n", "accepted"},
      {"ADD b :n", "accepted"},
      {"ADD a :n", mismatch("a", "S", "N", "by_a")},
      {"ADD z :n", "accepted"},
      {"DELETE a :ss", mismatch("a", "S", "SS", "by_a")},
      {"DELETE z :ss", "accepted"},
      {"REMOVE a, b, c", "accepted"},
  };
  for (const auto& c : cases) EXPECT_EQ(update_on(two_indexes(), c.text), c.answer) << c.text;
}

TEST(KeyPathRules, UpdatesThatReachIntoKeys) {
  struct {
    std::string_view text;
    std::string answer;
  } const cases[] = {
      {"SET a.x = :s", no_path("IndexKey", "a")},
      {"SET c[0] = :s", no_path("IndexKey", "c")},
      {"SET pk.x = :s", no_path("Key", "pk")},
      {"SET sk[0] = :s", no_path("Key", "sk")},
      {"SET z.a = :s, z.b[1] = :n", "accepted"},
      {"SET z = a.x", no_path("IndexKey", "a")},
      {"SET z = pk.x", no_path("Key", "pk")},
      {"SET z = y + b.x", no_path("IndexKey", "b")},
      {"SET z = if_not_exists(a[0], :s)", no_path("IndexKey", "a")},
      {"SET z = if_not_exists(y, a[0])", no_path("IndexKey", "a")},
      {"SET z = list_append(:l, a.x)", no_path("IndexKey", "a")},
      {"REMOVE b.x", no_path("IndexKey", "b")},
      {"ADD b.x :n", no_path("IndexKey", "b")},
      {"DELETE a.x :ss", no_path("IndexKey", "a")},
  };
  for (const auto& c : cases) EXPECT_EQ(update_on(two_indexes(), c.text), c.answer) << c.text;
}

TEST(KeyPathRules, WithoutIndexesUpdatesAreNotLookedAt) {
  table_descriptor table;
  table.key = {{{"pk", S}}, {}};
  EXPECT_EQ(update_on(table, "SET a = :n, z = pk.x"), "accepted");
}

TEST(KeyPathRules, ProjectionsThatReachIntoKeys) {
  struct {
    std::string_view text;
    std::string answer;
  } const cases[] = {
      {"pk, sk, a, b, c, z", "accepted"}, {"z.pk, y[0].a", "accepted"},      {"z, pk.x", no_path("Key", "pk")},
      {"sk[1]", no_path("Key", "sk")},    {"a.x", no_path("IndexKey", "a")},
  };
  for (const auto& c : cases) {
    expression::placeholders none;
    const auto projection = expression::parse_projection(c.text, none);
    ASSERT_TRUE(projection) << c.text;
    EXPECT_EQ(message_of(check_key_paths(two_indexes(), *projection)), c.answer) << c.text;
  }
  EXPECT_EQ(message_of(check_key_paths(two_indexes(), std::nullopt)), "accepted");
}

}  // namespace
}  // namespace dynamo::engine
