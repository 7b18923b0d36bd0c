// What a WHERE says of the keys: which ranges of rows it selects, and what is left of it.
#include <engine/statements/key_selection.hpp>

#include <dynamo/expression/parse.hpp>
#include <dynamo/expression/print.hpp>

#include <gtest/gtest.h>

#include <string>

namespace dynamo::engine {
namespace {

key_schema pk_and_sk() { return {{{"pk", attribute_type::S}}, {{"sk", attribute_type::S}}}; }

// Values are their placeholders' letters: `:a` is {"S":"a"}.
expression::condition parsed(std::string_view text) {
  expression::placeholders bound;
  for (const char c : std::string_view("abcdef")) {
    const std::string letter(1, c);
    EXPECT_TRUE(bound.add_value(":" + letter, R"({"S":")" + letter + "\"}"));
  }
  auto made = expression::parse_condition(text, bound);
  EXPECT_TRUE(made) << text << ": " << made.error().describe();
  return *std::move(made);
}

std::string letter_of(const std::string& value) { return value.substr(6, 1); }

std::string told(const key_selection& selected) {
  static constexpr const char* kinds[] = {"=", "<", "<=", ">", ">=", "..", "^"};
  std::string text;
  for (const key_selection::branch& branch : selected.branches) {
    text += (text.empty() ? "" : " ") + letter_of(branch.partition);
    if (!branch.sort) continue;
    text += std::string("/") + kinds[static_cast<std::size_t>(branch.sort->what)] + letter_of(branch.sort->low);
    if (!branch.sort->high.empty()) text += letter_of(branch.sort->high);
  }
  return text + (selected.rest ? " +" : "");
}

TEST(key_selection, takes_what_the_conditions_say_of_the_key) {
  const struct {
    const char *where, *selected;
  } rows[] = {
      {"pk = :a", "a"},
      {"pk = :a AND sk = :b", "a/=b"},
      {"sk > :b AND pk = :a", "a/>b"},
      {"pk = :a AND sk BETWEEN :b AND :c", "a/..bc"},
      {"pk = :a AND begins_with(sk, :b)", "a/^b"},
      {"pk = :a AND x = :b", "a +"},
      {"pk = :a AND sk > :b AND sk < :d", "a/>b +"},
      {"pk = :a AND sk <> :b", "a +"},
      {"pk = :a AND NOT sk = :b", "a +"},
      {"pk = :a AND contains(sk, :b)", "a +"},
      {"pk = :a AND pk = :b", "a +"},
      {"pk = :a AND sk = x", "a +"},
      {"pk = :a AND pk.x = :b", "a +"},
      {"pk IN (:c, :a, :c)", "c a"},
      {"pk IN (:c, :a) AND sk >= :b", "c/>=b a/>=b"},
      {"pk = :a AND sk IN (:c, :b)", "a/=c a/=b"},
      {"pk = :a OR pk = :b", "a b"},
      {"(pk = :a OR pk = :b) AND sk < :c", "a/<c b/<c"},
      {"(pk = :a AND sk = :b) OR (pk = :c AND sk = :d)", "a/=b c/=d"},
      {"(pk = :a AND sk = :b) OR (pk = :a AND sk = :d)", "a/=b a/=d"},
      {"(pk = :a AND x = :b) OR pk = :c", "a c +"},
      {"pk = :a OR (pk = :a AND sk = :d)", "a"},
      {"(pk = :a AND sk <> :b) OR (pk = :a AND sk <> :c)", "a +"},
      {"pk = :a AND (sk = :b OR x = :c)", "a +"},
      {"pk = :a OR x = :b", " +"},
      {"pk = :a OR sk = :b", " +"},
      {"pk > :a", " +"},
      {"sk = :a", " +"},
      {"NOT pk = :a", " +"},
      {"pk IN (:a, x)", " +"},
      {"x = :a AND y = :b", " +"},
  };
  for (const auto& row : rows) EXPECT_EQ(told(select_keys(parsed(row.where), pk_and_sk())), row.selected) << row.where;
}

TEST(key_selection, leaves_the_other_conditions_as_they_were) {
  const auto rest = [](std::string_view where) { return select_keys(parsed(where), pk_and_sk()).rest; };
  EXPECT_EQ(rest("x = :a AND pk = :b AND y = :c"), parsed("x = :a AND y = :c"));
  EXPECT_EQ(rest("pk = :b AND y = :c"), parsed("y = :c"));
  EXPECT_EQ(rest("pk > :b"), parsed("pk > :b"));
  EXPECT_EQ(rest("(pk = :a AND x = :b) OR pk = :c"), parsed("(pk = :a AND x = :b) OR pk = :c"));
}

TEST(key_selection, knows_one_item_from_many) {
  const key_schema only_pk{{{"pk", attribute_type::S}}, {}};
  EXPECT_TRUE(select_keys(parsed("pk = :a"), only_pk).is_one_item(only_pk));
  EXPECT_FALSE(select_keys(parsed("pk = :a"), pk_and_sk()).is_one_item(pk_and_sk()));
  EXPECT_TRUE(select_keys(parsed("sk = :b AND pk = :a"), pk_and_sk()).is_one_item(pk_and_sk()));
  EXPECT_FALSE(select_keys(parsed("sk > :b AND pk = :a"), pk_and_sk()).is_one_item(pk_and_sk()));
  EXPECT_FALSE(select_keys(parsed("sk = :b AND pk = :a AND x = :c"), pk_and_sk()).is_one_item(pk_and_sk()));
}

TEST(key_selection, makes_no_more_branches_than_it_may) {
  expression::condition pks{expression::condition::kind::in, {expression::operand::of({std::string_view("pk")})}, {}};
  expression::condition sks{expression::condition::kind::in, {expression::operand::of({std::string_view("sk")})}, {}};
  for (int i = 0; i < 100; ++i) {
    pks.operands.push_back(expression::operand::bound(R"({"S":")" + std::to_string(i) + "\"}"));
    sks.operands.push_back(expression::operand::bound(R"({"S":")" + std::to_string(i) + "\"}"));
  }
  const key_selection selected = select_keys({expression::condition::kind::all, {}, {pks, sks}}, pk_and_sk());
  EXPECT_EQ(selected.branches.size(), 100U);
  EXPECT_EQ(selected.rest, sks);
}

TEST(key_selection, finds_a_whole_key) {
  const auto found = find_whole_key(parsed("x = :c AND sk = :b AND pk = :a AND pk = :d"), pk_and_sk());
  ASSERT_TRUE(found);
  EXPECT_EQ(letter_of(found->partition), "a");
  EXPECT_EQ(letter_of(found->sort.value()), "b");
  EXPECT_EQ(found->rest, parsed("x = :c AND pk = :d"));
  for (const char* where :
       {"pk = :a", "sk = :a", "pk = :a AND sk > :b", "pk = :a OR sk = :b", "pk IN (:a) AND sk = :b"}) {
    EXPECT_FALSE(find_whole_key(parsed(where), pk_and_sk())) << where;
  }
}

}  // namespace
}  // namespace dynamo::engine
