// What keys begin with, and where what begins so ends.
#include <engine/storage/key_space.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace dynamo::engine {
namespace {

using namespace std::string_literals;

TEST(KeySpace, TablePrefixHasTheBytesOfTheFormat) {
  struct {
    std::string store_prefix;
    std::uint32_t id;
    std::string bytes;
  } const cases[] = {
      {"", 0, "r\0\0\0\0"s},
      {"", 0x01020304, "r\x01\x02\x03\x04"s},
      {"pre1", 0xFFFFFFFF, "pre1r\xFF\xFF\xFF\xFF"s},
  };
  for (const auto& c : cases) {
    json::buffer out("before");
    append_table_prefix(out, c.store_prefix, c.id);
    EXPECT_EQ(out.view(), "before" + c.bytes);
    EXPECT_EQ(table_prefix_size(c.store_prefix), c.bytes.size());
  }
}

TEST(KeySpace, NoTwoKindsOfKeysShareABeginning) {
  const std::set<char> spaces{row_space, change_space, watermark_space, table_space, stream_space, meta_space};
  EXPECT_EQ(spaces.size(), 6u);
}

TEST(KeySpace, AfterAPrefixNoKeyBeginsWithIt) {
  struct {
    std::string prefix, next;
  } const cases[] = {
      {"a", "b"},
      {"ab", "ac"},
      {"a\0"s, "a\x01"},
      {"a\x7F", "a\x80"},
      {"a\xFE", "a\xFF"},
      {"a\xFF", "b"},
      {"a\xFF\xFF", "b"},
      {"a\xFF"
       "b\xFF",
       "a\xFF"
       "c"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(after_prefix(c.prefix), c.next);
    EXPECT_LT(c.prefix + std::string(5, '\xFF'), c.next) << "a key with the prefix comes before";
    EXPECT_GT(c.next, c.prefix);
  }
}

}  // namespace
}  // namespace dynamo::engine
