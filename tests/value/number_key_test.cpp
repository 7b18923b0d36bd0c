#include <dynamo/value/detail/number_key.hpp>

#include <gtest/gtest.h>
#include <support/seeds.hpp>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

namespace dynamo {
namespace {

using testing_support::for_each_seed;
using namespace std::string_literals;

std::string key_of(const number& n) {
  std::string key;
  append_number_key(n, key);
  return key;
}
number parsed(std::string_view text) { return number::parse(text).value(); }

struct key_case {
  const char* text;
  std::string key;
};

TEST(NumberKey, TheFormatOnDiskStaysAsItIs) {
  const std::vector<key_case> cases = {
      {"0", "\x02"s},
      {"1", "\x03\x80\x02\x00"s},
      {"9", "\x03\x80\x0A\x00"s},
      {"10", "\x03\x80\x0B\x00"s},
      {"100", "\x03\x81\x02\x00"s},
      {"123", "\x03\x81\x02\x18\x00"s},
      {"12.5", "\x03\x80\x0D\x33\x00"s},
      {"0.5", "\x03\x7F\x33\x00"s},
      {"0.05", "\x03\x7F\x06\x00"s},
      {"-1", "\x01\x7F\xFD\xFF"s},
      {"-12.5", "\x01\x7F\xF2\xCC\xFF"s},
      {"1E125", "\x03\xBE\x0B\x00"s},
      {"1E-130", "\x03\x3F\x02\x00"s},
      {"1.0000000000000000000000000000000000001",
       "\x03\x80\x02\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x0B\x00"s},
  };
  for (const auto& [text, key] : cases) EXPECT_EQ(key_of(parsed(text)), key) << text;
}

TEST(NumberKey, SortsAsNumbersDoFromEndToEnd) {
  const std::vector<const char*> ascending = {
      "-9.9999999999999999999999999999999999999E+125",
      "-1E125",
      "-123.45",
      "-123.4",
      "-123",
      "-100",
      "-99.99",
      "-12",
      "-10",
      "-2",
      "-1.01",
      "-1",
      "-0.99",
      "-0.1",
      "-0.01",
      "-1.5E-130",
      "-1E-130",
      "0",
      "1E-130",
      "1.1E-130",
      "0.001",
      "0.01",
      "0.1",
      "0.11",
      "0.9",
      "1",
      "1.0000000000000000000000000000000000001",
      "1.01",
      "1.1",
      "2",
      "9",
      "10",
      "10.1",
      "11",
      "99",
      "99.9",
      "100",
      "101",
      "1000",
      "1E124",
      "9.9999999999999999999999999999999999999E+125",
  };
  for (std::size_t i = 0; i + 1 < ascending.size(); ++i) {
    EXPECT_LT(parsed(ascending[i]), parsed(ascending[i + 1])) << ascending[i];
    EXPECT_LT(key_of(parsed(ascending[i])), key_of(parsed(ascending[i + 1]))) << ascending[i];
  }
}

number random_number(std::mt19937_64& random) {
  if (random() % 32 == 0) return {};
  const int digits = 1 + static_cast<int>(random() % (random() % 2 == 0 ? 3 : 38));
  std::string text = random() % 2 == 0 ? "-" : "";
  text += static_cast<char>('1' + random() % 9);
  for (int i = 1; i < digits; ++i) text += random() % 3 == 0 ? '0' : static_cast<char>('0' + random() % 10);
  const int leading = random() % 2 == 0 ? static_cast<int>(random() % 256) - 130 : static_cast<int>(random() % 5) - 2;
  return parsed(text + "e" + std::to_string(leading - digits + 1));
}

TEST(NumberKeyProperty, BytesSortAsNumbersAndReadBack) {
  for_each_seed(20, [](std::mt19937_64& random) {
    for (int i = 0; i < 1000; ++i) {
      const number a = random_number(random), b = random_number(random);
      const std::string x = key_of(a), y = key_of(b);
      ASSERT_LE(x.size(), number_key_size_max);
      ASSERT_EQ(x.compare(y) <=> 0, a <=> b) << a.to_string() << " and " << b.to_string();
      // With other bytes after them: neither may begin with the other.
      ASSERT_EQ((x + "\xFF").compare(y + "\x01"s) <=> 0, a == b ? std::strong_ordering::greater : a <=> b);

      const std::string both = x + y;
      std::string_view rest = both;
      ASSERT_EQ(take_number_key(rest), a) << a.to_string();
      ASSERT_EQ(take_number_key(rest), b) << b.to_string();
      ASSERT_TRUE(rest.empty());
    }
  });
}

TEST(NumberKey, WhatNoNumberIsWrittenAsIsNotRead) {
  const std::vector<std::string> cases = {
      "",
      "\x00"s,
      "\x04\x80\x02\x00"s,  // no such sign
      "\x03"s,              // cut off
      "\x03\x80"s,
      "\x03\x80\x02"s,
      "\x03\x80\x00"s,          // no pair
      "\x03\x80\x01\x02\x00"s,  // begins with 00
      "\x03\x80\x02\x01\x00"s,  // ends with 00
      "\x03\x80\x65\x00"s,      // a pair of 100
      "\x03\x80\xFF\x00"s,
      "\x03\xBF\x02\x00"s,                                      // 1E126
      "\x03\x3E\x02\x00"s,                                      // 1E-132
      "\x01\x7F\xFD\x00"s,                                      // a negative number with the end of a positive one
      "\x03\x80" + std::string(19, '\x02') + "\x03" + "\x00"s,  // 39 digits
      "\x03\x80" + std::string(20, '\x0B') + "\x00"s,           // 20 pairs that begin with two digits
      "\x03\x80" + std::string(21, '\x0B') + "\x00"s,           // 21 pairs
      "\x03\x80" + std::string(1 << 20, '\x0B') + "\x00"s,
  };
  for (const auto& bytes : cases) {
    std::string_view rest = bytes;
    EXPECT_EQ(take_number_key(rest), std::nullopt) << ::testing::PrintToString(bytes.substr(0, 30));
    EXPECT_EQ(rest.size(), bytes.size());
  }
}

TEST(NumberKeyProperty, WhateverIsReadIsWrittenAsTheSameBytes) {
  for_each_seed(20, [](std::mt19937_64& random) {
    for (int i = 0; i < 2000; ++i) {
      std::string bytes = key_of(random_number(random));
      bytes[random() % bytes.size()] ^= static_cast<char>(1 << random() % 8);
      std::string_view rest = bytes;
      const auto n = take_number_key(rest);
      if (n) {
        ASSERT_EQ(key_of(*n), bytes.substr(0, bytes.size() - rest.size()));
      }
    }
  });
}

}  // namespace
}  // namespace dynamo
