#include <engine/storage/table_file.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace dynamo::engine {
namespace {

std::string varint(std::uint64_t number) {
  std::string bytes;
  for (; number >= 128; number /= 128) bytes += static_cast<char>(number % 128 + 128);
  return bytes + static_cast<char>(number);
}
std::string fixed(std::uint32_t number) {
  std::string bytes;
  for (int i = 0; i < 4; ++i, number >>= 8) bytes += static_cast<char>(number);
  return bytes;
}
std::string handle(std::uint64_t offset, std::uint64_t size) { return varint(offset) + varint(size); }
std::string with_trailer(const std::string& block) {
  return block + '\0' + fixed(static_cast<std::uint32_t>(XXH3_64bits(block.data(), block.size())));
}
std::string entry(const std::string& name, const std::string& value) {
  return '\0' + varint(name.size()) + varint(value.size()) + name + value;
}

constexpr std::uint64_t huge = std::uint64_t{1} << 62;

/// A table of 1,000 octets of data and index, and what its end says.
struct table {
  std::string properties = with_trailer("what there is to say");
  std::string properties_handle = handle(1'000, 20);
  std::string filter_handle = handle(10, 100);
  std::uint32_t entries = 2;
  std::uint64_t list_offset = 1'025;
  std::int64_t list_longer_by = 0;
  std::string index = handle(900, 95);
  char checksum = 4, version = 5, padding = 0;
  std::string magic = "\xf7\xcf\xf4\x85\xb7\x41\xe2\x88";

  std::string bytes() const {
    std::string list = entry("fullfilter.of some kind", filter_handle) + entry("properties", properties_handle);
    for (std::uint32_t i = 0; i < 2; ++i) list += fixed(i);
    list += fixed(entries);
    std::string footer =
        checksum + handle(list_offset, list.size() + static_cast<std::uint64_t>(list_longer_by)) + index;
    footer.resize(41, padding);
    return std::string(1'000, 'd') + properties + with_trailer(list) + footer + version + std::string(3, '\0') + magic;
  }
};

bool is_sound(const std::string& bytes) {
  return has_sound_end(bytes.size(), [&](std::uint64_t offset, std::size_t size) -> std::optional<std::string> {
    if (offset > bytes.size() || size > bytes.size() - offset) return std::nullopt;
    return bytes.substr(offset, size);
  });
}

TEST(TableFile, IsSoundAsWritten) { EXPECT_TRUE(is_sound(table{}.bytes())); }

TEST(TableFile, WithoutAFooterIsForRocksdbToTell) {
  EXPECT_TRUE(is_sound(""));
  EXPECT_TRUE(is_sound(std::string(1'000, '\0')));
  EXPECT_TRUE(is_sound(table{.checksum = 0, .magic = "\xf7\xcf\xf4\x85\xb7\x41\xe2\x89"}.bytes()));
}

TEST(TableFile, ThatCannotBeReadIsForRocksdbToTell) {
  const std::string bytes = table{}.bytes();
  for (int readable = 0; readable < 3; ++readable) {
    int reads = 0;
    EXPECT_TRUE(has_sound_end(bytes.size(), [&](std::uint64_t at, std::size_t size) -> std::optional<std::string> {
      if (reads++ == readable) return std::nullopt;
      return bytes.substr(at, size);
    }));
    EXPECT_EQ(reads, readable + 1);
  }
}

TEST(TableFile, WithAFooterThatWasChangedIsNotSound) {
  const table changed[] = {{.list_offset = 1'024},
                           {.list_offset = huge},
                           {.list_offset = 0},
                           {.list_offset = ~std::uint64_t{0}},
                           {.list_longer_by = 1},
                           {.list_longer_by = -1},
                           {.list_longer_by = std::int64_t{1} << 60},
                           {.index = handle(1'025, 1)},
                           {.index = handle(huge, 1)},
                           {.index = handle(900, 121)},
                           {.index = handle(900, huge)},
                           {.index = handle(900, 0)},
                           {.index = handle(~std::uint64_t{0}, 1)},
                           {.checksum = 0},
                           {.checksum = 1},
                           {.version = 4},
                           {.padding = 1}};
  for (const table& each : changed) EXPECT_FALSE(is_sound(each.bytes())) << &each - changed;
  EXPECT_TRUE(is_sound(table{.index = handle(900, 120)}.bytes()));
}

TEST(TableFile, WhoseNumbersNeverEndIsNotSound) {
  std::string bytes = table{}.bytes();
  std::fill(bytes.end() - 52, bytes.end() - 12, '\x80');
  EXPECT_FALSE(is_sound(bytes));
}

TEST(TableFile, WithAMetaBlockThatWasChangedIsNotSound) {
  const std::string whole = table{}.bytes();
  for (std::size_t at = 1'000; at < whole.size() - 53; ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    EXPECT_FALSE(is_sound(bytes)) << at;
  }
  for (std::size_t at = 0; at < 1'000; ++at) {  // RocksDB checks these
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    EXPECT_TRUE(is_sound(bytes)) << at;
  }
}

TEST(TableFile, WhoseListPointsOutsideIsNotSound) {
  const table changed[] = {{.properties_handle = handle(1'025, 1)},
                           {.properties_handle = handle(1'000, 21)},
                           {.properties_handle = handle(0, huge)},
                           {.properties_handle = handle(huge, 20)},
                           {.properties_handle = "\x80"},
                           {.filter_handle = handle(1'000, 100)},
                           {.entries = 3},
                           {.entries = 1u << 31},
                           {.entries = ~0u}};
  for (const table& each : changed) EXPECT_FALSE(is_sound(each.bytes())) << &each - changed;
}

}  // namespace
}  // namespace dynamo::engine
