#include <engine/parameters/update_statement.hpp>

#include <dynamo/expression/parse.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace dynamo;
using engine::statement_size;

TEST(update_statement, costs_what_its_clauses_do) {
  struct row {
    std::string text;
    std::size_t size;  // beside the 3 of the statement
  };
  for (const row& each : {
           row{"SET abc = :s", 3 + 5},
           row{"SET abc = :s, d = :s", 3 + 5 + 1 + 5},
           row{"SET #long = :s", 10 + 5},
           row{"SET a.bc.d = :s", 1 + (4 + 2) + (4 + 1) + 5},
           row{"SET a[12] = :s", 1 + (4 + 2) + 5},
           row{"SET a = b", 1 + (1 + 14 + 1)},
           row{"SET a = b.cd[7]", 1 + (1 + 14 + 1 + 14 + 2 + 14 + 1)},
           row{"SET a = b + :n", 1 + 34 + (1 + 14 + 1) + 3},
           row{"SET a = :n - b", 1 + 37 + 3 + (1 + 14 + 1)},
           row{"SET a = if_not_exists(b, :s)", 1 + 39 + (1 + 14 + 1) + 5},
           row{"SET a = list_append(b, :l)", 1 + 37 + (1 + 14 + 1) + (3 + 2 + 5 + 3)},
           row{"SET a = if_not_exists(a, :n) + :n", 1 + 34 + 39 + (1 + 14 + 1) + 3 + 3},
           row{"SET a = :m", 1 + (3 + 2 + 1 + 5 + 2 + 1)},
           row{"REMOVE abc, d[3]", 3 + 1 + (4 + 1)},
           row{"ADD a :n DELETE b.c :ss", 1 + 3 + 1 + (4 + 1) + 3},
       }) {
    expression::placeholders bound;
    ASSERT_TRUE(bound.add_name("#long", "attributes"));
    for (const auto& [name, value] : {std::pair{":s", R"({"S":"hello"})"}, std::pair{":n", R"({"N":"123"})"},
                                      std::pair{":l", R"({"L":[{"S":"hello"},{"N":"123"}]})"},
                                      std::pair{":m", R"({"M":{"k":{"S":"hello"},"kk":{"BOOL":true}}})"},
                                      std::pair{":ss", R"({"SS":["a","bc"]})"}}) {
      ASSERT_TRUE(bound.add_value(name, value));
    }
    const auto parsed = expression::parse_update(each.text, bound);
    ASSERT_TRUE(parsed) << each.text << ": " << parsed.error().describe();
    EXPECT_EQ(statement_size(*parsed), 3 + each.size) << each.text;
  }
}

}  // namespace
