#include <dynamo/expression/evaluate.hpp>

#include "support.hpp"

#include <dynamo/expression/parse.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::expression::test {
namespace {

constexpr std::string_view thing = R"({
  "s": {"S": "text"}, "t": {"S": "te"}, "z": {"S": "\u00e9\ud834\udd1e"}, "quote": {"S": "a\"b\nc"},
  "n": {"N": "3"}, "big": {"N": "10"}, "neg": {"N": "-1.5"}, "b": {"B": "AQID"}, "b2": {"B": "AQ=="}, "bhigh": {"B": "/w=="},
  "yes": {"BOOL": true}, "nay": {"BOOL": false}, "nil": {"NULL": true},
  "m": {"M": {"x": {"N": "1"}, "y": {"L": [{"S": "deep"}, {"M": {"z": {"N": "7"}}}]}}},
  "l": {"L": [{"N": "1"}, {"S": "two"}, {"L": [{"N": "3"}]}]}, "hollow": {"L": []},
  "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2"]}, "bs": {"BS": ["AQ==", "Ag=="]}, "a.b": {"N": "3"}, "name": {"S": "x"}
})";

struct verdict {
  std::string_view text;
  bool holds;
};

void expect_verdicts(const std::vector<verdict>& cases) {
  const json::buffer item = canonical_item(thing);
  for (const verdict& v : cases) {
    placeholders bound = usual();
    const auto parsed = parse_condition(v.text, bound);
    ASSERT_TRUE(parsed) << v.text << "\n" << message_of(parsed);
    EXPECT_EQ(evaluate(*parsed, item.view()), v.holds) << v.text;
  }
}

TEST(evaluate, compares_values_of_one_type_and_holds_for_no_others) {
  expect_verdicts({
      {"n = :n", true},      {":n = n", true},       {"n = :s", false},     {"n = big", false},     {"n <> :s", true},
      {"n <> :n", false},    {"n < big", true},      {"big < n", false},    {"neg < n", true},      {"n <= :n", true},
      {"n > :one", true},    {"n >= :n", true},      {"t < s", true},       {"s < t", false},       {"s < n", false},
      {"s >= n", false},     {"b2 < b", true},       {"b < bhigh", true},   {"bhigh < b", false},   {"quote < s", true},
      {"m = :m", false},     {"l = :l", false},      {"ss = :ss", true},    {"ns = :ns", true},     {"bs = :bs", true},
      {"yes = :bool", true}, {"nay = :bool", false}, {"nil = :null", true}, {"#dotted = :n", true},
  });
}

TEST(evaluate, a_missing_attribute_equals_nothing_and_differs_from_everything) {
  expect_verdicts({
      {"nowhere = :n", false},
      {"nowhere <> :n", true},
      {"nowhere < :n", false},
      {"nowhere = absent", false},
      {"nowhere <> absent", true},
      {"nowhere IN (:n, absent)", false},
      {"nowhere BETWEEN :one AND :n", false},
      {"NOT nowhere = :n", true},
      {"begins_with(nowhere, :s)", false},
      {"contains(nowhere, :s)", false},
      {"contains(l, nowhere)", false},
      {"size(nowhere) = :n", false},
      {"size(nowhere) <> :n", true},
  });
}

TEST(evaluate, follows_document_paths) {
  expect_verdicts({
      {"m.x = :one", true},
      {"m.y[1].z > :n", true},
      {"m.y[0] > :s", false},
      {"attribute_exists(m.y[1].z)", true},
      {"attribute_exists(m.y[2])", false},
      {"attribute_exists(m[0])", false},
      {"attribute_exists(l.x)", false},
      {"l[0] = :one", true},
      {"l[2][0] = :n", true},
      {"attribute_exists(l[3])", false},
      {"attribute_exists(n.x)", false},
      {"attribute_exists(ss[0])", false},
      {"attribute_not_exists(l[4294967294])", true},
  });
}

TEST(evaluate, between_and_in) {
  expect_verdicts({
      {"n BETWEEN :one AND :n", true},
      {"n BETWEEN :n AND :n", true},
      {"big BETWEEN :one AND :n", false},
      {"s BETWEEN :t AND :s", true},
      {"n BETWEEN s AND big", false},
      {"n BETWEEN neg AND big", true},
      {"n IN (:s, :n)", true},
      {"n IN (:one)", false},
      {"s IN (t, s)", true},
      {"ss IN (:ns, :ss)", true},
  });
}

