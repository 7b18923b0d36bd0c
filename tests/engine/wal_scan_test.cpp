#include <engine/storage/wal_scan.hpp>

#include "engine/store_fixture.hpp"

#include <engine/storage/sync_mark.hpp>

namespace dynamo::engine {
namespace {

using ending = wal_summary::ending;

/// The log that RocksDB writes for these values, one write each.
std::string log_of(const std::vector<std::size_t>& value_sizes) {
  const scratch_directory directory;
  const auto opened = must_open(directory / "db");
  for (std::size_t i = 0; i < value_sizes.size(); ++i) {
    EXPECT_TRUE(put(*opened, key_of(static_cast<int>(i)), std::string(value_sizes[i], 'x')));
  }
  return read_file(files_with(directory / "db", ".log").at(0));
}

TEST(WalScan, ReadsRecordsAtEveryPositionOfABlock) {
  // A record is a header of 7 bytes in each of its blocks, 12 bytes, and 15 more than its value here. Each of these begins one
  // byte later in its block than the one before, so that headers and numbers come to lie across the end of a block.
  std::vector<std::size_t> sizes{32768 - 40 - 34};
  sizes.insert(sizes.end(), 80, 32768 + 1 - 7 - 7 - 27);
  const wal_summary found = scan_wal(log_of(sizes));
  EXPECT_EQ(found.end, ending::clean);
  EXPECT_EQ(found.first, 1u);
  EXPECT_EQ(found.last, sizes.size());
}

TEST(WalScan, KnowsEveryCutFromDamage) {
  const std::string log = log_of({10, 40000, 20});
  const wal_summary whole = scan_wal(log);
  ASSERT_EQ(whole.last, 3u);
  ASSERT_EQ(whole.bytes, log.size());
  for (std::size_t size = 0; size < log.size(); ++size) {
    const wal_summary found = scan_wal(std::string_view(log).substr(0, size));
    EXPECT_LT(found.last, 3u);
    EXPECT_LE(found.bytes, size);
    EXPECT_EQ(found.end == ending::clean, found.bytes == size) << size;
    EXPECT_NE(found.end, ending::damaged) << size;
    EXPECT_EQ(found.last_beyond, 0u) << size;
  }
}

TEST(WalScan, AFlippedBitNeverPassesAndWhatFollowsIsFound) {
  const std::string log = log_of({10, 20, 30, 40000, 40});
  for (std::size_t at = 0; at < log.size(); at += at < 300 || at > 40000 ? 1 : 997) {
    std::string flipped = log;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    const wal_summary found = scan_wal(flipped);
    EXPECT_LT(found.last, 5u) << at;
    EXPECT_NE(found.end, ending::clean) << at;
    if (at < 200) {
      EXPECT_EQ(found.last_beyond, 5u) << at;
    }
  }
}

TEST(WalScan, NonsenseAndNothingHoldNoRecord) {
  EXPECT_EQ(scan_wal("").end, ending::clean);
  EXPECT_EQ(scan_wal(std::string(100000, '\0')).end, ending::damaged);
  EXPECT_EQ(scan_wal(std::string(100000, '\xff')).end, ending::damaged);
  EXPECT_EQ(scan_wal("abc").end, ending::cut);
}

TEST(SyncMark, TheNewestWholeSlotCounts) {
  const sync_mark older{6, 100, 4, true};
  const sync_mark newer{7, 200, 5, false};
  std::string file = encode_file(older);
  EXPECT_EQ(decode_file(file), older);
  const std::string slot = encode_slot(newer);
  file.replace(slot_offset(newer.generation), slot.size(), slot);
  EXPECT_EQ(decode_file(file), newer);
  for (std::size_t i = 0; i < slot.size(); ++i) {
    std::string torn = file;
    torn[slot_offset(newer.generation) + i] = static_cast<char>(torn[slot_offset(newer.generation) + i] + 1);
    EXPECT_EQ(decode_file(torn), older) << i;
  }
  EXPECT_EQ(decode_file(""), std::nullopt);
  EXPECT_EQ(decode_file("nonsense"), std::nullopt);
  EXPECT_EQ(decode_file(std::string(4096, '\0')), std::nullopt);
}

}  // namespace
}  // namespace dynamo::engine
