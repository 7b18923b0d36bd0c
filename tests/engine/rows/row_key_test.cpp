// Keys of rows: their bytes as docs/formats.md has them, their order, and what is refused as a key.
#include <engine/rows/row_key.hpp>

#include <dynamo/base/binary.hpp>
#include <dynamo/value/number.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <algorithm>
#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {
namespace {

using testing_support::for_each_seed;
using namespace std::string_literals;

using enum attribute_type;

std::string value_of(attribute_type type, std::string_view content) {
  return R"({")" + std::string(to_string(type)) + R"(":")" + std::string(content) + R"("})";
}

table_descriptor table_of(std::vector<key_attribute> partition, std::vector<key_attribute> sort = {}) {
  table_descriptor table;
  table.id = 0x01020304;
  table.key = {std::move(partition), std::move(sort)};
  return table;
}

result<std::string> row_key(const table_descriptor& table, std::string_view item, key_use use = key_use::in_item,
                            std::string_view prefix = "") {
  json::buffer out;
  const json::buffer padded(item);
  if (auto made = append_row_key(out, prefix, table, padded.view(), use); !made) return std::unexpected(made.error());
  return std::string(out.view());
}

result<std::string> sort_bytes(attribute_type type, std::string_view content, key_use use = key_use::in_item) {
  json::buffer out;
  const json::buffer padded(value_of(type, content));
  if (auto made = append_sort(out, {"sk", type}, padded.view(), use); !made) return std::unexpected(made.error());
  return std::string(out.view());
}

result<std::string> partition_bytes(attribute_type type, std::string_view content) {
  json::buffer out;
  const json::buffer padded(value_of(type, content));
  if (auto made = append_partition(out, {"pk", type}, padded.view(), key_use::in_item); !made) {
    return std::unexpected(made.error());
  }
  return std::string(out.view());
}

std::string refusal_of(const result<std::string>& key) {
  if (key) return "accepted";
  EXPECT_EQ(key.error().code(), errc::validation);
  return std::string(key.error().message());
}

TEST(RowKey, HasTheBytesOfTheFormat) {
  // 44BC2CF5AD770999 is XXH64("abc") with seed 0, a published vector.
  const std::string table("r\x01\x02\x03\x04", 5);
  const std::string abc = "\x44\xBC\x2C\xF5\xAD\x77\x09\x99"s + "\0\x03"s + "abc";
  struct {
    table_descriptor table;
    std::string_view item;
    std::string bytes;
  } const cases[] = {
      {table_of({{"pk", S}}), R"({"pk":{"S":"abc"},"z":{"S":"!"}})", abc},
      {table_of({{"pk", B}}), R"({"pk":{"B":"YWJj"}})", abc},
      {table_of({{"pk", S}}, {{"sk", S}}), R"({"pk":{"S":"abc"},"sk":{"S":"x\ny"}})", abc + "x\ny"},
      {table_of({{"pk", S}}, {{"ak", S}}), R"({"ak":{"S":"x"},"pk":{"S":"abc"}})", abc + "x"},
      {table_of({{"pk", S}}, {{"sk", B}}), R"({"pk":{"S":"abc"},"sk":{"B":"AP8="}})", abc + "\0\xFF"s},
      {table_of({{"pk", S}}, {{"sk", N}}), R"({"pk":{"S":"abc"},"sk":{"N":"12.5"}})", abc + "\x03\x80\x0D\x33\0"s},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.item);
    EXPECT_EQ(row_key(one.table, one.item).value_or("refused"), table + one.bytes);
    EXPECT_EQ(row_key(one.table, one.item, key_use::in_item, "pre1").value_or("refused"), "pre1" + table + one.bytes);
  }
}

TEST(RowKey, OfANumberPartitionIsTheSameForEqualNumbers) {
  const auto one = partition_bytes(N, "1");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->substr(8), "\0\x04\x03\x80\x02\0"s);
  EXPECT_EQ(partition_bytes(N, "1.0").value_or("refused"), *one);
  EXPECT_NE(partition_bytes(N, "10").value_or("refused"), *one);
}

