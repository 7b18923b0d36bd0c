// NextToken: what it says comes back, and nothing else is one.
#include <engine/statements/next_token.hpp>

#include <gtest/gtest.h>

namespace dynamo::engine {
namespace {

statement_parameters statement(std::string text, const std::vector<std::string>& values = {}) {
  statement_parameters made;
  made.text = std::move(text);
  for (const std::string& value : values) made.values.emplace_back(value);
  return made;
}

TEST(next_token, says_where_a_page_ended) {
  const next_token made{7, 3, R"({"pk":{"S":"x"}})"};
  const auto read = next_token_from(to_text(made));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->statement, 7U);
  EXPECT_EQ(read->range, 3U);
  EXPECT_EQ(read->key, made.key);
}

TEST(next_token, that_was_cut_or_mistyped_is_none) {
  const std::string text = to_text({7, 3, R"({"pk":{"S":"x"}})"});
  EXPECT_FALSE(next_token_from(""));
  EXPECT_FALSE(next_token_from("x"));
  EXPECT_FALSE(next_token_from("AAAA"));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string wrong = text;
    wrong[i] = wrong[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(next_token_from(wrong)) << i;
    EXPECT_FALSE(next_token_from(text.substr(0, i))) << i;
  }
}

TEST(next_token, fits_one_statement_with_its_values) {
  const auto digest = digest_of(statement("SELECT", {"a", "b"}));
  EXPECT_EQ(digest, digest_of(statement("SELECT", {"a", "b"})));
  EXPECT_NE(digest, digest_of(statement("SELECT", {"a", "c"})));
  EXPECT_NE(digest, digest_of(statement("SELECT", {"ab"})));
  EXPECT_NE(digest, digest_of(statement("SELECT2", {"a", "b"})));
}

}  // namespace
}  // namespace dynamo::engine
