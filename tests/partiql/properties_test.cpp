#include "support.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/expression/parse.hpp>
#include <dynamo/expression/print.hpp>
#include <dynamo/json/writer.hpp>

#include <expression/random_trees.hpp>
#include <support/seeds.hpp>

#include <utility>
#include <variant>

namespace dynamo::partiql::test {
namespace {

using expression::condition;
using expression::operand;
using expression::test::random_trees;
using testing_support::for_each_seed;

/// As the parser has it: a value stands to the right of what it is compared with.
condition in_normal_form(condition c) {
  for (condition& child : c.children) child = in_normal_form(std::move(child));
  using enum condition::kind;
  switch (c.what) {
    case equal:
    case not_equal:
    case less:
    case less_equal:
    case greater:
    case greater_equal: break;
    default: return c;
  }
  if (c.operands[0].what != operand::kind::value || c.operands[1].what == operand::kind::value) return c;
  std::swap(c.operands[0], c.operands[1]);
  constexpr std::array<std::pair<condition::kind, condition::kind>, 4> mirrored = {
      {{less, greater}, {less_equal, greater_equal}, {greater, less}, {greater_equal, less_equal}}};
  for (const auto& [from, to] : mirrored) {
    if (c.what != from) continue;
    c.what = to;
    break;
  }
  return c;
}

/// The message of an expression's error, as a statement's has it.
std::string without_parameter(const error& why) {
  const std::size_t at = why.message().find("Expression: ");
  return at == std::string::npos ? why.message() : why.message().substr(at + std::string_view("Expression: ").size());
}

bound bound_of(const printed& text) {
  bound made;
  for (const std::string& value : text.parameters) made.emplace_back(value);
  return made;
}

/// parse(print(x)) == x, or is refused in these words.
void expect_round_trip(const statement& s, const result<void>& allowed) {
  const auto text = print(s);
  ASSERT_TRUE(text);
  const auto parsed = parse(text->text, bound_of(*text));
  if (!allowed) {
    ASSERT_FALSE(parsed) << text->text;
    EXPECT_EQ(parsed.error().why.message(), without_parameter(allowed.error())) << text->text;
    return;
  }
  ASSERT_TRUE(parsed) << text->text << "\n" << parsed.error().why.message();
  EXPECT_TRUE(*parsed == s) << text->text << "\n" << meaning_of(text->text, bound_of(*text));
}

condition random_where(random_trees& trees) { return in_normal_form(trees.random_condition()); }

select random_select(random_trees& trees) {
  select made;
  made.table = trees.name();
  if (trees.one_in(3)) made.index = trees.name();
  if (!trees.one_in(4)) made.where = random_where(trees);
  if (trees.one_in(2)) made.columns.push_back(trees.random_path());
  for (std::size_t n = trees.below(3); n > 0; --n) made.order_by.push_back({trees.name(), trees.one_in(2)});
  return made;
}

result<void> checked(const std::optional<condition>& where) {
  return where ? expression::check_operand_types(*where, expression::parameter::condition) : result<void>{};
}

TEST(properties, a_printed_select_delete_or_exists_reads_back_as_itself) {
  for_each_seed(2000, [](std::mt19937_64& random) {
    random_trees trees(random);
    const select read = random_select(trees);
    expect_round_trip(read, checked(read.where));
    expect_round_trip(exists{read}, checked(read.where));
    const remove removed{trees.name(), random_where(trees), trees.one_in(2) ? returning::all_old : returning::nothing};
    expect_round_trip(removed, checked(removed.where));
  });
}

TEST(properties, a_printed_insert_reads_back_as_itself) {
  for_each_seed(1000, [](std::mt19937_64& random) {
    random_trees trees(random);
    json::buffer item;
    json::write_item(item, trees.random_item());
    expect_round_trip(insert{trees.name(), std::string(item.view())}, {});
  });
}

/// Whether an UpdateExpression may say so.
result<void> checked(const expression::update& u) {
  expression::substitutions names;
  std::string text;
  expression::print(u, names, text);
  json::buffer members("{\"\":0");
  names.write_members(members);
  members.append('}');
  expression::placeholders known;
  json::cursor in(members);
  (void)in.begin_object();
  for (std::string_view member; in.next_name(member);) {
    if (!member.starts_with("Expression")) {
      (void)in.skip();
      continue;
    }
    (void)in.begin_object();
    for (std::string_view entry; in.next_name(entry);) {
      const std::string placeholder(entry);
      if (placeholder.starts_with('#')) {
        EXPECT_TRUE(known.add_name(placeholder, in.read_string()));
      } else {
        EXPECT_TRUE(known.add_value(placeholder, in.skip()));
      }
    }
  }
  if (auto parsed = expression::parse_update(text, known); !parsed) return fail(parsed.error());
  return {};
}

TEST(properties, a_printed_update_reads_back_as_itself_and_is_refused_as_an_update_expression_is) {
  std::size_t updates = 0;
  for_each_seed(2000, [&](std::mt19937_64& random) {
    random_trees trees(random);
    update made{trees.name(), {}, {}, {}};
    for (std::size_t n = 1 + trees.below(3); n > 0; --n) {
      made.steps.set.push_back({trees.random_path(), trees.random_right_side()});
    }
    if (trees.one_in(3)) made.steps.remove.push_back(trees.random_path());
    if (trees.one_in(3)) made.steps.add.push_back(trees.random_change(false));
    if (trees.one_in(3)) made.steps.erase.push_back(trees.random_change(false));
    made.where = random_where(trees);
    made.returned = static_cast<returning>(trees.below(5));
    if (!print(made)) return;  // if_not_exists
    ++updates;
    auto allowed = checked(made.steps);
    if (allowed) allowed = checked(std::optional(made.where));
    expect_round_trip(made, allowed);
  });
  RecordProperty("updates", static_cast<int>(updates));
}

}  // namespace
}  // namespace dynamo::partiql::test
