#include "support.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace dynamo::test {
namespace {

enum class plan { free, paid_monthly, v2 };
enum class far_away { here = 1, there = 4'000 };
enum old_style : int { solid, dashed };

struct lone {
  std::array<std::string, 1> only;
  bool operator==(const lone&) const = default;
};
struct board {
  std::string id;
  std::array<std::string, 2> players;
  std::array<std::array<std::int16_t, 2>, 2> cells{};
  std::optional<std::array<std::string, 1>> note;
  std::array<std::byte, 2> digest{};
  lone inner;
  std::vector<lone> more;
  int round = 0;
  bool operator==(const board&) const = default;
};

}  // namespace
}  // namespace dynamo::test
template <>
struct dynamo::names_of<dynamo::test::far_away> {
  static constexpr dynamo::enum_name list[] = {{dynamo::test::far_away::here, "HERE"},
                                               {dynamo::test::far_away::there, "THERE"}};
};
namespace dynamo::test {
namespace {

template <class T>
void expect_round_trip(const T& value, std::string_view stored) {
  EXPECT_EQ(stored_as(value), stored);
  const result<T> back = read_as<T>(stored);
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(*back, value);
}

TEST(codec, every_integer_type_keeps_its_extremes) {
  expect_round_trip<std::int8_t>(-128, R"({"N":"-128"})");
  expect_round_trip<std::uint8_t>(255, R"({"N":"255"})");
  expect_round_trip<short>(-32768, R"({"N":"-32768"})");
  expect_round_trip<unsigned short>(65535, R"({"N":"65535"})");
  expect_round_trip<int>(std::numeric_limits<int>::min(), R"({"N":"-2147483648"})");
  expect_round_trip<unsigned>(4294967295u, R"({"N":"4294967295"})");
  expect_round_trip<long>(std::numeric_limits<long>::min(), R"({"N":"-9223372036854775808"})");
  expect_round_trip<long long>(std::numeric_limits<long long>::max(), R"({"N":"9223372036854775807"})");
  expect_round_trip<unsigned long long>(std::numeric_limits<unsigned long long>::max(),
                                        R"({"N":"18446744073709551615"})");
}

TEST(codec, an_integer_out_of_range_is_an_error_and_not_another_integer) {
  EXPECT_EQ(problem_reading<std::int8_t>(R"({"N":"128"})"), "the stored number 128 is not an integer from -128 to 127");
  EXPECT_EQ(problem_reading<std::uint64_t>(R"({"N":"-1"})"),
            "the stored number -1 is not an integer from 0 to 18446744073709551615");
  EXPECT_EQ(problem_reading<std::int64_t>(R"({"N":"9223372036854775808"})"),
            "the stored number 9223372036854775808 is not an integer from -9223372036854775808 to 9223372036854775807");
  EXPECT_EQ(problem_reading<int>(R"({"N":"1.5"})"),
            "the stored number 1.5 is not an integer from -2147483648 to 2147483647");
  EXPECT_EQ(read_as<int>(R"({"N":"1.5e1"})").value(), 15);
  EXPECT_EQ(read_as<int>(R"({"N":"3.00"})").value(), 3);
}

TEST(codec, reals_are_the_shortest_text_that_reads_back) {
  expect_round_trip(0.1, R"({"N":"0.1"})");
  expect_round_trip(0.1f, R"({"N":"0.1"})");
  expect_round_trip(-2.5, R"({"N":"-2.5"})");
  expect_round_trip(0.0, R"({"N":"0"})");
  expect_round_trip(1e22, R"({"N":"10000000000000000000000"})");
  expect_round_trip(1.25L, R"({"N":"1.25"})");
  EXPECT_TRUE(stored_as(std::numeric_limits<double>::quiet_NaN()).starts_with("error: "));
  EXPECT_TRUE(stored_as(std::numeric_limits<float>::infinity()).starts_with("error: "));
  EXPECT_TRUE(stored_as(1e300).starts_with("error: "));
  EXPECT_TRUE(problem_reading<float>(R"({"N":"1E100"})").ends_with("is out of the range of the type it is read into"));
}

TEST(codec, text_truth_bytes_and_exact_numbers) {
  expect_round_trip<std::string>("a \"quoted\" line\n", R"({"S":"a \"quoted\" line\n"})");
  expect_round_trip<std::string>("", R"({"S":""})");
  expect_round_trip(true, R"({"BOOL":true})");
  expect_round_trip(to_binary("bytes"), R"({"B":"Ynl0ZXM="})");
  expect_round_trip(number::parse("12345678901234567890.123").value(), R"({"N":"12345678901234567890.123"})");
}

TEST(codec, enums_are_stored_by_name) {
  expect_round_trip(plan::paid_monthly, R"({"S":"paid_monthly"})");
  expect_round_trip(plan::v2, R"({"S":"v2"})");
  expect_round_trip(dashed, R"({"S":"dashed"})");
  expect_round_trip(far_away::there, R"({"S":"THERE"})");
  enum class local { one, two };
  expect_round_trip(local::two, R"({"S":"two"})");
  EXPECT_EQ(stored_as(static_cast<plan>(77)), "error: the enum's value 77 has no name; list it in dynamo::names_of");
  EXPECT_EQ(problem_reading<plan>(R"({"S":"gold"})"), "`gold` is not the name of an enumerator");
}

TEST(codec, an_optional_is_empty_for_null) {
  expect_round_trip(std::optional<int>(5), R"({"N":"5"})");
  EXPECT_EQ(read_as<std::optional<int>>(R"({"NULL":true})").value(), std::nullopt);
}

TEST(codec, a_struct_with_std_arrays_was_refused_by_gxx) {
  board b;
  b.id = "a";
  b.players = {"x", "y"};
  b.cells[1][0] = -7;
  b.note = {"n"};
  b.inner = {{"i"}};
  b.more = {{{"m"}}};
  b.round = 5;
  expect_round_trip(
      b, R"({"M":{"cells":{"L":[{"L":[{"N":"0"},{"N":"0"}]},{"L":[{"N":"-7"},{"N":"0"}]}]},"digest":{"B":"AAA="},)"
         R"("id":{"S":"a"},"inner":{"M":{"only":{"L":[{"S":"i"}]}}},"more":{"L":[{"M":{"only":{"L":[{"S":"m"}]}}}]},)"
         R"("note":{"L":[{"S":"n"}]},"players":{"L":[{"S":"x"},{"S":"y"}]},"round":{"N":"5"}}})");
}

TEST(codec, lists_maps_and_sets) {
  expect_round_trip(std::vector<std::string>{"b", "a"}, R"({"L":[{"S":"b"},{"S":"a"}]})");
  expect_round_trip(std::vector<bool>{true, false}, R"({"L":[{"BOOL":true},{"BOOL":false}]})");
  expect_round_trip(std::vector<int>{}, R"({"L":[]})");
  expect_round_trip(std::vector<std::optional<int>>{1, std::nullopt}, R"({"L":[{"N":"1"},{"NULL":true}]})");
  expect_round_trip(std::array<std::string, 2>{"x", "y"}, R"({"L":[{"S":"x"},{"S":"y"}]})");
  expect_round_trip(std::map<std::string, int>{{"b", 2}, {"a\"", 1}}, R"({"M":{"a\"":{"N":"1"},"b":{"N":"2"}}})");
  expect_round_trip(std::set<std::string>{"b", "a"}, R"({"SS":["a","b"]})");
  expect_round_trip(std::set<int>{10, -2}, R"({"NS":["-2","10"]})");
  expect_round_trip(std::set<double>{0.5}, R"({"NS":["0.5"]})");
  expect_round_trip(std::set<binary>{to_binary("b"), to_binary("a")}, R"({"BS":["YQ==","Yg=="]})");
  expect_round_trip(std::vector<std::set<int>>{{2}, {1}}, R"({"L":[{"NS":["2"]},{"NS":["1"]}]})");
  EXPECT_EQ((problem_reading<std::array<int, 2>>(R"({"L":[{"N":"1"}]})")),
            "the list is shorter than the array it is read into");
}

