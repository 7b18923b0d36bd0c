// Keys of index rows: their bytes as docs/formats.md has them, their order, and which items an index does not take.
#include <engine/rows/index_key.hpp>

#include <dynamo/base/binary.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {
namespace {

using testing_support::for_each_seed;
using namespace std::string_literals;

using enum attribute_type;

table_descriptor indexed(key_schema index_key) {
  table_descriptor table;
  table.id = 1;
  table.key = {{{"pk", S}}, {}};
  index_descriptor index;
  index.id = 0x05060708;
  index.name = "by_it";
  index.key = std::move(index_key);
  table.indexes.push_back(std::move(index));
  derive_indexes(table);
  return table;
}

std::optional<std::string> index_key(const table_descriptor& table, std::string_view item,
                                     std::string_view table_key = "own") {
  const json::buffer padded(item);
  json::buffer out("before");
  const bool made =
      append_index_key(out, "pre1", table.indexes.front(), find_index_keys(table, padded.view()), table_key);
  EXPECT_TRUE(out.view().starts_with("before"));
  if (!made) {
    EXPECT_EQ(out.view(), "before");
    return std::nullopt;
  }
  return std::string(out.view().substr(6));
}

std::string refusal_of(const table_descriptor& table, const std::string& item, index_key_source source) {
  const json::buffer padded(item);
  const auto checked = check_index_keys(table, padded.view(), source);
  if (checked) return "accepted";
  EXPECT_EQ(checked.error().code(), errc::validation);
  return std::string(checked.error().message());
}

TEST(IndexKey, HasTheBytesOfTheFormat) {
  // 44BC2CF5AD770999 is XXH64("abc") with seed 0, a published vector.
  const std::string abc = "pre1r\x05\x06\x07\x08\x44\xBC\x2C\xF5\xAD\x77\x09\x99"s + "\0\x03"s + "abc";
  struct {
    key_schema key;
    std::string_view item;
    std::string bytes;
  } const cases[] = {
      {{{{"a", S}}, {}}, R"({"a":{"S":"abc"},"pk":{"S":"1"}})", abc + "own"},
      {{{{"a", B}}, {{"s", S}}}, R"({"a":{"B":"YWJj"},"s":{"S":"x"}})", abc + "x\0\0own"s},
      {{{{"a", S}}, {{"s", S}}}, R"({"a":{"S":"abc"},"s":{"S":"x\u0000y\u0000"}})", abc + "x\0\xFFy\0\xFF\0\0own"s},
      {{{{"a", S}}, {{"s", B}}}, R"({"a":{"S":"abc"},"s":{"B":"AP8="}})", abc + "\0\xFF\xFF\0\0own"s},
      {{{{"a", S}}, {{"s", N}}}, R"({"a":{"S":"abc"},"s":{"N":"-1"}})", abc + "\x01\x7F\xFD\xFFown"s},
      {{{{"a", S}}, {{"t", N}, {"s", S}}}, R"({"a":{"S":"abc"},"s":{"S":"x"},"t":{"N":"0"}})", abc + "\x02x\0\0own"s},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(index_key(indexed(one.key), one.item).value_or("not in the index"), one.bytes) << one.item;
  }
}

TEST(IndexKey, OfSeveralPartitionAttributesHasALengthForEach) {
  const table_descriptor table = indexed({{{"b", S}, {"a", S}}, {}});
  const auto key = index_key(table, R"({"a":{"S":"yz"},"b":{"S":"x"}})");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->substr(4 + 1 + 4 + 8), "\0\x01x\0\x02yzown"s);
  const auto shifted = index_key(table, R"({"a":{"S":"z"},"b":{"S":"xy"}})");
  ASSERT_TRUE(shifted);
  EXPECT_NE(key->substr(9, 8), shifted->substr(9, 8)) << "the lengths are part of what is hashed";
}

