// uses: expression
// An expression that the parser accepts is the same tree after printing and parsing, and evaluating it does not crash.
// The first byte says which kind of expression and whose dialect; the rest is its text.
#include "require.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/expression/parse.hpp>
#include <dynamo/expression/print.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/json/cursor.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace dynamo;

constexpr std::string_view sample =
    R"({"a":{"N":"1"},"b":{"S":"x"},"c":{"M":{"a":{"L":[{"N":"2"},{"S":"y"}]}}},"d":{"NS":["1","2"]},"e":{"L":[]}})";

expression::placeholders some_placeholders() {
  expression::placeholders known;
  for (const char* name : {"#a", "#b", "#c"}) (void)known.add_name(name, std::string_view{name}.substr(1));
  (void)known.add_value(":n", R"({"N":"1"})");
  (void)known.add_value(":s", R"({"S":"x"})");
  (void)known.add_value(":l", R"({"L":[{"N":"2"}]})");
  (void)known.add_value(":d", R"({"NS":["1"]})");
  return known;
}

/// What print() put into the request, as the one who reads the request finds it.
expression::placeholders read_back(const expression::substitutions& used) {
  json::buffer members{"{\"_\":0"};
  used.write_members(members);
  members.append('}');
  json::cursor reader{members};
  expression::placeholders known;
  std::string_view member;
  DYNAMO_REQUIRE(reader.begin_object());
  while (reader.next_name(member)) {
    const bool names = member == "ExpressionAttributeNames";
    if (!names && member != "ExpressionAttributeValues") {
      (void)reader.skip();
      continue;
    }
    DYNAMO_REQUIRE(reader.begin_object());
    for (std::string_view entry; reader.next_name(entry);) {
      const std::string placeholder{entry};
      if (names) {
        DYNAMO_REQUIRE(known.add_name(placeholder, reader.read_string()));
      } else {
        DYNAMO_REQUIRE(known.add_value(placeholder, reader.skip()));
      }
    }
  }
  DYNAMO_REQUIRE(reader.ok());
  return known;
}

/// parse(print(tree)) == tree.
template <class Tree, class Parse>
void check_round_trip(const Tree& tree, Parse parse) {
  expression::substitutions used;
  std::string text;
  expression::print(tree, used, text);
  auto known = read_back(used);
  const auto again = parse(std::string_view{text}, known);
  // Aliases can be longer than the names they stand for, so a long text may no longer fit the limit.
  if (!again && text.size() > 4096) return;
  DYNAMO_REQUIRE(again && *again == tree);
  DYNAMO_REQUIRE(known.all_used());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto whose = (data[0] & 4) != 0 ? expression::dialect::application : expression::dialect::wire;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  auto known = some_placeholders();
  const json::buffer item{sample};

  switch (data[0] & 3) {
    case 0: {
      const auto tree = expression::parse_condition(text, known, expression::parameter::condition, whose);
      if (!tree) break;
      check_round_trip(*tree, [](std::string_view t, auto& names) { return expression::parse_condition(t, names); });
      (void)expression::evaluate(*tree, item.view());
      break;
    }
    case 1: {
      const auto tree = expression::parse_update(text, known, whose);
      if (!tree) break;
      check_round_trip(*tree, [](std::string_view t, auto& names) { return expression::parse_update(t, names); });
      auto target = json::read_item(item.view());
      if (expression::check_paths(*tree)) (void)expression::apply(*tree, target);
      break;
    }
    case 2: {
      const auto tree = expression::parse_projection(text, known, whose);
      if (!tree) break;
      check_round_trip(*tree, [](std::string_view t, auto& names) { return expression::parse_projection(t, names); });
      json::buffer out;
      if (expression::check_paths(*tree)) expression::project(*tree, item.view(), out);
      break;
    }
    default: {
      const auto tree = expression::parse_condition(text, known, expression::parameter::key_condition, whose);
      if (tree) (void)expression::to_key_condition(*tree, "a", "b");
      break;
    }
  }
  return 0;
}
