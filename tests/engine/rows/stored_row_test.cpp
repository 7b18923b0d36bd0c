// Stored rows: their bytes as docs/formats.md has them, and what is refused as a row.
#include <engine/rows/stored_row.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace dynamo::engine {
namespace {

using namespace std::string_literals;

std::string row_of(std::size_t size, std::string_view item) {
  std::string row(row_header_size, '?');
  write_row_header(row.data(), size);
  return row + std::string(item);
}

TEST(StoredRow, HasTheBytesOfTheFormat) {
  struct {
    std::size_t size;
    std::string header;
  } const cases[] = {
      {0, "\x01\0\0\0\0"s},
      {1, "\x01\0\0\0\x01"s},
      {256, "\x01\0\0\x01\0"s},
      {0x01020304, "\x01\x01\x02\x03\x04"s},
      {std::numeric_limits<std::uint32_t>::max(), "\x01\xFF\xFF\xFF\xFF"s},
  };
  for (const auto& c : cases) {
    const std::string row = row_of(c.size, R"({"pk":{"S":"x"}})");
    EXPECT_EQ(row, c.header + R"({"pk":{"S":"x"}})");
    stored_row read;
    ASSERT_TRUE(read_row(row, read));
    EXPECT_EQ(read.item_size, c.size);
    EXPECT_EQ(read.item, R"({"pk":{"S":"x"}})");
  }
}

TEST(StoredRow, NothingShorterThanItsHeaderIsOne) {
  const std::string header = row_of(7, "");
  stored_row read{42, "as it was"};
  for (std::size_t size = 0; size < header.size(); ++size) {
    EXPECT_FALSE(read_row(std::string_view(header).substr(0, size), read)) << size;
  }
  EXPECT_EQ(read.item_size, 42u);
  EXPECT_EQ(read.item, "as it was");
  EXPECT_TRUE(read_row(header, read));
  EXPECT_EQ(read.item, "");
}

TEST(StoredRow, OfAnotherFormatIsNone) {
  std::string row = row_of(7, "{}");
  for (int format = 0; format < 256; ++format) {
    row[0] = static_cast<char>(format);
    stored_row read;
    EXPECT_EQ(read_row(row, read), format == 1) << format;
  }
}

}  // namespace
}  // namespace dynamo::engine