TEST(evaluate, functions) {
  expect_verdicts({
      {"attribute_exists(nil)", true},
      {"attribute_not_exists(nil)", false},
      {"attribute_not_exists(nowhere)", true},
      {"attribute_type(s, :typeS)", true},
      {"attribute_type(n, :typeS)", false},
      {"attribute_type(ss, :typeS)", false},
      {"attribute_type(nowhere, :typeS)", false},
      {"attribute_type(:typeS, :typeS)", true},
      {"attribute_type(size(s), :typeS)", false},
      {"begins_with(s, :t)", true},
      {"begins_with(t, :s)", false},
      {"begins_with(n, :t)", false},
      {"begins_with(b, b2)", true},
      {"begins_with(b2, b)", false},
      {"begins_with(s, s[0])", false},
      {"begins_with(:s, t)", true},
      {"contains(s, :t)", true},
      {"contains(t, :s)", false},
      {"contains(b, b2)", true},
      {"contains(ss, #n)", false},
      {"contains(ns, :one)", true},
      {"contains(ns, :n)", false},
      {"contains(ss, :one)", false},
      {"contains(bs, b2)", true},
      {"contains(bs, b)", false},
      {"contains(l, :one)", true},
      {"contains(l, :n)", false},
      {"contains(:l, m.x)", true},
      {"contains(:ss, s)", false},
      {"contains(m, :one)", false},
      {"contains(n, :n)", false},
  });
}

TEST(evaluate, size_counts_characters_bytes_and_members) {
  expect_verdicts({
      {"size(ns) < :n", true},
      {"size(l) = :n", true},
      {"size(b) = :n", true},
      {"size(m) < :n", true},
      {"size(hollow) < :one", true},
      {"size(n) = :one", false},
      {"size(yes) = :one", false},
      {"size(nil) = :one", false},
      {"size(t) < size(s)", true},
      {"size(t) = size(m)", true},
      {"size(ss) IN (:n, size(bs))", true},
      {"size(b) BETWEEN :one AND size(l)", true},
      {"size(z) = :n", true},  // a character beyond the basic plane is two: recorded from the service
  });
}

TEST(evaluate, logic) {
  expect_verdicts({
      {"n = :n AND s = :s", true},
      {"n = :n AND s = :t", false},
      {"n = :one OR s = :s", true},
      {"n = :one OR s = :t", false},
      {"NOT n = :one", true},
      {"NOT NOT n = :one", false},
      {"n = :one AND s = :s OR t = :t", true},
      {"n = :one AND (s = :s OR t = :t)", false},
      {"NOT (n = :n AND s = :t)", true},
  });
}

TEST(evaluate, without_an_item_nothing_exists) {
  const json::buffer nothing("{}");
  for (const auto& [text, holds] : {verdict{"attribute_not_exists(a)", true}, {"a = :n", false}, {"a <> :n", true}}) {
    placeholders bound = usual();
    const auto parsed = parse_condition(text, bound);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(evaluate(*parsed, nothing.view()), holds) << text;
  }
}

struct selection {
  std::string_view paths;
  std::string_view kept;
};

TEST(project, keeps_what_the_paths_select_in_canonical_form) {
  const json::buffer item = canonical_item(R"({
    "a": {"N":"1"}, "b": {"M": {"c": {"N":"2"}, "d": {"L": [{"N":"3"}, {"M": {"e": {"N":"4"}, "f": {"S":"\n"}}}, {"N":"5"}]}}},
    "k\"": {"S":"q"}, "s": {"SS": ["x"]}})");
  const std::vector<selection> cases = {
      {"a", R"({"a":{"N":"1"}})"},
      {"s, a", R"({"a":{"N":"1"},"s":{"SS":["x"]}})"},
      {"x, a.b, a[0], s[0]", "{}"},
      {"b.c", R"({"b":{"M":{"c":{"N":"2"}}}})"},
      {"b.d[2], b.d[0]", R"({"b":{"M":{"d":{"L":[{"N":"3"},{"N":"5"}]}}}})"},
      {"b.d[1].f, b.d[9], b.c", R"({"b":{"M":{"c":{"N":"2"},"d":{"L":[{"M":{"f":{"S":"\n"}}}]}}}})"},
      {"b.d[1].g", "{}"},
      {"b.d[0].g, a", R"({"a":{"N":"1"}})"},
      {"b.d[0][1], b.d[1].e", R"({"b":{"M":{"d":{"L":[{"M":{"e":{"N":"4"}}}]}}}})"},
      {"#k", R"({"k\"":{"S":"q"}})"},
  };
  for (const selection& s : cases) {
    placeholders bound;
    ASSERT_TRUE(bound.add_name("#k", "k\""));
    // a.b and a[0] conflict: such lists are built by hand to see that nothing worse happens than an empty result.
    projection paths;
    if (const auto parsed = parse_projection(s.paths, bound)) {
      paths = *parsed;
    } else {
      paths = {{path_step("x")}, {path_step("a"), path_step("b")}, {path_step("a"), path_step(0U)}};
    }
    json::buffer out("before");
    project(paths, item.view(), out);
    EXPECT_EQ(out.view(), "before" + std::string(s.kept)) << s.paths;
  }
}

}  // namespace
}  // namespace dynamo::expression::test