/// Few different bytes, so that values that begin alike are frequent.
std::string random_text(std::mt19937_64& random, std::string_view alphabet) {
  std::string text(1 + random() % 6, ' ');
  for (char& c : text) c = alphabet[random() % alphabet.size()];
  return text;
}

std::string random_number(std::mt19937_64& random) {
  std::string text = random() % 2 == 0 ? "-" : "";
  text += std::to_string(random() % (random() % 2 == 0 ? 20 : 1'000'000));
  if (random() % 2 == 0) text += "." + std::to_string(random() % 1000);
  if (random() % 3 == 0) text += "E" + std::to_string(static_cast<int>(random() % 200) - 100);
  return text;
}

TEST(RowKey, SortBytesAreInTheOrderOfTheValues) {
  for_each_seed(4, [](std::mt19937_64& random) {
    for (int i = 0; i < 300; ++i) {
      const std::string a = random_text(random, "ab~\x7F"), b = random_text(random, "ab~\x7F");
      EXPECT_EQ(*sort_bytes(S, a) <=> *sort_bytes(S, b), a <=> b) << a << " and " << b;
      const std::string c = random_text(random, "\0\x01\x7F\x80\xFF"s), d = random_text(random, "\0\x01\x7F\x80\xFF"s);
      EXPECT_EQ(*sort_bytes(B, base64_encode(c)) <=> *sort_bytes(B, base64_encode(d)), c <=> d);
      const std::string n = random_number(random), m = random_number(random);
      EXPECT_EQ(*sort_bytes(N, n) <=> *sort_bytes(N, m), *number::parse(n) <=> *number::parse(m)) << n << " and " << m;
    }
  });
}

TEST(RowKey, RefusesAWrongTypeInTheWordsOfItsUse) {
  struct {
    attribute_type type;
    attribute_type given;
    key_use use;
    std::string_view words;
  } const cases[] = {
      {S, N, key_use::in_item,
       "One or more parameter values were invalid: Type mismatch for key sk expected: S actual: N"},
      {N, B, key_use::in_item,
       "One or more parameter values were invalid: Type mismatch for key sk expected: N actual: B"},
      {S, N, key_use::lookup, "The provided key element does not match the schema"},
      {B, S, key_use::condition,
       "One or more parameter values were invalid: Condition parameter type does not match schema type"},
  };
  for (const auto& one : cases) {
    std::string scratch;
    const json::buffer value(value_of(one.given, "1"));
    const auto bytes = key_bytes({"sk", one.type}, value.view(), one.use, scratch);
    ASSERT_FALSE(bytes) << one.words;
    EXPECT_EQ(bytes.error().code(), errc::validation);
    EXPECT_EQ(bytes.error().message(), one.words);
  }
}

TEST(RowKey, RefusesAnEmptyValueInTheWordsOfItsUse) {
  struct {
    attribute_type type;
    key_use use;
    std::string_view words;
  } const cases[] = {
      {S, key_use::in_item,
       "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
       "string value. Key: sk"},
      {B, key_use::lookup,
       "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
       "binary value. Key: sk"},
      {S, key_use::condition,
       "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
       "string value. Key: sk"},
  };
  for (const auto& one : cases) EXPECT_EQ(refusal_of(sort_bytes(one.type, "", one.use)), one.words);
}

TEST(RowKey, IsLimitedInItsDecodedBytes) {
  constexpr std::string_view partition_words =
      "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes";
  constexpr std::string_view sort_words =
      "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of "
      "1024 bytes";
  for (const attribute_type type : {S, B}) {
    const auto content = [&](std::size_t size) {
      return type == S ? std::string(size, 'x') : base64_encode(std::string(size, 'x'));
    };
    EXPECT_EQ(partition_bytes(type, content(2048)).value_or("refused").size(), 8U + 2 + 2048);
    EXPECT_EQ(refusal_of(partition_bytes(type, content(2049))), partition_words);
    EXPECT_EQ(sort_bytes(type, content(1024)).value_or("refused").size(), 1024U);
    EXPECT_EQ(refusal_of(sort_bytes(type, content(1025))), sort_words);
  }
  std::string escaped;  // two bytes of JSON, one of the key
  for (int i = 0; i < 1024; ++i) escaped += "\\n";
  EXPECT_EQ(sort_bytes(S, escaped).value_or("refused"), std::string(1024, '\n'));
}

