// Ranges of keys that Query and Scan read, against a model that compares values: of a table and of its indexes.
#include <engine/rows/key_range.hpp>

#include <dynamo/base/binary.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/value/number.hpp>
#include <engine/rows/index_key.hpp>
#include <engine/rows/row_key.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {
namespace {

using testing_support::for_each_seed;
using clause = expression::key_condition::range;
using kind = clause::kind;
using namespace std::string_literals;

constexpr std::string_view prefix = "pre1";
constexpr std::string_view outside = "The start lies outside";
using enum attribute_type;

/// Names to contents: texts and bytes as they are, numbers as their digits.
using model_item = std::map<std::string, std::string>;

/// A table with keys `pk` and `s`, and indexes on `a`, `t` and `u`. `s`, `t` and `u` have the same type.
struct model_table {
  attribute_type type;
  table_descriptor table;

  explicit model_table(attribute_type sort_type) : type(sort_type) {
    table.id = 0x010203FF;
    table.key = {{{"pk", S}}, {{"s", type}}};
    add_index("partition_only", {{{"a", S}}, {}});
    add_index("one_sort_attribute", {{{"a", S}}, {{"t", type}}});
    add_index("two_sort_attributes", {{{"a", S}, {"pk", S}}, {{"t", type}, {"u", type}}});
    add_index("local", {{{"pk", S}}, {{"t", type}}});
    derive_indexes(table);
  }
  void add_index(std::string name, key_schema key) {
    index_descriptor index;
    index.id = 0x01020400 + static_cast<std::uint32_t>(table.indexes.size());
    index.name = std::move(name);
    index.key = std::move(key);
    table.indexes.push_back(std::move(index));
  }
  std::vector<read_target> targets() const {
    std::vector<read_target> all{*read_target::find(table, std::nullopt)};
    for (const index_descriptor& index : table.indexes) all.push_back(*read_target::find(table, index.name));
    return all;
  }

  std::string value(const std::string& name, const std::string& content) const {
    const attribute_type of = name == "a" || name == "pk" ? S : type;
    json::buffer out;
    json::write_string(out, of == B ? base64_encode(content) : content);
    return R"({")" + std::string(to_string(of)) + R"(":)" + std::string(out.view()) + "}";
  }
  json::buffer text(const model_item& item) const {
    std::string members;
    for (const auto& [name, content] : item) {
      members += (members.empty() ? "\"" : ",\"") + name + "\":" + value(name, content);
    }
    return json::buffer("{" + members + "}");
  }
  json::buffer start_key(const read_target& target, const model_item& item) const {
    model_item cursor;
    for (const std::string_view name : target.cursor_attributes()) cursor.emplace(name, item.at(std::string(name)));
    return text(cursor);
  }
  std::string row(const read_target& target, const model_item& item) const {
    const json::buffer canonical = text(item);
    json::buffer key;
    EXPECT_TRUE(append_row_key(key, prefix, table, canonical.view(), key_use::in_item));
    if (target.index() == nullptr) return std::string(key.view());
    json::buffer row;
    EXPECT_TRUE(append_index_key(row, prefix, *target.index(), find_index_keys(table, canonical.view()),
                                 key.view().substr(table_prefix_size(prefix))));
    return std::string(row.view());
  }

  std::strong_ordering order(const std::string& a, const std::string& b) const {
    if (type == N) return *number::parse(a) <=> *number::parse(b);
    return a <=> b;
  }
  /// Of a sort attribute.
  bool matches(kind what, const std::string& content, const std::string& low, const std::string& high) const {
    switch (what) {
      case kind::equal: return order(content, low) == 0;
      case kind::less: return order(content, low) < 0;
      case kind::less_equal: return order(content, low) <= 0;
      case kind::greater: return order(content, low) > 0;
      case kind::greater_equal: return order(content, low) >= 0;
      case kind::between: return order(content, low) >= 0 && order(content, high) <= 0;
      case kind::begins_with: return content.starts_with(low);
    }
    return false;
  }

  std::string random_content(std::mt19937_64& random) const {
    if (type == N) {
      return (random() % 2 == 0 ? "-" : "") + std::to_string(random() % 12) + (random() % 2 == 0 ? ".5" : "");
    }
    const std::string alphabet = type == S ? "\0\x01~"s : "\0\x01\xFF"s;
    std::string made(1 + random() % 3, ' ');
    for (char& c : made) c = alphabet[random() % alphabet.size()];
    return made;
  }
  model_item random_item(std::mt19937_64& random) const {
    return {{"a", random() % 2 == 0 ? "x" : "y"},
            {"pk", random() % 2 == 0 ? "p" : "q"},
            {"s", random_content(random)},
            {"t", random_content(random)},
            {"u", random_content(random)}};
  }
};

/// A key condition, and what the model takes it for.
struct model_condition {
  expression::composite_key_condition keys;
  struct part {
    std::string name;
    kind what;
    std::string low, high;
  };
  model_item partition;
  std::vector<part> parts;  ///< of the sort key

