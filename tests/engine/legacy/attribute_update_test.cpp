// AttributeUpdates as update expressions, and what they are refused for.
#include <engine/legacy/attribute_update.hpp>

#include "printed_tree.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/json/writer.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dynamo::engine {
namespace {

const std::string invalid = "One or more parameter values were invalid: ";
using updates = std::vector<attribute_update>;

std::string text_of(updates all) {
  const std::string text = printed(update_tree(all));
  return text.substr(0, text.find(",\"Expression"));
}

TEST(AttributeUpdate, HasAnExpression) {
  using enum update_action;
  EXPECT_EQ(text_of({{"a", put, R"({"S":"x"})"}}), "SET #0 = :0");
  EXPECT_EQ(text_of({{"a", add, R"({"N":"1"})"}}), "ADD #0 :0");
  EXPECT_EQ(text_of({{"a", add, R"({"SS":["x"]})"}}), "ADD #0 :0");
  EXPECT_EQ(text_of({{"a", add, R"({"L":[{"S":"x"}]})"}}), "SET #0 = list_append(if_not_exists(#0, :0), :1)");
  EXPECT_EQ(text_of({{"a", erase, {}}}), "REMOVE #0");
  EXPECT_EQ(text_of({{"a", erase, R"({"NS":["1"]})"}}), "DELETE #0 :0");
  EXPECT_EQ(
      text_of({{"a", put, R"({"M":{}})"}, {"b", erase, {}}, {"c", add, R"({"N":"1"})"}, {"d", put, R"({"N":"2"})"}}),
      "SET #0 = :0, #1 = :1 REMOVE #2 ADD #3 :2");
}

TEST(AttributeUpdate, WantsAValueOfAFittingType) {
  using enum update_action;
  for (const update_action what : {put, add}) {
    EXPECT_EQ(text_of({{"a", what, {}}}),
              invalid + "Only DELETE action is allowed when no attribute value is specified");
  }
  const std::vector<std::pair<std::string, std::string>> values{
      {"S", R"({"S":"x"})"},        {"N", R"({"N":"1"})"},       {"B", R"({"B":"AA=="})"}, {"BOOL", R"({"BOOL":true})"},
      {"NULL", R"({"NULL":true})"}, {"L", R"({"L":[]})"},        {"M", R"({"M":{}})"},     {"SS", R"({"SS":["x"]})"},
      {"NS", R"({"NS":["1"]})"},    {"BS", R"({"BS":["AA=="]})"}};
  for (const auto& [type, value] : values) {
    const bool set = type.size() == 2;
    const bool added = set || type == "N" || type == "L";
    EXPECT_EQ(text_of({{"a", put, value}}), "SET #0 = :0");
    EXPECT_EQ(text_of({{"a", erase, value}}),
              set ? "DELETE #0 :0" : invalid + "DELETE action with value is not supported for the type " + type);
    if (added) continue;
    EXPECT_EQ(text_of({{"a", add, value}}), invalid + "ADD action is not supported for the type " + type);
  }
}

struct applied_update {
  std::string before;
  attribute_update one;
  std::string after;  ///< empty: refused
};

TEST(AttributeUpdate, ChangesAnItem) {
  using enum update_action;
  const std::vector<applied_update> cases{
      {R"({})", {"a", put, R"({"S":"x"})"}, R"({"a":{"S":"x"}})"},
      {R"({"a":{"N":"1"}})", {"a", put, R"({"S":"x"})"}, R"({"a":{"S":"x"}})"},
      {R"({})", {"a", add, R"({"N":"3"})"}, R"({"a":{"N":"3"}})"},
      {R"({"a":{"N":"1"}})", {"a", add, R"({"N":"-3"})"}, R"({"a":{"N":"-2"}})"},
      {R"({"a":{"S":"1"}})", {"a", add, R"({"N":"3"})"}, ""},
      {R"({})", {"a", add, R"({"SS":["x"]})"}, R"({"a":{"SS":["x"]}})"},
      {R"({"a":{"SS":["x"]}})", {"a", add, R"({"SS":["b","x"]})"}, R"({"a":{"SS":["b","x"]}})"},
      {R"({"a":{"NS":["1"]}})", {"a", add, R"({"SS":["x"]})"}, ""},
      {R"({})", {"a", add, R"({"L":[{"N":"1"}]})"}, R"({"a":{"L":[{"N":"1"}]}})"},
      {R"({"a":{"L":[{"N":"2"}]}})", {"a", add, R"({"L":[{"N":"1"}]})"}, R"({"a":{"L":[{"N":"2"},{"N":"1"}]}})"},
      {R"({"a":{"N":"1"}})", {"a", add, R"({"L":[{"N":"1"}]})"}, ""},
      {R"({"a":{"N":"1"},"b":{"N":"2"}})", {"a", erase, {}}, R"({"b":{"N":"2"}})"},
      {R"({"b":{"N":"2"}})", {"a", erase, {}}, R"({"b":{"N":"2"}})"},
      {R"({"a":{"NS":["1","2"]}})", {"a", erase, R"({"NS":["2","3"]})"}, R"({"a":{"NS":["1"]}})"},
      {R"({"a":{"NS":["1","2"]}})", {"a", erase, R"({"NS":["1","2"]})"}, R"({})"},
      {R"({})", {"a", erase, R"({"NS":["1"]})"}, R"({})"},
      {R"({"a":{"SS":["1"]}})", {"a", erase, R"({"NS":["1"]})"}, ""},
  };
  for (const applied_update& c : cases) {
    updates all{c.one};
    const auto made = update_tree(all);
    ASSERT_TRUE(made) << made.error().message();
    ASSERT_TRUE(expression::check_paths(*made));
    const json::buffer before(c.before);
    item tree = json::read_item(before.view());
    const auto applied = expression::apply(*made, tree);
    EXPECT_EQ(applied.has_value(), !c.after.empty()) << c.before;
    if (!applied) continue;
    json::buffer after;
    json::write_item(after, tree);
    EXPECT_EQ(after.view(), c.after) << c.before;
  }
}

}  // namespace
}  // namespace dynamo::engine
