// Keys of change records: their bytes as docs/formats.md has them, and their order.
#include <engine/storage/change_key.hpp>

#include <engine/storage/big_endian.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace dynamo::engine {
namespace {

using namespace std::string_literals;

TEST(ChangeKey, HasTheBytesOfTheFormat) {
  EXPECT_EQ(change_key("pre", 0x01020304, 0x05060708, {0x11121314, 0x2122232425262728}),
            "prec\x01\x02\x03\x04\x05\x06\x07\x08\x11\x12\x13\x14\x21\x22\x23\x24\x25\x26\x27\x28");
  EXPECT_EQ(change_key("", 0, 0, {}), "c"s + std::string(20, '\0'));
}

TEST(ChangeKey, StartsWithItsShardsPrefix) {
  json::buffer prefix("before");
  append_shard_prefix(prefix, "pre", 3, only_shard);
  EXPECT_EQ(prefix.view(), "beforeprec\0\0\0\x03\0\0\0\0"s);
  EXPECT_EQ(change_key("pre", 3, only_shard, {6, 9}),
            std::string(prefix.view().substr(6)) + "\0\0\0\x06\0\0\0\0\0\0\0\x09"s);
}

TEST(ChangeKey, EndsWithItsNumber) {
  const change_number number{0xFEDCBA98, 0x8000000000000001};
  EXPECT_EQ(number_of(change_key("", 1, 0, number)), number);
  EXPECT_EQ(number_of(change_key("a prefix", 1, 0, number)), number);
}

TEST(ChangeKey, KeysSortByStreamShardAndNumber) {
  const std::vector<std::string> ascending{
      change_key("p", 1, 0, {}),          change_key("p", 1, 0, {0, 1}),   change_key("p", 1, 0, {6, 255}),
      change_key("p", 1, 0, {6, 256}),    change_key("p", 1, 0, {256, 0}), change_key("p", 1, 1, {}),
      change_key("p", 2, 0, {}),          change_key("p", 255, 0, {9, 9}), change_key("p", 256, 0, {}),
      change_key("p", 0x80000000, 0, {}),
  };
  EXPECT_TRUE(std::ranges::is_sorted(ascending, std::ranges::less_equal()));
  EXPECT_EQ(std::ranges::adjacent_find(ascending), ascending.end());
}

TEST(ChangeKey, TellsTheStreamOfARecordThatWaitsForItsNumber) {
  write_batch rows;
  rows.lay_down("something else");
  append_shard_prefix(rows.arena(), "pre", 0x0A0B0C0D, only_shard);
  const std::size_t slot = rows.bytes();
  rows.lay_down(std::string(change_number::stored_size, '\xFF'));
  EXPECT_EQ(stream_of_slot(rows, slot), 0x0A0B0C0Du);
}

}  // namespace
}  // namespace dynamo::engine
