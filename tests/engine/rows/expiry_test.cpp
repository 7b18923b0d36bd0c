// When items expire, what is due, and the keys of TTL rows.
#include <engine/rows/expiry.hpp>

#include <dynamo/json/buffer.hpp>
#include <engine/rows/row_key.hpp>
#include <engine/storage/key_space.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace dynamo::engine {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

std::optional<expiry> expiry_in(const std::string& item) {
  const json::buffer padded(item);
  return expiry_of(padded.view(), "at");
}

TEST(expiry, is_a_number_of_whole_seconds) {
  const struct {
    std::string item;
    std::optional<expiry> expected;
  } cases[] = {
      {"", std::nullopt},
      {"{}", std::nullopt},
      {R"({"at":{"N":"1772352000"}})", 1'772'352'000},
      {R"({"a":{"S":"x"},"at":{"N":"7"},"b":{"N":"9"}})", 7},
      {R"({"at":{"N":"0"}})", 0},
      {R"({"at":{"N":"0.9"}})", 0},
      {R"({"at":{"N":"1772352000.999"}})", 1'772'352'000},
      {R"({"at":{"N":"-1"}})", std::nullopt},
      {R"({"at":{"N":"-0.5"}})", std::nullopt},
      // Milliseconds are a year far ahead.
      {R"({"at":{"N":"1772352000000"}})", 1'772'352'000'000},
      {R"({"at":{"N":"9223372036853"}})", 9'223'372'036'853},
      // No clock comes to these.
      {R"({"at":{"N":"9223372036854"}})", std::nullopt},
      {R"({"at":{"N":"18446744073709551616"}})", std::nullopt},
      {R"({"at":{"N":"100000000000000000000000000000000000000"}})", std::nullopt},
      {R"({"at":{"S":"1772352000"}})", std::nullopt},
      {R"({"at":{"NS":["1772352000"]}})", std::nullopt},
      {R"({"at":{"NULL":true}})", std::nullopt},
      {R"({"at":{"BOOL":true}})", std::nullopt},
      {R"({"at":{"L":[{"N":"1772352000"}]}})", std::nullopt},
      {R"({"m":{"M":{"at":{"N":"1772352000"}}}})", std::nullopt},
  };
  for (const auto& [item, expected] : cases) EXPECT_EQ(expiry_in(item), expected) << item;
}

TEST(expiry, is_due_when_its_second_is_over_and_for_five_years) {
  const instant now{seconds(1'772'352'000)};
  const auto five_years = static_cast<expiry>(seconds(expired_long_ago).count());
  const expiry at = 1'772'352'000;
  const struct {
    expiry when;
    microseconds later;
    bool due;
  } cases[] = {
      {at, microseconds(-1), false},
      {at, microseconds(0), false},
      {at, microseconds(999'999), false},
      {at, seconds(1), true},
      {at + 1, seconds(1), false},
      {0, microseconds(0), false},
      {at - five_years, microseconds(0), true},
      {at - five_years, microseconds(999'999), true},
      {at - five_years, seconds(1), false},
      {at - five_years - 1, microseconds(0), false},
  };
  for (const auto& [when, later, due] : cases) {
    EXPECT_EQ(due_at(now + later).has(when), due) << when << " at " << later.count();
  }
}

TEST(expiry, is_due_at_any_time_that_a_clock_shows) {
  EXPECT_FALSE(due_at(instant(seconds(-5))).has(0));
  EXPECT_FALSE(due_at(instant(seconds(0))).has(0));
  EXPECT_TRUE(due_at(instant(seconds(1))).has(0));
  EXPECT_FALSE(due_at(instant::min()).has(0));
  EXPECT_TRUE(due_at(instant::max()).has(9'223'372'036'853));
}

TEST(expiry, rows_lie_in_its_order) {
  std::string before;
  for (const expiry at : {0ull, 1ull, 255ull, 256ull, 1'772'352'000ull, 1'772'352'000'000ull, 9'223'372'036'853ull}) {
    json::buffer key;
    append_expiry_key(key, "PRE", 7, at, "table key");
    const std::string text(key.view());
    EXPECT_LT(before, text) << at;
    EXPECT_TRUE(text.starts_with(std::string("PREe\0\0\0\7", 8))) << at;
    EXPECT_TRUE(text.starts_with(first_expiry_key("PRE", 7, at))) << at;
    const expiry_row row = read_expiry_key(text, "PRE");
    EXPECT_EQ(row.at, at);
    EXPECT_EQ(row.table_key, "table key");
    before = text;
  }
}

std::vector<std::string> laid_down(std::optional<expiry> before, std::optional<expiry> after) {
  write_batch rows;
  json::buffer row_key;
  append_table_prefix(row_key, "", 3);
  row_key.append("key");
  append_expiry_rows(rows, "", 7, row_key.view(), before, after);
  std::vector<std::string> done;
  for (const auto& one : rows.operations()) {
    const expiry_row row = read_expiry_key(rows.text(one.key), "");
    EXPECT_EQ(row.table_key, "key");
    EXPECT_EQ(rows.text(one.value), "");
    done.push_back((one.what == write_batch::kind::put ? "put " : "erase ") + std::to_string(row.at));
  }
  return done;
}

TEST(expiry, moves_its_row) {
  using strings = std::vector<std::string>;
  EXPECT_EQ(laid_down(std::nullopt, std::nullopt), strings());
  EXPECT_EQ(laid_down(std::nullopt, 5), strings({"put 5"}));
  EXPECT_EQ(laid_down(4, 5), strings({"erase 4", "put 5"}));
  EXPECT_EQ(laid_down(5, 5), strings());
  EXPECT_EQ(laid_down(5, std::nullopt), strings({"erase 5"}));
}

}  // namespace
}  // namespace dynamo::engine