TEST(IndexKey, IsMissingWithAnyOfTheAttributes) {
  const table_descriptor table = indexed({{{"a", S}}, {{"s", S}, {"t", S}}});
  EXPECT_TRUE(index_key(table, R"({"a":{"S":"1"},"s":{"S":"2"},"t":{"S":"3"}})"));
  EXPECT_FALSE(index_key(table, R"({"s":{"S":"2"},"t":{"S":"3"}})"));
  EXPECT_FALSE(index_key(table, R"({"a":{"S":"1"},"t":{"S":"3"}})"));
  EXPECT_FALSE(index_key(table, R"({"a":{"S":"1"},"s":{"S":"2"}})"));
  EXPECT_FALSE(index_key(table, R"({})"));
}

TEST(IndexKey, IsMissingWithAValueThatIsOlderThanTheIndexAndDoesNotFit) {
  const table_descriptor table = indexed({{{"a", S}, {"b", S}}, {{"n", N}, {"s", B}}});
  const auto is_in = [&](std::string_view a, std::string_view b, std::string_view n, std::string_view s) {
    const std::string item = "{\"a\":" + std::string(a) + ",\"b\":" + std::string(b) + ",\"n\":" + std::string(n) +
                             ",\"pk\":{\"S\":\"1\"},\"s\":" + std::string(s) + "}";
    const json::buffer padded(item);
    const bool fits = check_index_keys(table, padded.view(), index_key_source::item).has_value();
    EXPECT_EQ(index_key(table, item).has_value(), fits) << item;
    return fits;
  };
  const std::string half = R"({"S":")" + std::string(1024, 'x') + "\"}",
                    more = R"({"S":")" + std::string(1025, 'x') + "\"}";
  const std::string sort_max = R"({"B":")" + std::string(1332, 'A') + "\"}",
                    sort_more = R"({"B":")" + std::string(1340, 'A') + "\"}";
  EXPECT_TRUE(is_in(R"({"S":"x"})", R"({"S":"y"})", R"({"N":"1"})", R"({"B":"YWJj"})"));
  EXPECT_FALSE(is_in(R"({"N":"1"})", R"({"S":"y"})", R"({"N":"1"})", R"({"B":"YWJj"})"));
  EXPECT_FALSE(is_in(R"({"S":"x"})", R"({"S":""})", R"({"N":"1"})", R"({"B":"YWJj"})"));
  EXPECT_FALSE(is_in(R"({"S":"x"})", R"({"S":"y"})", R"({"NULL":true})", R"({"B":"YWJj"})"));
  EXPECT_FALSE(is_in(R"({"S":"x"})", R"({"S":"y"})", R"({"N":"1"})", R"({"B":""})"));
  EXPECT_FALSE(is_in(R"({"S":"x"})", R"({"S":"y"})", R"({"N":"1"})", R"({"L":[]})"));
  EXPECT_TRUE(is_in(half, half, R"({"N":"1"})", R"({"B":"YWJj"})"));
  EXPECT_FALSE(is_in(half, more, R"({"N":"1"})", R"({"B":"YWJj"})"));
  EXPECT_TRUE(is_in(R"({"S":"x"})", R"({"S":"y"})", R"({"N":"1"})", sort_max));
  EXPECT_FALSE(is_in(R"({"S":"x"})", R"({"S":"y"})", R"({"N":"1"})", sort_more));
}

TEST(IndexKey, ThatAnUpdateLeavesAsItWasIsNotLookedAt) {
  const table_descriptor table = indexed({{{"a", S}}, {{"s", S}}});
  const auto told = [&](const std::string& made, const std::string& before) {
    const json::buffer now(made), then(before);
    return check_index_keys(table, now.view(), index_key_source::update, then.view()).has_value();
  };
  const std::string unfit = R"({"a":{"N":"1"},"pk":{"S":"1"}})";
  EXPECT_TRUE(told(R"({"a":{"N":"1"},"c":{"S":"2"},"pk":{"S":"1"}})", unfit));
  EXPECT_FALSE(told(R"({"a":{"N":"2"},"pk":{"S":"1"}})", unfit));
  EXPECT_FALSE(told(R"({"a":{"N":"1"},"pk":{"S":"1"},"s":{"S":"x"}})", unfit));
  EXPECT_FALSE(told(unfit, R"({"pk":{"S":"1"}})"));
}

