#include "support.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/expression/parse.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/json/writer.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::expression::test {
namespace {

/// The canonical item after the update, or the message of its refusal.
std::string updated(std::string_view before, std::string_view text) {
  placeholders bound = usual();
  const auto parsed = parse_update(text, bound);
  if (!parsed) return message_of(parsed);
  const json::buffer canonical = canonical_item(before);
  item target = json::read_item(canonical.view());
  if (const auto applied = apply(*parsed, target); !applied) return message_of(applied);
  json::buffer out;
  json::write_item(out, target);
  return std::string(out.view());
}

struct change {
  std::string_view before;
  std::string_view text;
  std::string_view after;
};

void expect_changes(const std::vector<change>& cases) {
  for (const change& c : cases) EXPECT_EQ(updated(c.before, c.text), c.after) << c.text;
}

constexpr std::string_view no_path = "The document path provided in the update expression is invalid for update";
constexpr std::string_view no_attribute =
    "The provided expression refers to an attribute that does not exist in the item";
constexpr std::string_view bad_type = "An operand in the update expression has an incorrect data type";

TEST(apply, set_stores_values_and_copies_attributes) {
  expect_changes({
      {"{}", "SET a = :n", R"({"a":{"N":"3"}})"},
      {R"({"a":{"N":"1"}})", "SET a = :s, b = a", R"({"a":{"S":"text"},"b":{"N":"1"}})"},
      {R"({"a":{"N":"1"},"b":{"N":"2"}})", "SET a = b, b = a", R"({"a":{"N":"2"},"b":{"N":"1"}})"},
      {R"({"m":{"M":{}}})", "SET m.x = :n", R"({"m":{"M":{"x":{"N":"3"}}}})"},
      {R"({"m":{"M":{"l":{"L":[{"M":{}}]}}}})", "SET m.l[0].y = :n",
       R"({"m":{"M":{"l":{"L":[{"M":{"y":{"N":"3"}}}]}}}})"},
      {"{}", "SET a = b", no_attribute},
      {"{}", "SET m.x = :n", no_path},
      {R"({"m":{"N":"1"}})", "SET m.x = :n", no_path},
      {R"({"m":{"M":{}}})", "SET m[0] = :n", no_path},
      {R"({"l":{"L":[]}})", "SET l.x = :n", no_path},
      {R"({"l":{"L":[]}})", "SET l[0].x = :n", no_path},
  });
}

TEST(apply, set_behind_the_end_of_a_list_appends_in_the_order_of_the_indexes) {
  expect_changes({
      {R"({"l":{"L":[{"N":"1"}]}})", "SET l[0] = :n", R"({"l":{"L":[{"N":"3"}]}})"},
      {R"({"l":{"L":[{"N":"1"}]}})", "SET l[7] = :n", R"({"l":{"L":[{"N":"1"},{"N":"3"}]}})"},
      {R"({"l":{"L":[]}})", "SET l[9] = :n, l[4294967294] = :s, l[2] = :one",
       R"({"l":{"L":[{"N":"1"},{"N":"3"},{"S":"text"}]}})"},
      {R"({"l":{"L":[{"N":"1"}]}})", "SET l[5] = :m, l[1].x = :n", no_path},
      {R"({"l":{"L":[{"L":[]},{"N":"1"}]}})", "SET l[0][0] = :n, l[2] = :s",
       R"({"l":{"L":[{"L":[{"N":"3"}]},{"N":"1"},{"S":"text"}]}})"},
  });
}

TEST(apply, arithmetic_is_exact_and_only_for_numbers) {
  expect_changes({
      {R"({"a":{"N":"9007199254740993"}})", "SET a = a + :one", R"({"a":{"N":"9007199254740994"}})"},
      {R"({"a":{"N":"0.1"}})", "SET a = :one - a", R"({"a":{"N":"0.9"}})"},
      {R"({"a":{"N":"1"}})", "SET b = (a + a)", R"({"a":{"N":"1"},"b":{"N":"2"}})"},
      {R"({"a":{"S":"1"}})", "SET a = a + :one", bad_type},
      {"{}", "SET a = a + :one", no_attribute},
      {R"({"a":{"N":"9.9E125"},"b":{"N":"9.9E125"}})", "SET a = a + b",
       "Number overflow. Attempting to store a number with magnitude larger than supported range"},
  });
}

TEST(apply, if_not_exists_takes_the_attribute_where_there_is_one) {
  expect_changes({
      {"{}", "SET a = if_not_exists(a, :n)", R"({"a":{"N":"3"}})"},
      {R"({"a":{"N":"1"}})", "SET a = if_not_exists(a, :n)", R"({"a":{"N":"1"}})"},
      {R"({"a":{"NULL":true}})", "SET a = if_not_exists(a, :n)", R"({"a":{"NULL":true}})"},
      {R"({"b":{"N":"5"}})", "SET a = if_not_exists(a, if_not_exists(b, :n))", R"({"a":{"N":"5"},"b":{"N":"5"}})"},
      {"{}", "SET a = if_not_exists(a, :n) + :one", R"({"a":{"N":"4"}})"},
      {"{}", "SET a = if_not_exists(a, b)", no_attribute},
      {R"({"a":{"N":"1"}})", "SET a = if_not_exists(a, b)", R"({"a":{"N":"1"}})"},
  });
}

TEST(apply, list_append_joins_in_the_order_given) {
  expect_changes({
      {R"({"l":{"L":[{"N":"9"}]}})", "SET l = list_append(l, :l)", R"({"l":{"L":[{"N":"9"},{"N":"1"},{"S":"two"}]}})"},
      {R"({"l":{"L":[{"N":"9"}]}})", "SET l = list_append(:l, l)", R"({"l":{"L":[{"N":"1"},{"S":"two"},{"N":"9"}]}})"},
      {"{}", "SET l = list_append(if_not_exists(l, :l), :l)",
       R"({"l":{"L":[{"N":"1"},{"S":"two"},{"N":"1"},{"S":"two"}]}})"},
      {R"({"l":{"SS":["a"]}})", "SET l = list_append(l, :l)", bad_type},
      {"{}", "SET l = list_append(l, :l)", no_attribute},
  });
}

TEST(apply, remove_means_the_elements_as_they_were) {
  constexpr std::string_view list = R"({"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"N":"3"}]}})";
  expect_changes({
      {R"({"a":{"N":"1"},"b":{"N":"2"}})", "REMOVE a, c", R"({"b":{"N":"2"}})"},
      {R"({"m":{"M":{"x":{"N":"1"}}}})", "REMOVE m.x, m.y", R"({"m":{"M":{}}})"},
      {list, "REMOVE l[0], l[2]", R"({"l":{"L":[{"N":"1"},{"N":"3"}]}})"},
      {list, "REMOVE l[2], l[0], l[9]", R"({"l":{"L":[{"N":"1"},{"N":"3"}]}})"},
      {list, "SET l[1] = :n REMOVE l[0]", R"({"l":{"L":[{"N":"3"},{"N":"2"},{"N":"3"}]}})"},
      {list, "SET l[9] = :s REMOVE l[3]", R"({"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"S":"text"}]}})"},
      {list, "SET a = l[1] REMOVE l[1], l[0]", R"({"a":{"N":"1"},"l":{"L":[{"N":"2"},{"N":"3"}]}})"},
      {R"({"l":{"L":[{"L":[{"N":"1"},{"N":"2"}]},{"M":{"x":{"N":"3"}}}]}})", "REMOVE l[1].x, l[0][0]",
       R"({"l":{"L":[{"L":[{"N":"2"}]},{"M":{}}]}})"},
      {R"({"l":{"L":[{"N":"0"},{"M":{"x":{"N":"3"}}}]}})", "REMOVE l[0], l[1].x", R"({"l":{"L":[{"M":{}}]}})"},
      {"{}", "REMOVE m.x", no_path},
      {R"({"m":{"N":"1"}})", "REMOVE m.x", no_path},
      {R"({"m":{"M":{}}})", "REMOVE m[0]", no_path},
      {R"({"l":{"L":[]}})", "REMOVE l[0].x", no_path},
  });
}

