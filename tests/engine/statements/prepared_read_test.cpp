// Statements that are not parsed again: which they are, and that they are what they were.
#include <engine/statements/prepared_read.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dynamo::engine {
namespace {

statement_parameters prepared(std::string text, const std::vector<std::string>& values) {
  statement_parameters made;
  made.text = std::move(text);
  for (const std::string& value : values) made.values.emplace_back(R"({"S":")" + value + "\"}");
  return made;
}

std::string key_told(const statement_parameters& p, const key_schema& key) {
  const prepared_read* const read = find_prepared_read(p);
  if (read == nullptr) return "parsed";
  const auto made = prepared_key(*read, p, key);
  return made ? std::string(made->view()) : "no key";
}

const key_schema pair{{{"pk", attribute_type::S}}, {{"sk", attribute_type::S}}};
const key_schema single{{{"pk", attribute_type::S}}, {}};

TEST(prepared_read, has_the_key_of_its_values) {
  const std::string text = "SELECT * FROM t WHERE sk = ? AND pk = ?";
  for (const char* value : {"x", "y"}) {
    EXPECT_EQ(key_told(prepared(text, {"s", value}), pair),
              R"({"pk":{"S":")" + std::string(value) + R"("},"sk":{"S":"s"}})");
  }
  EXPECT_EQ(key_told(prepared(text, {"s", "p"}), single), "no key");
  EXPECT_EQ(key_told(prepared("SELECT * FROM t WHERE pk = ?", {"p"}), single), R"({"pk":{"S":"p"}})");
  EXPECT_EQ(key_told(prepared("SELECT * FROM t WHERE pk = ?", {"p"}), pair), "no key");
  EXPECT_EQ(key_told(prepared("SELECT * FROM t WHERE ? = pk", {"p"}), single), R"({"pk":{"S":"p"}})");
}

TEST(prepared_read, is_made_of_nothing_else) {
  for (const char* text :
       {"SELECT * FROM t WHERE pk = ? AND sk > ?", "SELECT * FROM t WHERE pk = ? OR sk = ?",
        "SELECT * FROM t WHERE pk = '?0' AND sk = ? AND x = ?", "SELECT * FROM t.i WHERE pk = ? AND sk = ?",
        "SELECT * FROM t WHERE pk = ? AND sk = ? ORDER BY sk", "DELETE FROM t WHERE pk = ? AND sk = ?",
        "SELECT * FROM t WHERE m.x = ? AND sk = ?", "SELECT * FROM t WHERE", "SELECT * FROM t WHERE pk = ?"}) {
    for (int times = 0; times < 2; ++times) EXPECT_EQ(key_told(prepared(text, {"a", "b"}), pair), "parsed") << text;
  }
  EXPECT_EQ(key_told(prepared("SELECT * FROM t WHERE pk = 'a' AND sk = 'b'", {}), pair), "parsed");
  EXPECT_EQ(key_told(prepared("SELECT * FROM t WHERE pk = ? AND pk = ?", {"a", "b"}), pair), "no key");
  EXPECT_EQ(key_told(prepared("SELECT * FROM t WHERE pk = '?0' AND sk = ?", {"b"}), pair), "parsed");
}

TEST(prepared_read, leaves_a_value_that_is_refused_to_the_parser) {
  statement_parameters p = prepared("SELECT * FROM t WHERE pk = ?", {"a"});
  p.values[0] = fail(errc::validation, "bad");
  EXPECT_EQ(key_told(p, single), "no key");
}

}  // namespace
}  // namespace dynamo::engine
