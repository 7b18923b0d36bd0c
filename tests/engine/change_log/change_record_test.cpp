// Change records as they are stored: their bytes as docs/formats.md has them, what comes back of them, and what is refused.
#include <engine/change_log/change_record.hpp>

#include <engine/storage/age_clock.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace dynamo::engine {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using enum attribute_type;

constexpr instant noon{0x0102030405060708us};

change_record record_at(instant when, instant logged) {
  change_record record;
  record.kind = change_kind::modify;
  record.when = when;
  record.logged = logged;
  record.keys = R"({"pk":{"S":"1"}})";
  record.old_image = R"({"old":{"S":"1"}})";
  return record;
}

/// A change with one record of stream 3, and before it the item that is its new image.
class written {
 public:
  explicit written(const change_record& record, std::string_view new_image = R"({"new":{"S":"12"}})") {
    stream_descriptor stream;
    stream.id = 3;
    const write_batch::span item = change.rows.lay_down(new_image);
    append_change_record(change, "pre", stream, record, item);
  }
  std::string key() const { return std::string(change.rows.text(change.rows.operations().front().key)); }
  std::string value() const { return std::string(change.rows.text(change.rows.operations().front().value)); }

  prepared_change change;
};

TEST(ChangeRecord, HasTheBytesOfTheFormat) {
  const std::string images = R"({"pk":{"S":"1"}})"
                             R"({"old":{"S":"1"}})"
                             R"({"new":{"S":"12"}})";
  EXPECT_EQ(written(record_at(noon, noon)).value(),
            "\x01\x02\0\x01\x02\x03\x04\x05\x06\x07\x08\0\0\0\x10\0\0\0\x11"s + images);
  EXPECT_EQ(written(record_at(noon, noon - 1s)).value(),
            "\x02\x02\0\x01\x02\x03\x04\x05\x06\x07\x08\0\0\0\x10\0\0\0\x11\x01\x02\x03\x04\x04\xF6\xC4\xC8"s + images);
}

TEST(ChangeRecord, WaitsForItsNumberAtTheEndOfItsKey) {
  written one(record_at(noon, noon));
  ASSERT_EQ(one.change.rows.operations().size(), 1u);
  EXPECT_EQ(one.change.rows.operations().front().what, write_batch::kind::put);
  EXPECT_EQ(one.key(), change_key("pre", 3, only_shard, {}));
  ASSERT_EQ(one.change.number_slots.size(), 1u);
  const write_batch::span key = one.change.rows.operations().front().key;
  EXPECT_EQ(one.change.number_slots.front(), key.offset + key.size - change_number::stored_size);
  EXPECT_EQ(stream_of_slot(one.change.rows, one.change.number_slots.front()), 3u);
}

TEST(ChangeRecord, SurvivesBeingStored) {
  for (const change_kind kind : {change_kind::insert, change_kind::modify, change_kind::remove}) {
    for (const bool by_ttl : {false, true}) {
      for (const std::string_view old_image : {"", R"({"old":{"S":"1"}})"}) {
        for (const std::string_view new_image : {"", R"({"new":{"S":"12"}})"}) {
          for (const instant logged : {noon, noon - 3h, noon + 3h, instant(-1us)}) {
            change_record record = record_at(noon, logged);
            record.kind = kind;
            record.by_ttl = by_ttl;
            record.old_image = old_image;
            const std::string stored = written(record, new_image).value();
            change_record read;
            ASSERT_TRUE(read_change_record(stored, read));
            EXPECT_EQ(read.kind, kind);
            EXPECT_EQ(read.by_ttl, by_ttl);
            EXPECT_EQ(read.when, noon);
            EXPECT_EQ(read.logged, logged);
            EXPECT_EQ(read.keys, record.keys);
            EXPECT_EQ(read.old_image, old_image);
            EXPECT_EQ(read.new_image, new_image);
          }
        }
      }
    }
  }
}

TEST(ChangeRecord, HasASecondTimeFromOneSecondOfDifferenceOn) {
  struct {
    std::chrono::microseconds apart;
    char format;
  } const cases[] = {{0us, 1}, {999'999us, 1}, {-999'999us, 1}, {1s, 2}, {-1s, 2}};
  for (const auto& c : cases) {
    const std::string stored = written(record_at(noon, noon - c.apart)).value();
    EXPECT_EQ(stored[0], c.format) << c.apart.count();
    change_record read;
    ASSERT_TRUE(read_change_record(stored, read));
    EXPECT_EQ(read.logged, c.format == 1 ? noon : noon - c.apart);
  }
}

TEST(ChangeRecord, NoTruncationBeforeTheNewImageIsOne) {
  for (const instant logged : {noon, noon - 1h}) {
    const std::string stored = written(record_at(noon, logged), "").value();
    change_record read;
    for (std::size_t size = 0; size < stored.size(); ++size) {
      EXPECT_FALSE(read_change_record(std::string_view(stored).substr(0, size), read)) << size;
    }
    EXPECT_TRUE(read_change_record(stored, read));
  }
}

TEST(ChangeRecord, OfAnotherFormatIsNone) {
  std::string stored = written(record_at(noon, noon)).value();
  for (int format = 0; format < 256; ++format) {
    stored[0] = static_cast<char>(format);
    change_record read;
    EXPECT_EQ(read_change_record(stored, read), format == 1 || format == 2) << format;
  }
  EXPECT_EQ(unknown_record().error().code(), errc::corruption);
}

TEST(ChangeRecord, LengthsBeyondItsEndAreRefused) {
  const std::string stored = written(record_at(noon, noon)).value();
  for (const std::size_t length_at : {11u, 15u}) {
    for (const std::string& length : {"\xFF\xFF\xFF\xFF"s, "\0\0\0\xFF"s, "\x80\0\0\0"s}) {
      std::string damaged = stored;
      damaged.replace(length_at, 4, length);
      change_record read;
      EXPECT_FALSE(read_change_record(damaged, read));
    }
  }
}

TEST(ChangeRecord, KeysOfAnItemAreInTheOrderOfTheirNames) {
  struct {
    key_schema key;
    std::string_view item, keys;
  } const cases[] = {
      {{{{"pk", S}}, {}}, R"({"a":{"N":"1"},"pk":{"S":"x"}})", R"({"pk":{"S":"x"}})"},
      {{{{"pk", S}}, {{"sk", N}}},
       R"({"pk":{"S":"x"},"sk":{"N":"2"},"z":{"N":"1"}})",
       R"({"pk":{"S":"x"},"sk":{"N":"2"}})"},
      {{{{"pk", S}}, {{"ak", N}}},
       R"({"ak":{"N":"2"},"m":{"N":"1"},"pk":{"S":"x"}})",
       R"({"ak":{"N":"2"},"pk":{"S":"x"}})"},
  };
  for (const auto& c : cases) {
    const json::buffer item(c.item);
    json::buffer out("before");
    append_keys(out, c.key, item.view());
    EXPECT_EQ(out.view(), "before" + std::string(c.keys));
  }
}

}  // namespace
}  // namespace dynamo::engine