TEST(codec, times_are_seconds_and_dates_are_text) {
  using namespace std::chrono;
  expect_round_trip(sys_seconds(1'700'000'000s), R"({"N":"1700000000"})");
  expect_round_trip(sys_days(2026y / 11 / 21), R"({"N":"1795219200"})");
  expect_round_trip(sys_time<milliseconds>(1'700'000'000'120ms), R"({"N":"1700000000.12"})");
  expect_round_trip(sys_time<nanoseconds>(-1ns), R"({"N":"-0.000000001"})");
  expect_round_trip(90min, R"({"N":"5400"})");
  expect_round_trip(1'500ms, R"({"N":"1.5"})");
  expect_round_trip(nanoseconds::min() + 1ns, R"({"N":"-9223372036.854775807"})");
  expect_round_trip(year_month_day(2026y / 2 / 3), R"({"S":"2026-02-03"})");
  EXPECT_EQ(problem_reading<seconds>(R"({"N":"1.5"})"),
            "the stored time of 1.5 seconds does not fit the type it is read into");
  EXPECT_EQ(problem_reading<minutes>(R"({"N":"61"})"),
            "the stored time of 61 seconds does not fit the type it is read into");
  EXPECT_EQ(problem_reading<year_month_day>(R"({"S":"2026-02-30"})"), "`2026-02-30` is not a date like 2026-11-21");
}

TEST(codec, an_attribute_value_is_stored_as_it_is) {
  for (const std::string_view text :
       {R"({"S":"x"})", R"({"N":"1.5"})", R"({"B":"YQ=="})", R"({"BOOL":true})", R"({"NULL":true})",
        R"({"SS":["a","b"]})", R"({"NS":["1","2"]})", R"({"BS":["YQ=="]})", R"({"L":[{"S":"x"},{"M":{}}]})",
        R"({"M":{"a":{"M":{"b":{"N":"1"}}}}})"}) {
    const result<attribute_value> value = read_as<attribute_value>(text);
    ASSERT_TRUE(value) << text << ": " << value.error().message();
    EXPECT_EQ(stored_as(*value), text);
  }
}

TEST(codec, a_wrong_type_says_what_was_expected_and_where) {
  EXPECT_EQ(problem_reading<int>(R"({"S":"5"})"), "expected a value of type N, found one of type S");
  EXPECT_EQ(problem_reading<std::vector<int>>(R"({"L":[{"N":"1"},{"BOOL":true}]})"),
            "attribute `[1]`: expected a value of type N, found one of type BOOL");
  EXPECT_EQ((problem_reading<std::map<std::string, int>>(R"({"M":{"a":{"NULL":true}}})")),
            "attribute `a`: expected a value of type N, found one of type NULL");
  EXPECT_EQ(read_as<int>(R"({"S":"5"})").error().code(), errc::decoding);
  EXPECT_EQ(read_as<int>(R"({"N":)").error().code(), errc::decoding);
}

}  // namespace
}  // namespace dynamo::test
