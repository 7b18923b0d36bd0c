#include "support.hpp"

namespace dynamo::partiql::test {
namespace {

std::string repeat(std::string_view text, std::size_t times) {
  std::string made;
  for (; times > 0; --times) made += text;
  return made;
}

constexpr std::string_view not_well_formed = "Statement wasn't well formed, can't be processed: ";
constexpr std::string_view too_deep =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";

std::string where(const std::string& condition) { return meaning_of("SELECT * FROM T WHERE " + condition); }

TEST(hostile, a_statement_has_8192_characters_at_most) {
  const std::string longest = "SELECT * FROM T" + std::string(8192 - 15, ' ');
  EXPECT_EQ(meaning_of(longest), R"(SELECT * FROM "T")");
  EXPECT_EQ(meaning_of(longest + ' '), "A statement must have length less than or equal to 8192");
  EXPECT_EQ(meaning_of(std::string(10'000'000, '(')), "A statement must have length less than or equal to 8192");
  const std::string umlauts = "SELECT * FROM T -- " + repeat("\xC3\xA4", 8192 - 19);
  EXPECT_EQ(meaning_of(umlauts), R"(SELECT * FROM "T")") << "characters, not bytes";
  EXPECT_EQ(where("a IN [" + repeat("1, ", 10'000) + "1]"), "A statement must have length less than or equal to 8192");
}

TEST(hostile, parentheses_nest_as_deep_as_anybody_writes_them) {
  EXPECT_EQ(where(std::string(90, '(') + "a = 1" + std::string(90, ')')), R"(SELECT * FROM "T" WHERE "a" = 1)");
  const std::string refused = std::string(not_well_formed) + "The statement nests too deep";
  EXPECT_EQ(where(std::string(4000, '(') + "a = 1" + std::string(4000, ')')), refused);
  EXPECT_EQ(meaning_of(std::string(8192, '(')), refused);
  EXPECT_EQ(where(repeat("NOT ", 2000) + "a = 1"), refused);
  EXPECT_EQ(where("a = 1 " + std::string(8000, '-') + "1"), R"(SELECT * FROM "T" WHERE "a" = 1)")
      << "that is a comment";
  EXPECT_EQ(where("a = " + repeat("- ", 4000) + "1"), refused);
  EXPECT_EQ(where("size(" + repeat("size(", 1000) + "a"), refused);
  EXPECT_EQ(where("a[" + repeat("a[", 2000)), refused);
  EXPECT_EQ(meaning_of(repeat("SELECT * FROM (", 500)), refused);
  EXPECT_EQ(where("EXISTS(" + repeat("SELECT * FROM T WHERE EXISTS(", 200)), refused);
}

TEST(hostile, values_nest_32_levels_at_most) {
  const auto nested = [](std::string_view open, std::string_view close, std::size_t levels) {
    return "a = " + repeat(open, levels) + "1" + repeat(close, levels);
  };
  EXPECT_TRUE(where(nested("[", "]", 31)).starts_with("SELECT"));
  for (const std::size_t levels : {33U, 40U, 64U, 99U, 101U, 1000U, 4000U}) {
    EXPECT_EQ(where(nested("[", "]", levels)), too_deep) << levels;
  }
  for (const std::size_t levels : {33U, 90U, 500U}) EXPECT_EQ(where(nested("{'a':", "}", levels)), too_deep) << levels;
  const std::string value = repeat(R"({"L":[)", 30) + R"({"N":"1"})" + repeat("]}", 30);
  EXPECT_TRUE(meaning_of("SELECT * FROM T WHERE a = [?]", parameters({value})).starts_with("SELECT"));
  EXPECT_EQ(meaning_of("SELECT * FROM T WHERE a = [[[?]]]", parameters({value})), too_deep) << "together";
  EXPECT_EQ(meaning_of("INSERT INTO T VALUE {'a': [[[?]]]}", parameters({value})), too_deep);
}

TEST(hostile, long_chains_are_one_node_or_refused) {
  EXPECT_TRUE(where(repeat("a=1 OR ", 1000) + "a=1").starts_with("SELECT"));
  EXPECT_TRUE(where(repeat("a=1 AND b=2 OR ", 500) + "a=1").starts_with("SELECT"));
  const std::string refused = std::string(not_well_formed) + "The statement nests too deep";
  EXPECT_EQ(where(repeat("a=", 3000) + "1"), refused);
  EXPECT_EQ(meaning_of("UPDATE T SET a = " + repeat("1+", 3000) + "1 WHERE k = 1"), refused);
  EXPECT_EQ(
      where("a IN [" + repeat("1,", 3000) + "1]"),
      "Incorrect number of operands for operator or function; operator or function: IN, number of operands: 3001");
  EXPECT_EQ(where("a" + repeat(".a", 3000) + " = 1"),
            "The document path has too many nesting elements; nesting elements: 3001");
  EXPECT_TRUE(meaning_of("UPDATE T " + repeat("SET a=1 ", 900)).starts_with("Two document paths overlap"));
}

TEST(hostile, whatever_is_not_closed_is_refused) {
  for (const std::string_view text :
       {"SELECT * FROM T WHERE a = '", "SELECT * FROM \"", "SELECT * FROM T /*", "SELECT * FROM T /*/",
        "SELECT * FROM T WHERE a = 1e", "SELECT * FROM T WHERE a = 1e+", "SELECT * FROM T WHERE a = !",
        "SELECT `1` FROM T", "SELECT * FROM T WHERE a = ^", "SELECT * FROM T WHERE \xC3\xA4 = 1",
        "SELECT * FROM T WHERE a = |"}) {
    EXPECT_EQ(meaning_of(text), not_well_formed) << text;
  }
  for (const std::string_view text : {"SELECT * FROM T WHERE (",
                                      "SELECT * FROM T WHERE a IN [",
                                      "SELECT * FROM T WHERE a = {",
                                      "SELECT * FROM T WHERE a = {'b'",
                                      "SELECT * FROM T WHERE a = {'b':",
                                      "SELECT * FROM T WHERE a = <<1",
                                      "SELECT * FROM T WHERE a = <<1>",
                                      "SELECT a. FROM T",
                                      "SELECT a[0 FROM T",
                                      "SELECT size(",
                                      "EXISTS(",
                                      "EXISTS(SELECT * FROM T",
                                      "INSERT INTO",
                                      "INSERT INTO T VALUE",
                                      "UPDATE",
                                      "UPDATE T SET",
                                      "UPDATE T SET a =",
                                      "DELETE",
                                      "DELETE FROM",
                                      "FROM",
                                      "FROM T",
                                      "SELECT",
                                      ";",
                                      "?",
                                      "@a"}) {
    const std::string message = meaning_of(text);
    EXPECT_TRUE(message.starts_with(not_well_formed) || message == "Unsupported operation: Parameter")
        << text << ": " << message;
  }
}

// Every beginning of a statement, and every statement that lacks one character: a clear error, or another statement.
TEST(hostile, whatever_is_cut_off_or_left_out_is_refused_in_words_or_means_something) {
  const bound values = parameters({R"({"S":"x"})", R"({"N":"2"})"});
  for (
      const std::string text :
      {R"(SELECT a.b[0], "c d" FROM "T"."i" WHERE (a = ? AND NOT b IN [?, 'it''s', <<1, 2>>]) OR size(c) > 1e3 ORDER BY k DESC, s;)",
       R"(INSERT INTO "T" VALUE {'k': ?, 'm': {'l': [1, -2.5, true, null]}, 's': <<'x', 'y'>>, 'n': ?})",
       R"(UPDATE "T" SET a = b + ? - 1 SET c = list_append(c, [?]), s = set_add(s, <<'x'>>) REMOVE d[0].e WHERE k = 'a' RETURNING ALL NEW *)",
       R"(DELETE FROM "T" WHERE k = ? AND s BETWEEN 1 AND 2 AND attribute_type(a, 'S') AND b IS NOT MISSING AND c != ? RETURNING ALL OLD *)",
       R"(EXISTS(SELECT * FROM "T" WHERE "k" = ? AND contains(a, ?) /* a comment */ AND begins_with(b, 'x')) -- and another)"}) {
    EXPECT_EQ(meaning_of(text, values).find("Statement wasn't"), std::string::npos) << text;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const std::string cut = text.substr(0, at);
      EXPECT_FALSE(meaning_of(cut, values).empty()) << cut;
      const std::string lacking = cut + text.substr(at + 1);
      EXPECT_FALSE(meaning_of(lacking, values).empty()) << lacking;
      const std::string doubled = cut + text[at] + text.substr(at);
      EXPECT_FALSE(meaning_of(doubled, values).empty()) << doubled;
    }
  }
}

// What a parser copies of a statement for each of its parts grows with its square: with 8,192 characters that can be had.
TEST(hostile, statements_of_8192_characters_of_anything_come_to_an_end) {
  for (const std::string_view part : {"(",
                                      ")",
                                      "[",
                                      "{",
                                      "<<",
                                      "{'a':",
                                      "a.",
                                      "a[0].",
                                      "a[",
                                      "NOT ",
                                      "- ",
                                      "+",
                                      "a=1 AND ",
                                      "a=1 OR ",
                                      "a IN [",
                                      "a IN (1) AND ",
                                      "a BETWEEN 1 AND ",
                                      "?,",
                                      "'",
                                      "''",
                                      "\"",
                                      "\"\"",
                                      "--",
                                      "/*",
                                      "/**/",
                                      "1",
                                      "1.",
                                      "e",
                                      "1e1 ",
                                      "SELECT ",
                                      "SELECT * FROM ",
                                      "UPDATE T SET a=1 ",
                                      "REMOVE a ",
                                      "EXISTS(",
                                      "size(",
                                      "set_add(",
                                      "a,",
                                      "a IS ",
                                      "<<1,",
                                      "null,",
                                      ";",
                                      "\n",
                                      "\xC3\xA4",
                                      "@",
                                      "`"}) {
    for (const std::string_view before :
         {"", "SELECT * FROM T WHERE ", "SELECT ", "INSERT INTO T VALUE {'k':", "UPDATE T SET a = "}) {
      std::string text(before);
      while (text.size() + part.size() <= statement_size_max) text += part;
      EXPECT_LT(meaning_of(text).size(), 3 * statement_size_max) << before << part;
    }
  }
}

}  // namespace
}  // namespace dynamo::partiql::test
