#include "support.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

/// Values that were once stored as something else, or did not come back as they were.
namespace {

using dynamo::test::problem_reading;
using dynamo::test::read_as;
using dynamo::test::stored_as;

namespace shelf {
struct box {
  std::optional<std::set<std::string>> labels;
  int id = 0;
};
struct shelf {
  std::vector<std::set<int>> rows;
  std::map<std::string, std::unordered_set<std::string>> groups;
  box first;
  dynamo::attribute_value anything;
};
struct tag_list {
  std::set<std::string> tags;
};
struct labelled {
  tag_list tags;
  int id = 0;
};
struct with_default {
  int id = 0;
  std::string plan = "free";
};
}  // namespace shelf

}  // namespace

template <>
struct dynamo::codec<shelf::tag_list> : dynamo::codec_via<shelf::tag_list, std::set<std::string>> {
  static const std::set<std::string>& to_stored(const shelf::tag_list& list) { return list.tags; }
  static shelf::tag_list from_stored(std::set<std::string> tags) { return {std::move(tags)}; }
};

namespace {

template <class T>
void expect_round_trip(const T& value, const std::string& stored) {
  EXPECT_EQ(stored_as(value), stored);
  const dynamo::result<T> read = read_as<T>(stored);
  ASSERT_TRUE(read) << stored << ": " << read.error();
  EXPECT_TRUE(*read == value) << stored;
}

constexpr const char* no_empty_sets =
    "a set cannot be empty here: DynamoDB has no empty sets, and only a struct's member can be left out";

TEST(values, an_empty_set_leaves_no_attribute_however_it_is_wrapped) {
  EXPECT_EQ(stored_as(shelf::box{std::set<std::string>(), 1}), R"({"M":{"id":{"N":"1"}}})");
  EXPECT_EQ(stored_as(shelf::labelled{{}, 1}), R"({"M":{"id":{"N":"1"}}})");
  const dynamo::result<shelf::labelled> read = read_as<shelf::labelled>(R"({"M":{"id":{"N":"1"}}})");
  ASSERT_TRUE(read) << read.error();
  EXPECT_TRUE(read->tags.tags.empty());
  EXPECT_EQ(stored_as(shelf::labelled{{{"x"}}, 1}), R"({"M":{"id":{"N":"1"},"tags":{"SS":["x"]}}})");
}

TEST(values, an_empty_set_that_cannot_be_left_out_is_refused_with_its_path) {
  shelf::shelf all;
  all.rows = {{1}, {}};
  EXPECT_EQ(stored_as(all), std::string("error: attribute `rows[1]`: ") + no_empty_sets);
  all.rows = {{1}};
  all.groups = {{"a", {"x"}}, {"b", {}}};
  EXPECT_EQ(stored_as(all), std::string("error: attribute `groups.b`: ") + no_empty_sets);
  all.groups.clear();
  all.anything = dynamo::item{{"list", dynamo::attribute_value::list{1, dynamo::number_set()}}};
  EXPECT_EQ(stored_as(all), std::string("error: attribute `anything.list[1]`: ") + no_empty_sets);
  all.anything = dynamo::binary_set();
  EXPECT_EQ(stored_as(all), std::string("error: attribute `anything`: ") + no_empty_sets);
  EXPECT_EQ(stored_as(std::vector<std::set<std::string>>{{}}), std::string("error: attribute `[0]`: ") + no_empty_sets);
  EXPECT_EQ(stored_as(std::vector<shelf::tag_list>{{}}), std::string("error: attribute `[0]`: ") + no_empty_sets);
  using optional_sets = std::vector<std::optional<std::set<int>>>;
  EXPECT_EQ(stored_as(optional_sets{std::nullopt, std::set<int>{1}}), R"({"L":[{"NULL":true},{"NS":["1"]}]})");
  EXPECT_EQ(stored_as(optional_sets{std::set<int>()}), std::string("error: attribute `[0]`: ") + no_empty_sets);
  EXPECT_TRUE(read_as<std::vector<std::set<int>>>(R"({"L":[{"NULL":true}]})"));  // as earlier versions stored it
}

TEST(values, bytes_are_binary_and_no_list_of_numbers) {
  expect_round_trip(std::vector<std::uint8_t>{0, 97, 255}, R"({"B":"AGH/"})");
  expect_round_trip(std::vector<std::uint8_t>{}, R"({"B":""})");
  expect_round_trip(std::vector<std::byte>{std::byte{97}}, R"({"B":"YQ=="})");
  expect_round_trip(std::array<std::uint8_t, 2>{1, 2}, R"({"B":"AQI="})");
  expect_round_trip(std::array<std::byte, 1>{std::byte{1}}, R"({"B":"AQ=="})");
  expect_round_trip(std::set<std::uint8_t>{1, 2}, R"({"NS":["1","2"]})");
  EXPECT_EQ((problem_reading<std::array<std::uint8_t, 16>>(R"({"B":"AQI="})")),
            "the stored binary has 2 bytes, the array that it is read into has 16");
  EXPECT_EQ(problem_reading<std::vector<std::uint8_t>>(R"({"L":[{"N":"1"}]})"),
            "expected a value of type B, found one of type L");
  EXPECT_EQ(problem_reading<std::vector<std::uint8_t>>(R"({"B":"A"})"), "the stored binary is not base64");
  static_assert(dynamo::key_type<std::array<std::uint8_t, 16>> && dynamo::key_type<std::vector<std::uint8_t>>);
}

TEST(values, the_first_and_the_last_time_come_back) {
  using namespace std::chrono;
  using narrow_days = duration<std::int32_t, days::period>;
  expect_round_trip(sys_time<nanoseconds>::min(), R"({"N":"-9223372036.854775808"})");
  expect_round_trip(sys_time<nanoseconds>::max(), R"({"N":"9223372036.854775807"})");
  expect_round_trip(sys_seconds::min(), R"({"N":"-9223372036854775808"})");
  expect_round_trip(sys_time<milliseconds>::min(), R"({"N":"-9223372036854775.808"})");
  expect_round_trip(narrow_days::max(), R"({"N":"185542587100800"})");
  expect_round_trip(narrow_days::min(), R"({"N":"-185542587187200"})");
  EXPECT_TRUE(stored_as(hours::min()).starts_with("error: the time is too far away"));
  EXPECT_TRUE(problem_reading<nanoseconds>(R"({"N":"-9223372036.854775809"})")
                  .ends_with("does not fit the type it is read into"));
  EXPECT_TRUE(problem_reading<nanoseconds>(R"({"N":"9223372036.854775808"})")
                  .ends_with("does not fit the type it is read into"));
}

TEST(values, a_duration_with_a_narrow_counter_is_not_cut_short) {
  using narrow = std::chrono::duration<std::int16_t>;
  expect_round_trip(narrow(-32768), R"({"N":"-32768"})");
  EXPECT_EQ(problem_reading<narrow>(R"({"N":"32768"})"),
            "the stored time of 32768 seconds does not fit the type it is read into");
  using counted = std::chrono::duration<std::uint32_t>;
  expect_round_trip(counted(4'000'000'000), R"({"N":"4000000000"})");
  EXPECT_EQ(problem_reading<counted>(R"({"N":"-1"})"),
            "the stored time of -1 seconds does not fit the type it is read into");
}

TEST(values, an_optional_attribute_value_may_hold_null) {
  using maybe = std::optional<dynamo::attribute_value>;
  expect_round_trip(maybe(dynamo::null_t()), R"({"NULL":true})");
  expect_round_trip(maybe("x"), R"({"S":"x"})");
}

TEST(values, an_item_without_a_member_that_was_added_later_says_the_two_ways_out) {
  EXPECT_EQ(problem_reading<shelf::with_default>(R"({"M":{"id":{"N":"1"}}})"),
            "attribute `plan`: is missing, and the member it is read into is not optional; for items that were written "
            "without it, make the member a std::optional, or give it a default by dynamo::defaulted");
}

}  // namespace