TEST(RowKey, WantsTheKeysOfTheSchemaAndInALookupNothingElse) {
  constexpr std::string_view unfit = "The provided key element does not match the schema";
  const table_descriptor table = table_of({{"pk", S}}, {{"sk", N}});
  struct {
    std::string_view item;
    key_use use;
    std::string_view answer;
  } const cases[] = {
      {R"({"pk":{"S":"a"},"sk":{"N":"1"}})", key_use::lookup, "accepted"},
      {R"({"pk":{"S":"a"},"sk":{"N":"1"},"v":{"S":"x"}})", key_use::in_item, "accepted"},
      {R"({"pk":{"S":"a"},"sk":{"N":"1"},"v":{"S":"x"}})", key_use::lookup, unfit},
      {R"({"pk":{"S":"a"}})", key_use::lookup, unfit},
      {R"({"sk":{"N":"1"}})", key_use::lookup, unfit},
      {R"({})", key_use::lookup, unfit},
      {R"({"pk":{"S":"a"}})", key_use::in_item,
       "One or more parameter values were invalid: Missing the key sk in the item"},
      {R"({"sk":{"N":"1"}})", key_use::in_item,
       "One or more parameter values were invalid: Missing the key pk in the item"},
  };
  for (const auto& one : cases) EXPECT_EQ(refusal_of(row_key(table, one.item, one.use)), one.answer) << one.item;
}

TEST(RowKey, ItsPartitionIsWhatAllRowsOfAPartitionKeyBeginWith) {
  const table_descriptor table = table_of({{"pk", B}}, {{"sk", S}});
  for_each_seed(4, [&](std::mt19937_64& random) {
    const std::string prefix = random() % 2 == 0 ? "" : "pre1";
    for (int i = 0; i < 50; ++i) {
      const std::string pk = base64_encode(random_text(random, "\0\xFF"s));
      std::string keys[2];
      for (std::string& key : keys) {
        const std::string sort(1 + random() % 5, 'x');
        key = *row_key(table, R"({"pk":)" + value_of(B, pk) + R"(,"sk":)" + value_of(S, sort) + "}", key_use::in_item,
                       prefix);
        EXPECT_EQ(key, std::string(partition_of_row(key, prefix)) + sort);
      }
      EXPECT_EQ(partition_of_row(keys[0], prefix), partition_of_row(keys[1], prefix));
    }
  });
}

TEST(RowKey, SegmentsCoverTheTableOnceAndNothingBesides) {
  const auto start = [](std::uint64_t segment, std::uint64_t total) {
    json::buffer out;
    append_segment_start(out, "pre1", 0x010203FF, segment, total);
    return std::string(out.view());
  };
  for (const std::uint64_t total : {1U, 2U, 3U, 7U, 1000U, 1'000'000U}) {
    EXPECT_EQ(start(0, total), "pre1r\x01\x02\x03\xFF"s);
    EXPECT_EQ(start(total, total), "pre1r\x01\x02\x04\0"s);
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(total, 1000); ++i) {
      EXPECT_LT(start(i, total), start(i + 1, total)) << i << " of " << total;
    }
  }
  EXPECT_EQ(start(1, 2), "pre1r\x01\x02\x03\xFF\x80\0\0\0\0\0\0\0"s);
  EXPECT_EQ(start(1, 3), "pre1r\x01\x02\x03\xFF\x55\x55\x55\x55\x55\x55\x55\x55"s);
  EXPECT_EQ(start(2, 3), "pre1r\x01\x02\x03\xFF\xAA\xAA\xAA\xAA\xAA\xAA\xAA\xAA"s);
}

}  // namespace
}  // namespace dynamo::engine
