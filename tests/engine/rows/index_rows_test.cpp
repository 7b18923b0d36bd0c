// What one write of an item does to its rows in indexes, as operations of a batch.
#include <engine/rows/index_rows.hpp>

#include <engine/rows/index_key.hpp>
#include <engine/rows/row_key.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {
namespace {

using enum attribute_type;
using strings = std::vector<std::string>;

/// Table: pk. Index: a, and perhaps b.
table_descriptor indexed(projection_kind projection, std::vector<std::string> included = {}, bool global = true) {
  table_descriptor table;
  table.id = 1;
  table.key = {{{"pk", S}}, {}};
  index_descriptor index;
  index.id = 2;
  index.name = "by_a";
  index.global = global;
  index.key = {{{"a", S}}, {}};
  index.projection = projection;
  index.non_key_attributes = std::move(included);
  table.indexes.push_back(std::move(index));
  derive_indexes(table);
  return table;
}

std::string item(std::string_view a, std::string_view rest = "") {
  std::string text = "{";
  if (!a.empty()) text += R"("a":{"S":")" + std::string(a) + R"("},)";
  return text + R"("pk":{"S":"1"})" + (rest.empty() ? "" : ",") + std::string(rest) + "}";
}

/// One write of an item whose size is said to be `size_before` and then `size_after`.
class write_of {
 public:
  write_of(const table_descriptor& table, std::string_view before, std::string_view after,
           std::size_t size_before = 100, std::size_t size_after = 100) {
    const json::buffer old_item(before), key_of(before.empty() ? after : before);
    json::buffer row_key;
    EXPECT_TRUE(append_row_key(row_key, prefix, table, key_of.view(), key_use::in_item));
    write_batch::span new_row;
    if (!after.empty()) {
      std::string row(row_header_size, ' ');
      write_row_header(row.data(), size_after);
      new_row = rows_.lay_down(row + std::string(after));
    }
    stored_row old_row;
    if (!before.empty()) old_row = {size_before, old_item.view()};
    append_index_rows(rows_, prefix, table, row_key.view(), old_row, new_row, &consumed);
    // Every key of the index starts with the same; what follows is the length of `a`, `a` itself and the item's own row.
    const std::size_t begin = table_prefix_size(prefix) + 8 + 2;
    for (const write_batch::operation& one : rows_.operations()) {
      const std::string_view key = rows_.text(one.key);
      EXPECT_TRUE(key.starts_with(std::string_view("prer\0\0\0\x02", 8))) << key;
      const std::string a(key.substr(begin, static_cast<unsigned char>(key[begin - 1])));
      EXPECT_TRUE(key.ends_with(row_key.view().substr(table_prefix_size(prefix))));
      stored_row row;
      if (one.what == write_batch::kind::put) {
        EXPECT_TRUE(read_row(rows_.text(one.value), row));
        done.push_back("put " + a + " " + std::string(row.item) + " " + std::to_string(row.item_size));
        shares_the_items_row = one.value.offset == new_row.offset && one.value.size == new_row.size;
      } else {
        done.push_back("erase " + a);
      }
    }
  }

  strings done;
  consumed_capacity consumed;
  bool shares_the_items_row = false;

