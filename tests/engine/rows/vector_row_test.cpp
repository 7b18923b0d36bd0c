// Rows of vector indexes, byte by byte, and the values that they are made of.
#include <engine/rows/vector_row.hpp>

#include <dynamo/json/buffer.hpp>
#include <engine/rows/row_key.hpp>
#include <engine/rows/vector_value.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace dynamo::engine {
namespace {

table_descriptor docs(projection_kind projection, bool hashed = false) {
  table_descriptor table;
  table.id = 7;
  table.name = "docs";
  table.key = {{{"pk", attribute_type::S}}, {}};
  vector_index_descriptor index;
  index.id = 9;
  index.name = "near";
  index.attribute = "v";
  index.dimensions = 2;
  index.projection = projection;
  index.filters = {{"y", attribute_type::N}};
  if (hashed) index.hash = {{"c", attribute_type::S}};
  table.vector_indexes.push_back(index);
  derive_indexes(table);
  return table;
}

// "put key=value" of each operation that a write lays down, without the item's own.
struct laid_down {
  std::vector<std::string> operations;
  consumed_capacity consumed;
};
laid_down write(const table_descriptor& table, std::string_view before, std::string_view after) {
  write_batch rows;
  json::buffer key;
  const json::buffer padded(before.empty() ? after : before);
  EXPECT_TRUE(append_row_key(key, "", table, padded.view(), key_use::in_item));
  write_batch::span row{};
  if (!after.empty()) {
    std::string stored(row_header_size, '\0');
    write_row_header(stored.data(), 10);
    row = rows.lay_down(stored + std::string(after));
  }
  const json::buffer old(before);
  laid_down made;
  append_vector_rows(rows, "", table, key.view(), {before.empty() ? 0u : 10u, old.view()}, row, &made.consumed);
  for (const write_batch::operation& one : rows.operations()) {
    made.operations.push_back((one.what == write_batch::kind::put ? "put " : "erase ") +
                              std::string(rows.text(one.key)) + "=" + std::string(rows.text(one.value)));
  }
  return made;
}

std::string table_key() {
  json::buffer key;
  const json::buffer padded(std::string_view(R"({"pk":{"S":"a"}})"));
  EXPECT_TRUE(append_row_key(key, "", docs(projection_kind::all), padded.view(), key_use::in_item));
  return std::string(key.view().substr(5));
}

constexpr std::string_view one_and_two("\x01\0\0\0\x14\0\0\0\x02\0\0\x80\x3f\0\0\0\xc0", 17);  // size 20; 1 and -2

TEST(vector_row, is_stored_beside_its_item) {
  const std::string_view item = R"({"pk":{"S":"a"},"v":{"L":[{"N":"1"},{"N":"-2"}]},"y":{"N":"5"},"z":{"S":"zz"}})";
  const std::string key = std::string("v\0\0\0\x09", 5) + table_key();
  const laid_down whole = write(docs(projection_kind::all), "", item);
  std::string row(one_and_two);
  row[4] = '\x12';  // v and 8, pk and a, y and 2, z and 2
  EXPECT_EQ(whole.operations,
            std::vector<std::string>({"put " + key + "=" + row + R"({"pk":{"S":"a"},"y":{"N":"5"},"z":{"S":"zz"}})"}));
  const laid_down keys = write(docs(projection_kind::keys_only), "", item);
  row[4] = '\x0f';
  EXPECT_EQ(keys.operations,
            std::vector<std::string>({"put " + key + "=" + row + R"({"pk":{"S":"a"},"y":{"N":"5"}})"}));
  EXPECT_EQ(keys.consumed.vector_bytes, consumed_capacity::by_name({{"near", 1'024.0}}));
  std::vector<float> vector;
  EXPECT_EQ(read_vector_row(row + R"({"pk":{"S":"a"}})", vector), R"({"pk":{"S":"a"}})");
  EXPECT_EQ(vector, std::vector<float>({1, -2}));
  EXPECT_FALSE(read_vector_row("\x02" + row.substr(1), vector)) << "of a later version";
  EXPECT_FALSE(read_vector_row(row.substr(0, 15), vector));
}

TEST(vector_row, is_left_alone_where_nothing_changed) {
  const std::string_view before = R"({"pk":{"S":"a"},"v":{"L":[{"N":"1"},{"N":"-2"}]},"z":{"S":"x"}})";
  const std::string_view after = R"({"pk":{"S":"a"},"v":{"L":[{"N":"1"},{"N":"-2"}]},"z":{"S":"y"}})";
  EXPECT_TRUE(write(docs(projection_kind::keys_only), before, after).operations.empty());
  EXPECT_TRUE(write(docs(projection_kind::keys_only), before, after).consumed.vector_bytes.empty());
  EXPECT_EQ(write(docs(projection_kind::all), before, after).operations.size(), 1u);
  EXPECT_EQ(write(docs(projection_kind::all), before, "").operations.front().substr(0, 7), "erase v");
}

TEST(vector_row, is_there_only_for_what_fits) {
  const table_descriptor table = docs(projection_kind::all, true);
  for (const std::string_view item :
       {R"({"c":{"S":"x"},"pk":{"S":"a"}})", R"({"pk":{"S":"a"},"v":{"L":[{"N":"1"},{"N":"-2"}]}})",
        R"({"c":{"S":"x"},"pk":{"S":"a"},"v":{"L":[{"N":"1"}]}})", R"({"c":{"S":"x"},"pk":{"S":"a"},"v":{"S":"1"}})",
        R"({"c":{"N":"1"},"pk":{"S":"a"},"v":{"L":[{"N":"1"},{"N":"-2"}]}})",
        R"({"c":{"S":""},"pk":{"S":"a"},"v":{"L":[{"N":"1"},{"N":"-2"}]}})",
        R"({"c":{"S":"x"},"pk":{"S":"a"},"v":{"L":[{"N":"1"},{"N":"-2"}]},"y":{"S":"1"}})"}) {
    EXPECT_TRUE(write(table, "", item).operations.empty()) << item;
  }
  const laid_down moved = write(table, R"({"c":{"S":"x"},"pk":{"S":"a"},"v":{"L":[{"N":"1"},{"N":"-2"}]}})",
                                R"({"c":{"S":"xy"},"pk":{"S":"a"},"v":{"L":[{"N":"1"},{"N":"-2"}]}})");
  ASSERT_EQ(moved.operations.size(), 2u);
  EXPECT_TRUE(moved.operations[0].starts_with("erase v"));
  EXPECT_TRUE(moved.operations[1].starts_with("put v"));
  EXPECT_EQ(moved.consumed.vector_bytes, consumed_capacity::by_name({{"near", 2'048.0}})) << "two rows";
}

TEST(vector_row, gives_its_vector_back_among_the_attributes) {
  const vector_index_descriptor index = docs(projection_kind::all).vector_indexes.front();
  const auto with_vector = [&](std::string_view item) {
    json::buffer out;
    const json::buffer padded(item);
    append_item_with_vector(out, index, padded.view(), {0.1F, -3});
    return std::string(out.view());
  };
  const std::string list = R"("v":{"L":[{"N":"0.1"},{"N":"-3"}]})";
  EXPECT_EQ(with_vector("{}"), "{" + list + "}");
  EXPECT_EQ(with_vector(R"({"a":{"S":"1"},"z":{"S":"2"}})"), R"({"a":{"S":"1"},)" + list + R"(,"z":{"S":"2"}})");
  EXPECT_EQ(with_vector(R"({"z":{"S":"2"}})"), "{" + list + R"(,"z":{"S":"2"}})");
  EXPECT_EQ(with_vector(R"({"a\n":{"S":"1"}})"), R"({"a\n":{"S":"1"},)" + list + "}");
}

TEST(vector_value, is_the_nearest_float) {
  const struct {
    std::string_view digits;
    float value;
  } rows[] = {{"0", 0},
              {"1", 1},
              {"-2.5", -2.5F},
              {"0.1", 0.1F},
              {"16777217", 16'777'216.0F},
              {"123456789012345678901234567890", 1.2345679e29F},
              {"340282346638528859811704183484516925440", std::numeric_limits<float>::max()},
              {"0.00000000000000000000000000000000000001", 1e-38F}};
  for (const auto& row : rows) EXPECT_EQ(to_float(row.digits), row.value) << row.digits;
  EXPECT_EQ(to_float("-0." + std::string(80, '0') + "1"), 0.0F);
  EXPECT_FALSE(std::signbit(*to_float("-0." + std::string(80, '0') + "1")));
  EXPECT_FALSE(to_float("1" + std::string(39, '0')));
  EXPECT_FALSE(to_float("-1" + std::string(125, '0')));
}

TEST(vector_value, counts_four_bytes_a_dimension_when_it_is_written) {
  const table_descriptor table = docs(projection_kind::all);
  const auto size = [&](std::string_view item) {
    const json::buffer padded(item);
    return written_size(table, padded.view(), 100);
  };
  EXPECT_EQ(size(R"({"pk":{"S":"a"}})"), 100u);
  EXPECT_EQ(size(R"({"pk":{"S":"a"},"v":{"L":[{"N":"1"},{"N":"-2"}]}})"), 100u - (3 + 2 + 2 + 3) + 8);
  EXPECT_EQ(size(R"({"pk":{"S":"a"},"v":{"L":[{"N":"1"}]}})"), 100u) << "no vector of this index";
}

}  // namespace
}  // namespace dynamo::engine