TEST(IndexKey, SortPartsAreInTheOrderOfTheValuesWhateverFollows) {
  const auto sort = [](const std::string& first, const std::string& second, std::string_view after) {
    json::buffer out;
    append_index_sort(out, {"s", B}, first);
    append_index_sort(out, {"t", S}, second);
    out.append(after);
    return std::string(out.view());
  };
  const auto text = [](std::mt19937_64& random) {
    constexpr std::string_view alphabet("\0\x01\xFE\xFF", 4);
    std::string made(1 + random() % 4, ' ');
    for (char& c : made) c = alphabet[random() % alphabet.size()];
    return made;
  };
  for_each_seed(4, [&](std::mt19937_64& random) {
    for (int i = 0; i < 1000; ++i) {
      const std::string a = text(random), b = text(random), c = text(random), d = text(random);
      const auto order = a != c ? a <=> c : b <=> d;
      if (order == 0) continue;
      EXPECT_EQ(sort(a, b, "\xFF") <=> sort(c, d, std::string_view("\0", 1)), order);
      EXPECT_EQ(sort(a, b, std::string_view("\0", 1)) <=> sort(c, d, "\xFF"), order);
    }
  });
}

TEST(IndexKey, BeginningOfASortPartIsWhatLongerOnesBeginWith) {
  json::buffer begun, whole;
  begin_index_sort(begun, {"s", S}, "a\0b"s);
  append_index_sort(whole, {"s", S}, "a\0bc"s);
  EXPECT_EQ(begun.view(),
            "a\0\xFF"
            "b"s);
  EXPECT_TRUE(whole.view().starts_with(begun.view()));
}

TEST(IndexKey, UnfitValuesAreRefusedInTheWordsOfTheirSource) {
  const table_descriptor table = indexed({{{"a", S}}, {{"s", B}}});
  constexpr auto item = index_key_source::item;
  constexpr auto update = index_key_source::update;
  struct {
    std::string_view item;
    index_key_source source;
    std::string_view answer;
  } const cases[] = {
      {R"({"a":{"S":"x"},"s":{"B":"YQ=="}})", item, "accepted"},
      {R"({"pk":{"S":"x"}})", item, "accepted"},
      {R"({"s":{"B":"YQ=="}})", update, "accepted"},
      {R"({"a":{"N":"1"}})", item,
       "One or more parameter values were invalid: Type mismatch for Index Key a Expected: S Actual: N IndexName: by_it"},
      {R"({"s":{"NULL":true}})", item,
       "One or more parameter values were invalid: Type mismatch for Index Key s Expected: B Actual: NULL IndexName: "
       "by_it"},
      {R"({"a":{"N":"1"}})", update,
       "The update expression attempted to update the secondary index key to unsupported type"},
      {R"({"a":{"S":""}})", item,
       "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The "
       "AttributeValue for a key attribute cannot contain an empty string value. IndexName: by_it, IndexKey: a"},
      {R"({"s":{"B":""}})", update,
       "One or more parameter values are not valid. The update expression attempted to update a secondary index key to "
       "a value that is not supported. The AttributeValue for a key attribute cannot contain an empty binary value."},
  };
  for (const auto& one : cases) EXPECT_EQ(refusal_of(table, std::string(one.item), one.source), one.answer) << one.item;
}

TEST(IndexKey, AllAttributesOfAPartShareItsLimit) {
  const auto item = [](std::size_t a, std::size_t b, std::size_t s, std::size_t t) {
    const auto member = [](std::string_view name, std::size_t size) {
      return "\"" + std::string(name) + R"(":{"S":")" + std::string(size, 'x') + "\"}";
    };
    return "{" + member("a", a) + "," + member("b", b) + "," + member("s", s) + "," + member("t", t) + "}";
  };
  const table_descriptor table = indexed({{{"a", S}, {"b", S}}, {{"s", S}, {"t", S}}});
  constexpr auto source = index_key_source::item;
  EXPECT_EQ(refusal_of(table, item(2000, 48, 1000, 24), source), "accepted");
  EXPECT_EQ(refusal_of(table, item(2000, 49, 1, 1), source), partition_too_large().message());
  EXPECT_EQ(refusal_of(table, item(1, 1, 1000, 25), source), sort_too_large().message());
}

}  // namespace
}  // namespace dynamo::engine