 private:
  static constexpr std::string_view prefix = "pre";
  write_batch rows_;
};

TEST(IndexRows, AnItemComesMovesAndGoes) {
  const table_descriptor table = indexed(projection_kind::keys_only);
  struct {
    std::string_view what;
    std::string before, after;
    strings done;
  } const cases[] = {
      {"comes", "", item("x"), {"put x " + item("x") + " 5"}},
      {"comes without the key", "", item(""), {}},
      {"gets the key", item(""), item("x"), {"put x " + item("x") + " 5"}},
      {"moves", item("x"), item("yy"), {"erase x", "put yy " + item("yy") + " 6"}},
      {"loses the key", item("x"), item(""), {"erase x"}},
      {"goes", item("x"), "", {"erase x"}},
      {"goes, and was in no index", item(""), "", {}},
      {"stays", item("x"), item("x"), {}},
      {"stays, and what differs is not projected", item("x"), item("x", R"("z":{"S":"1"})"), {}},
  };
  for (const auto& c : cases) EXPECT_EQ(write_of(table, c.before, c.after).done, c.done) << c.what;
}

TEST(IndexRows, HoldWhatTheIndexProjects) {
  const std::string all = item("x", R"("q":{"L":[{"N":"1"}]},"z":{"S":"1"})");
  const write_of whole(indexed(projection_kind::all), "", all, 0, 77);
  EXPECT_EQ(whole.done, (strings{"put x " + all + " 77"}));
  EXPECT_TRUE(whole.shares_the_items_row) << "its bytes are there once";
  EXPECT_EQ(write_of(indexed(projection_kind::keys_only), "", all).done, (strings{"put x " + item("x") + " 5"}));
  EXPECT_EQ(write_of(indexed(projection_kind::include, {"z"}), "", all).done,
            (strings{"put x " + item("x", R"("z":{"S":"1"})") + " 7"}));
  EXPECT_EQ(write_of(indexed(projection_kind::include, {"missing"}), "", all).done,
            (strings{"put x " + item("x") + " 5"}));
}

TEST(IndexRows, AreWrittenAnewWhereSomethingProjectedDiffers) {
  const std::string one = item("x", R"("q":{"N":"1"},"z":{"S":"1"})"),
                    two = item("x", R"("q":{"N":"1"},"z":{"S":"2"})"),
                    three = item("x", R"("q":{"N":"3"},"z":{"S":"1"})");
  const table_descriptor some = indexed(projection_kind::include, {"z"});
  EXPECT_EQ(write_of(some, one, two).done, (strings{"put x " + item("x", R"("z":{"S":"2"})") + " 7"}));
  EXPECT_EQ(write_of(some, one, three).done, strings());
  EXPECT_EQ(write_of(indexed(projection_kind::all), one, three).done, (strings{"put x " + three + " 100"}));
}

TEST(IndexRows, ConsumeUnitsOfTheirOwn) {
  using by_name = consumed_capacity::by_name;
  const table_descriptor table = indexed(projection_kind::all);
  struct {
    std::string_view what;
    std::string before, after;
    std::size_t size_before, size_after;
    by_name units;
  } const cases[] = {
      {"comes", "", item("x"), 0, 1'025, {{"by_a", 2}}},
      {"goes", item("x"), "", 2'049, 0, {{"by_a", 3}}},
      {"moves: both places count", item("x"), item("y"), 1'025, 2'049, {{"by_a", 5}}},
      {"stays: the larger one counts", item("x"), item("x", R"("z":{"S":"1"})"), 3'000, 10, {{"by_a", 3}}},
      {"stays: the larger one counts", item("x"), item("x", R"("z":{"S":"1"})"), 10, 3'000, {{"by_a", 3}}},
      {"is in no index", item(""), item("", R"("z":{"S":"1"})"), 10, 10, {}},
  };
  for (const auto& c : cases) {
    const write_of global(table, c.before, c.after, c.size_before, c.size_after);
    EXPECT_EQ(global.consumed.global, c.units) << c.what;
    EXPECT_TRUE(global.consumed.local.empty());
    const write_of local(indexed(projection_kind::all, {}, false), c.before, c.after, c.size_before, c.size_after);
    EXPECT_EQ(local.consumed.local, c.units) << c.what;
    EXPECT_TRUE(local.consumed.global.empty());
    EXPECT_EQ(local.consumed.table, 0);
  }
  EXPECT_TRUE(
      write_of(indexed(projection_kind::keys_only), item("x"), item("x", R"("z":{"S":"1"})")).consumed.global.empty())
      << "a row that is not touched costs nothing";
}

TEST(IndexRows, OfEveryIndexAreWritten) {
  table_descriptor table = indexed(projection_kind::keys_only);
  index_descriptor second = table.indexes.front();
  second.name = "by_a_too";
  table.indexes.push_back(second);
  derive_indexes(table);
  const write_of both(table, item("x"), item("y"));
  EXPECT_EQ(both.done, (strings{"erase x", "put y " + item("y") + " 5", "erase x", "put y " + item("y") + " 5"}));
  EXPECT_EQ(both.consumed.global, (consumed_capacity::by_name{{"by_a", 2}, {"by_a_too", 2}}));
}

}  // namespace
}  // namespace dynamo::engine