  bool matches(const model_table& of, const model_item& item) const {
    for (const auto& [name, content] : partition) {
      if (item.at(name) != content) return false;
    }
    for (const part& p : parts) {
      if (!of.matches(p.what, item.at(p.name), p.low, p.high)) return false;
    }
    return true;
  }
};

/// Equalities on the partition attributes and on the first `equalities` sort attributes, and then `last`, if any.
model_condition condition_of(const model_table& of, const read_target& target, std::size_t equalities,
                             std::optional<kind> last, std::mt19937_64& random) {
  model_condition made;
  const model_item sample = of.random_item(random);
  for (const key_attribute& key : target.key().partition) {
    const std::string& content = sample.at(key.name);
    made.keys.partition.push_back({key.name, of.value(key.name, content)});
    made.partition.emplace(key.name, content);
  }
  const auto add = [&](const std::string& name, kind what) {
    std::string low = sample.at(name);
    std::string high = what == kind::between ? of.random_content(random) : "";
    if (what == kind::between && of.order(high, low) < 0) std::swap(low, high);
    made.keys.sort.push_back({name, what, of.value(name, low), what == kind::between ? of.value(name, high) : ""});
    made.parts.push_back({name, what, low, high});
  };
  for (std::size_t i = 0; i < equalities; ++i) add(target.key().sort[i].name, kind::equal);
  if (last) add(target.key().sort[equalities].name, *last);
  return made;
}

bool contains(const key_range& range, std::string_view key) { return range.from <= key && key < range.to; }

/// For every type of sort attribute, target and form of key condition.
template <class Body>
void for_each_condition(std::mt19937_64& random, Body body) {
  for (const attribute_type type : {S, N, B}) {
    const model_table of(type);
    std::vector<model_item> items(60);
    for (model_item& item : items) item = of.random_item(random);
    for (const read_target& target : of.targets()) {
      SCOPED_TRACE(std::string(to_string(type)) + " " + (target.index() ? target.index()->name : "table"));
      body(of, target, condition_of(of, target, 0, std::nullopt, random), items);
      for (std::size_t i = 0; i < target.key().sort.size(); ++i) {
        for (const kind what : {kind::equal, kind::less, kind::less_equal, kind::greater, kind::greater_equal,
                                kind::between, kind::begins_with}) {
          if (what == kind::begins_with && type == N) continue;
          SCOPED_TRACE("form " + std::to_string(static_cast<int>(what)) + " of sort attribute " + std::to_string(i));
          body(of, target, condition_of(of, target, i, what, random), items);
        }
      }
    }
  }
}

TEST(KeyRange, HoldsExactlyTheRowsThatMatchTheKeyCondition) {
  std::size_t matching = 0, others = 0;
  for_each_seed(10, [&](std::mt19937_64& random) {
    for_each_condition(random, [&](const model_table& of, const read_target& target, const model_condition& condition,
                                   const std::vector<model_item>& items) {
      const auto range = range_of(prefix, target, condition.keys);
      ASSERT_TRUE(range) << range.error().describe();
      for (const model_item& item : items) {
        const bool wanted = condition.matches(of, item);
        ++(wanted ? matching : others);
        EXPECT_EQ(contains(*range, of.row(target, item)), wanted) << of.text(item).view();
      }
    });
  });
  EXPECT_GT(matching, 100U);
  EXPECT_GT(others, 100U);
}

TEST(KeyRange, ResumesRightAfterTheStartKeyInEitherDirection) {
  std::size_t resumed = 0, refused = 0;
  for_each_seed(4, [&](std::mt19937_64& random) {
    for_each_condition(random, [&](const model_table& of, const read_target& target, const model_condition& condition,
                                   const std::vector<model_item>& items) {
      const auto whole = range_of(prefix, target, condition.keys);
      ASSERT_TRUE(whole) << whole.error().describe();
      const model_item& start = items[random() % items.size()];
      const std::string start_row = of.row(target, start);
      for (const direction way : {direction::forward, direction::backward}) {
        key_range rest = *whole;
        const json::buffer key = of.start_key(target, start);
        const auto done = resume(rest, prefix, target, key.view(), way, std::string(outside));
        if (!condition.matches(of, start)) {
          ++refused;
          ASSERT_FALSE(done);
          EXPECT_EQ(done.error().code(), errc::validation);
          EXPECT_EQ(done.error().message(), outside);
          continue;
        }
        ++resumed;
        ASSERT_TRUE(done) << done.error().describe();
        for (const model_item& item : items) {
          const std::string row = of.row(target, item);
          const bool comes_later = way == direction::forward ? row > start_row : row < start_row;
          EXPECT_EQ(contains(rest, row), condition.matches(of, item) && comes_later) << of.text(item).view();
        }
      }
    });
  });
  EXPECT_GT(resumed, 10U);
  EXPECT_GT(refused, 10U);
}

TEST(KeyRange, EveryRowLiesInOneSegmentOfAScan) {
  for_each_seed(2, [](std::mt19937_64& random) {
    const model_table of(S);
    for (const read_target& target : of.targets()) {
      for (const std::uint64_t total : {1U, 2U, 3U, 7U}) {
        const std::string row = of.row(target, of.random_item(random));
        std::size_t holding = 0;
        for (std::uint64_t i = 0; i < total; ++i) holding += contains(segment_of(prefix, target, i, total), row);
        EXPECT_EQ(holding, 1U) << total;
      }
    }
    const auto targets = of.targets();
    const model_item item = of.random_item(random);
    EXPECT_FALSE(contains(segment_of(prefix, targets[1], 0, 1), of.row(targets[0], item)));
    EXPECT_FALSE(contains(segment_of(prefix, targets[0], 0, 1), of.row(targets[1], item)));
  });
}

TEST(KeyRange, StartKeysThatDoNotFitAreRefused) {
  constexpr std::string_view unfit = "The provided starting key is invalid";
  constexpr std::string_view empty =
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string "
      "value. Key: ";
  const model_table of(S);
  struct {
    std::optional<std::string> index;
    std::string_view start;
    std::string answer;
  } const cases[] = {
      {std::nullopt, R"({"pk":{"S":"p"},"s":{"S":"1"}})", "accepted"},
      {std::nullopt, R"({"pk":{"S":"p"}})", std::string(unfit)},
      {std::nullopt, R"({"pk":{"S":"p"},"s":{"N":"1"}})", std::string(unfit)},
      {std::nullopt, R"({"pk":{"S":"p"},"s":{"S":"1"},"t":{"S":"1"}})", std::string(unfit)},
      {"local", R"({"pk":{"S":"p"},"s":{"S":"1"},"t":{"S":"2"}})", "accepted"},
      {"local", R"({"pk":{"S":"p"},"s":{"S":"1"}})", std::string(unfit)},
      {"local", R"({"pk":{"S":"p"},"s":{"S":"1"},"t":{"S":"2"},"u":{"S":"2"}})", std::string(unfit)},
      {"local", R"({"pk":{"S":"p"},"s":{"S":"1"},"t":{"N":"2"}})", std::string(unfit)},
      {"local", R"({"pk":{"S":"p"},"s":{"N":"1"},"t":{"S":"2"}})", std::string(unfit)},
      {std::nullopt, R"({"pk":{"S":""},"s":{"S":"1"}})", std::string(empty) + "pk"},
      {std::nullopt, R"({"pk":{"S":"p"},"s":{"S":""}})", std::string(empty) + "s"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.start);
    const read_target target = *read_target::find(of.table, one.index);
    key_range range = segment_of(prefix, target, 0, 1);
    const json::buffer start(one.start);
    const auto done = resume(range, prefix, target, start.view(), direction::forward, std::string(outside));
    if (done) {
      EXPECT_EQ(one.answer, "accepted");
      continue;
    }
    EXPECT_EQ(done.error().code(), errc::validation);
    EXPECT_EQ(done.error().message(), one.answer);
  }
}

TEST(KeyRange, ValuesThatCannotBeKeysAreRefused) {
  const std::string type_words =
      "One or more parameter values were invalid: Condition parameter type does not match schema type";
  const model_table of(S);
  const std::string good = R"({"S":"x"})", number = R"({"N":"1"})";
  const std::string long_sort = R"({"S":")" + std::string(1025, 'x') + R"("})";
  const std::string long_partition = R"({"S":")" + std::string(2049, 'x') + R"("})";
  struct {
    std::string partition, low, high;
    std::string answer;
  } const cases[] = {
      {number, good, "", type_words},
      {good, number, "", type_words},
      {good, good, number, type_words},
      {long_partition, good, "", std::string(partition_too_large().message())},
      {good, long_sort, "", std::string(sort_too_large().message())},
      {good, good, long_sort, std::string(sort_too_large().message())},
      {good, R"({"S":""})", "",
       "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
       "string value. Key: "},
  };
  for (const std::optional<std::string>& index : {std::optional<std::string>(), std::optional<std::string>("local")}) {
    const read_target target = *read_target::find(of.table, index);
    const std::string sort = target.key().sort.front().name;
    for (const auto& one : cases) {
      SCOPED_TRACE(one.partition.substr(0, 20) + one.low.substr(0, 20) + one.high.substr(0, 20));
      expression::composite_key_condition keys;
      keys.partition.push_back({"pk", one.partition});
      keys.sort.push_back({sort, one.high.empty() ? kind::equal : kind::between, one.low, one.high});
      const auto range = range_of(prefix, target, keys);
      ASSERT_FALSE(range);
      EXPECT_EQ(range.error().code(), errc::validation);
      EXPECT_TRUE(range.error().message().starts_with(one.answer)) << range.error().message();
    }
  }
}

}  // namespace
}  // namespace dynamo::engine
