// Capacity units: of so many bytes, and of a table and its indexes together.
#include <engine/rows/capacity.hpp>

#include <gtest/gtest.h>

namespace dynamo::engine {
namespace {

TEST(Capacity, OfAReadCountsBlocksOfFourKilobytes) {
  struct {
    std::size_t bytes;
    double consistent, eventual;
  } const cases[] = {{0, 1, 0.5},   {1, 1, 0.5},     {4'096, 1, 0.5},    {4'097, 2, 1},
                     {8'192, 2, 1}, {8'193, 3, 1.5}, {409'600, 100, 50}, {1'048'576, 256, 128}};
  for (const auto& c : cases) {
    EXPECT_EQ(read_units(c.bytes, true), c.consistent) << c.bytes;
    EXPECT_EQ(read_units(c.bytes, false), c.eventual) << c.bytes;
  }
}

TEST(Capacity, OfAWriteCountsKilobytes) {
  struct {
    std::size_t bytes;
    double units;
  } const cases[] = {{0, 1}, {1, 1}, {1'024, 1}, {1'025, 2}, {2'048, 2}, {2'049, 3}, {409'600, 400}};
  for (const auto& c : cases) EXPECT_EQ(write_units(c.bytes), c.units) << c.bytes;
}

TEST(Capacity, TotalIsOfTheTableAndAllIndexes) {
  EXPECT_EQ(consumed_capacity().total(), 0);
  EXPECT_EQ((consumed_capacity{1.5, {}, {}}).total(), 1.5);
  EXPECT_EQ((consumed_capacity{1, {{"a", 2}, {"b", 4}}, {{"c", 8}, {"d", 16}}}).total(), 31);
}

TEST(Capacity, OfAFurtherRequestIsAddedByTheNamesOfIndexes) {
  consumed_capacity all{1, {{"a", 2}}, {{"c", 4}}};
  all.add({10, {{"b", 20}, {"a", 30}}, {{"c", 40}, {"a", 50}}});
  EXPECT_EQ(all.table, 11);
  EXPECT_EQ(all.global, (consumed_capacity::by_name{{"a", 32}, {"b", 20}}));
  EXPECT_EQ(all.local, (consumed_capacity::by_name{{"c", 44}, {"a", 50}}));
  all.add({});
  EXPECT_EQ(all.total(), 11 + 52 + 94);
}

}  // namespace
}  // namespace dynamo::engine
