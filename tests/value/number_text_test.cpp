#include <dynamo/value/number.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo {
namespace {

using namespace std::string_literals;

const std::string overflow = "Number overflow. Attempting to store a number with magnitude larger than supported range";
const std::string underflow =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";
const std::string too_many = "Attempting to store more than 38 significant digits in a Number";
const std::string not_a_number = "The parameter cannot be converted to a numeric value";

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

struct accepted_case {
  std::string text, printed;
};

TEST(NumberText, AcceptsWhatTheServiceAcceptsAndPrintsPlainDigits) {
  const std::vector<accepted_case> cases = {
      {"0", "0"},
      {"-0", "0"},
      {"+0", "0"},
      {"0.000", "0"},
      {"-0e5", "0"},
      {"0e125", "0"},  // zero has the range of the exponent that it is written with
      {"0E-130", "0"},
      {"0." + repeated("0", 200), "0"},
      {"1", "1"},
      {"-7", "-7"},
      {"+5", "5"},
      {"+1.5", "1.5"},
      {"+1e2", "100"},
      {"1e+2", "100"},
      {"1.5E+3", "1500"},
      {"1.5E2", "150"},
      {"1e5", "100000"},
      {"1E5", "100000"},
      {"1e-5", "0.00001"},
      {"00042", "42"},
      {"-00042.4200", "-42.42"},
      {"1.0", "1"},
      {"10", "10"},
      {"100.05", "100.05"},
      {".5", "0.5"},  // as Java's BigDecimal reads it
      {"5.", "5"},
      {"5.e1", "50"},
      {"-.5e-1", "-0.05"},
      {"0.1e1", "1"},
      {"1e00000000000000000000000002", "100"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"9999999999999999999", "9999999999999999999"},    // 19 digits: the longest of the short way
      {"99999999999999999999", "99999999999999999999"},  // 20
      {"18446744073709551616", "18446744073709551616"},
      {"12345678901234567890123456789012345678", "12345678901234567890123456789012345678"},
      {"-1.2345678901234567890123456789012345678", "-1.2345678901234567890123456789012345678"},
      {"123456789012345678901234567890123456780", "123456789012345678901234567890123456780"},  // 38 and a zero
      {"1E125", "1" + repeated("0", 125)},
      {"9.9999999999999999999999999999999999999E+125", repeated("9", 38) + repeated("0", 88)},
      {"-9.9999999999999999999999999999999999999E+125", "-" + repeated("9", 38) + repeated("0", 88)},
      {"1E-130", "0." + repeated("0", 129) + "1"},
      {"-1E-130", "-0." + repeated("0", 129) + "1"},
      {"-1.2345678901234567890123456789012345678E-130",
       "-0." + repeated("0", 129) + "12345678901234567890123456789012345678"},  // the longest text: 170 characters
      {"0.1E126", "1" + repeated("0", 125)},
      {repeated("0", 100) + "7", "7"},
      {"7." + repeated("0", 100), "7"},
      {"1" + repeated("0", 125), "1" + repeated("0", 125)},
      {"0." + repeated("0", 200) + "1e200", "0.1"},
      {"1" + repeated("0", 200) + "e-200", "1"},
  };
  for (const auto& [text, printed] : cases) {
    const auto parsed = number::parse(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().message();
    EXPECT_EQ(parsed->to_string(), printed) << text;
    EXPECT_LE(parsed->to_string().size(), number::text_size_max);
    EXPECT_EQ(number::parse(printed).value(), *parsed) << text;
  }
}

struct refused_case {
  std::string text, message;
};

TEST(NumberText, RefusesTheRestInTheServicesWords) {
  const std::vector<refused_case> cases = {
      {"", not_a_number + ": "},
      {"0e126", overflow},
      {"0e-131", underflow},
      {"0e9223372036854775807", overflow},
      {"1e9223372036854775807", overflow},
      {"1e9223372036854775808", not_a_number + ": 1e9223372036854775808"},
      {"1e-9223372036854775808", underflow},
      {"1e-9223372036854775809", not_a_number + ": 1e-9223372036854775809"},
      {"abc", not_a_number + ": abc"},
      {"b", not_a_number + ": b"},
      {"-", not_a_number + ": -"},
      {"+", not_a_number + ": +"},
      {".", not_a_number + ": ."},
      {"-.", not_a_number + ": -."},
      {"e5", not_a_number + ": e5"},
      {".e5", not_a_number + ": .e5"},
      {"+e2", not_a_number + ": +e2"},
      {"12e", not_a_number + ": 12e"},
      {"1e+", not_a_number + ": 1e+"},
      {"1e-", not_a_number + ": 1e-"},
      {"1e5.5", not_a_number + ": 1e5.5"},
      {"1+2", not_a_number + ": 1+2"},
      {"1.2.3", not_a_number + ": 1.2.3"},
      {"--1", not_a_number + ": --1"},
      {"+-1", not_a_number + ": +-1"},
      {" 5", not_a_number + ":  5"},  // spaces are not skipped
      {"5 ", not_a_number + ": 5 "},
      {"5 5", not_a_number + ": 5 5"},
      {"\t5", not_a_number + ": \t5"},
      {"5\n", not_a_number + ": 5\n"},
      {"5\0"s, not_a_number + ": 5\0"s},
      {"1,000", not_a_number + ": 1,000"},
      {"1_000", not_a_number + ": 1_000"},
      {"0x10", not_a_number + ": 0x10"},
      {"1f", not_a_number + ": 1f"},
      {"NaN", not_a_number + ": NaN"},
      {"Infinity", not_a_number + ": Infinity"},
      {"-inf", not_a_number + ": -inf"},
      {"\"42.0\"", not_a_number + ": \"42.0\""},
      {"\xD9\xA1", not_a_number + ": \xD9\xA1"},          // ARABIC-INDIC DIGIT ONE
      {"\xEF\xBC\x91", not_a_number + ": \xEF\xBC\x91"},  // FULLWIDTH DIGIT ONE
      {"1e126", overflow},
      {"-1e126", overflow},
      {"1" + repeated("0", 126), overflow},
      {"10E125", overflow},
      {"1e999999999999999999999999999999", not_a_number + ": 1e999999999999999999999999999999"},
      {"-1.8881545897088288e+289", overflow},
      {"1e-131", underflow},
      {"-1e-131", underflow},
      {"0.1e-130", underflow},
      {"9.9e-131", underflow},
      {"1e-999999999999999999999999999999", not_a_number + ": 1e-999999999999999999999999999999"},
      {"123456789012345678901234567890123456789", too_many},
      {"-1.23456789012345678901234567890123456789", too_many},
      {"1" + repeated("0", 37) + "1", too_many},
      {"0." + repeated("1", 39), too_many},
      {repeated("9", 39) + "e88", overflow},  // the range is looked at before the digits
      {repeated("9", 39) + "e87", too_many},
      {repeated("9", 39) + "x", not_a_number + ": " + repeated("9", 39) + "x"},
      {repeated("x", 256), not_a_number + ": " + repeated("x", 256)},
      {repeated("x", 257), not_a_number + ": " + repeated("x", 256) + "..."},
      {repeated("\xC3\xA9", 200) + "a", not_a_number + ": " + repeated("\xC3\xA9", 128) + "..."},
      {"a" + repeated("\xC3\xA9", 200), not_a_number + ": a" + repeated("\xC3\xA9", 127) + "..."},
  };
  for (const auto& [text, message] : cases) {
    const auto parsed = number::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code(), errc::validation) << text;
    EXPECT_EQ(parsed.error().message(), message) << text;
  }
}

TEST(NumberText, AMegabyteOfDigitsIsReadOnceAndOverflowsNothing) {
  const std::size_t megabyte = 1 << 20;
  const std::string zeros(megabyte, '0');
  const std::string nines(megabyte, '9');
  EXPECT_EQ(number::parse(zeros).value(), number(0));
  EXPECT_EQ(number::parse(zeros + "1").value(), number(1));
  EXPECT_EQ(number::parse("1." + zeros).value(), number(1));
  EXPECT_EQ(number::parse("0." + zeros).value(), number(0));
  EXPECT_EQ(number::parse("1" + zeros + "e-1048576").value(), number(1));
  EXPECT_EQ(number::parse("0." + zeros + "1e1048577").value(), number(1));
  EXPECT_EQ(number::parse("1e" + zeros + "2").value(), number(100));
  EXPECT_EQ(number::parse(nines).error().message(), overflow);
  EXPECT_EQ(number::parse("0." + nines).error().message(), too_many);
  EXPECT_EQ(number::parse("0." + zeros + "1").error().message(), underflow);
  EXPECT_EQ(number::parse("1" + zeros).error().message(), overflow);
  EXPECT_EQ(number::parse("1" + zeros + "1e-1048577").error().message(), too_many);
  EXPECT_TRUE(number::parse("1e" + nines).error().message().starts_with(not_a_number + ": 1e999"));
  EXPECT_EQ(number::parse("1" + zeros + "e-9223372036854775808").error().message(), underflow);
  EXPECT_EQ(number::parse("0." + zeros + "1e9223372036854775807").error().message(), overflow);
}

TEST(NumberText, IntegersOfEveryTypeAreNumbers) {
  EXPECT_EQ(number(std::int8_t{-128}).to_string(), "-128");
  EXPECT_EQ(number(std::uint8_t{200}).to_string(), "200");
  EXPECT_EQ(number(std::int16_t{-32768}).to_string(), "-32768");
  EXPECT_EQ(number(-1).to_string(), "-1");
  EXPECT_EQ(number(std::numeric_limits<std::int32_t>::min()).to_string(), "-2147483648");
  EXPECT_EQ(number(std::numeric_limits<std::int64_t>::min()).to_string(), "-9223372036854775808");
  EXPECT_EQ(number(std::numeric_limits<std::int64_t>::max()).to_string(), "9223372036854775807");
  EXPECT_EQ(number(std::numeric_limits<std::uint64_t>::max()).to_string(), "18446744073709551615");
  EXPECT_EQ(number(1000).to_string(), "1000");
  static_assert(number(1000).exponent() == 3);
  static_assert(number(0) == number());
  static_assert(sizeof(number) == 32);
  static_assert(std::is_trivially_copyable_v<number>);
}

TEST(NumberText, IntegersComeBackExactlyOrNotAtAll) {
  for (const char* text : {"9223372036854775807", "-9223372036854775808", "0", "1e18", "-1"}) {
    const number n = number::parse(text).value();
    EXPECT_EQ(number(n.to_int64().value()), n) << text;
  }
  for (const char* text : {"0", "18446744073709551615", "1e19"}) {
    const number n = number::parse(text).value();
    EXPECT_EQ(number(n.to_uint64().value()), n) << text;
  }
  for (const char* text : {"9223372036854775808", "-9223372036854775809", "0.5", "1e19", "1e125", "-1e-130",
                           "12345678901234567890123456789012345678"}) {
    const auto converted = number::parse(text).value().to_int64();
    ASSERT_FALSE(converted) << text;
    EXPECT_EQ(converted.error().code(), errc::decoding);
  }
  for (const char* text : {"18446744073709551616", "-1", "1.5", "1e20", "2e19"}) {
    EXPECT_FALSE(number::parse(text).value().to_uint64()) << text;
  }
  EXPECT_EQ(number::parse("1.5").value().to_int64().error().message(),
            "The number 1.5 is not a signed integer of 64 bits");
}

TEST(NumberText, DoublesTakeTheirShortestText) {
  EXPECT_EQ(number::from_double(0.1).value().to_string(), "0.1");
  EXPECT_EQ(number::from_double(-0.0).value().to_string(), "0");
  EXPECT_EQ(number::from_double(1.0 / 3).value().to_string(), "0.3333333333333333");
  EXPECT_EQ(number::from_double(9007199254740992).value().to_string(), "9007199254740992");
  EXPECT_EQ(number::from_double(1e22).value().to_string(), "10000000000000000000000");
  EXPECT_EQ(number::from_double(1.7976931348623157e100).value().to_double(), 1.7976931348623157e100);
  EXPECT_EQ(number::from_float(0.1F).value().to_string(), "0.1");
  EXPECT_EQ(number::from_float(16777216.0F).value().to_string(), "16777216");
}

TEST(NumberText, DoublesThatDynamoDbCannotHoldAreRefused) {
  using limits = std::numeric_limits<double>;
  for (const double value : {limits::quiet_NaN(), limits::infinity(), -limits::infinity()}) {
    const auto n = number::from_double(value);
    ASSERT_FALSE(n);
    EXPECT_EQ(n.error().code(), errc::invalid_argument);
    EXPECT_EQ(n.error().message(), "NaN and infinities are not numbers to DynamoDB");
  }
  EXPECT_EQ(number::from_double(limits::max()).error().message(), overflow);
  EXPECT_EQ(number::from_double(1e126).error().code(), errc::invalid_argument);
  EXPECT_EQ(number::from_double(limits::denorm_min()).error().message(), underflow);
  EXPECT_FALSE(number::from_float(std::numeric_limits<float>::quiet_NaN()));
}

TEST(NumberText, NumbersBecomeTheNearestDouble) {
  for (const char* text :
       {"0", "0.1", "-0.1", "1e22", "1e23", "9007199254740993", "1e125", "-1e-130", "0.3333333333333333333333333333",
        "12345678901234567890123456789012345678", "4.9406564584124654e-100"}) {
    EXPECT_EQ(number::parse(text).value().to_double(), std::stod(text)) << text;
  }
}

}  // namespace
}  // namespace dynamo