TEST(apply, add_counts_up_and_unites_sets) {
  expect_changes({
      {"{}", "ADD a :n, b :ss", R"({"a":{"N":"3"},"b":{"SS":["a","b"]}})"},
      {R"({"a":{"N":"-3"}})", "ADD a :n", R"({"a":{"N":"0"}})"},
      {R"({"s":{"SS":["z","b"]}})", "ADD s :ss", R"({"s":{"SS":["a","b","z"]}})"},
      {R"({"s":{"NS":["10"]}})", "ADD s :ns", R"({"s":{"NS":["1","2","10"]}})"},
      {R"({"s":{"BS":["/w=="]}})", "ADD s :bs", R"({"s":{"BS":["AQ==","Ag==","/w=="]}})"},
      {R"({"m":{"M":{}}})", "ADD m.x :n", R"({"m":{"M":{"x":{"N":"3"}}}})"},
      {R"({"l":{"L":[{"N":"1"}]}})", "ADD l[0] :n, l[5] :one", R"({"l":{"L":[{"N":"4"},{"N":"1"}]}})"},
      {R"({"a":{"S":"x"}})", "ADD a :n", bad_type},
      {R"({"a":{"N":"1"}})", "ADD a :ns", bad_type},
      {R"({"a":{"SS":["x"]}})", "ADD a :ns", bad_type},
      {R"({"a":{"L":[]}})", "ADD a :ss", bad_type},
      {"{}", "ADD m.x :n", no_path},
  });
}

TEST(apply, delete_takes_members_out_and_an_empty_set_with_them) {
  expect_changes({
      {R"({"s":{"SS":["a","c"]}})", "DELETE s :ss", R"({"s":{"SS":["c"]}})"},
      {R"({"s":{"SS":["a"]}})", "DELETE s :ss", "{}"},
      {R"({"s":{"NS":["1.0","3"]}})", "DELETE s :ns", R"({"s":{"NS":["3"]}})"},
      {R"({"s":{"BS":["AQ==","/w=="]}})", "DELETE s :bs", R"({"s":{"BS":["/w=="]}})"},
      {"{}", "DELETE s :ss", "{}"},
      {R"({"l":{"L":[{"SS":["a"]},{"N":"1"}]}})", "DELETE l[0] :ss SET l[1] = :n", R"({"l":{"L":[{"N":"3"}]}})"},
      {R"({"s":{"NS":["1"]}})", "DELETE s :ss", bad_type},
      {R"({"s":{"S":"a"}})", "DELETE s :ss", bad_type},
  });
}

TEST(apply, all_sections_see_the_item_as_it_was) {
  expect_changes({
      {R"({"a":{"N":"1"},"b":{"N":"2"},"s":{"SS":["a","x"]}})", "SET c = a REMOVE a ADD b :n DELETE s :ss",
       R"({"b":{"N":"5"},"c":{"N":"1"},"s":{"SS":["x"]}})"},
      {R"({"b":{"N":"2"}})", "ADD b :n SET c = b", R"({"b":{"N":"5"},"c":{"N":"2"}})"},
  });
}

}  // namespace
}  // namespace dynamo::expression::test
