#include "../support/seeds.hpp"

#include <dynamo/json/cursor.hpp>

#include <gtest/gtest.h>
#include <simdjson.h>

#include <string>
#include <string_view>

namespace dynamo::json {
namespace {

using random = std::mt19937_64;

std::size_t below(random& from, std::size_t limit) { return from() % limit; }

/// A value of JSON with everything the grammar has, spaces included. Numbers stay where simdjson, which converts them, can
/// follow.
std::string some_json(random& from, unsigned depth) {
  static constexpr std::string_view spaces[] = {"", "", "", " ", "\n", "\t ", "\r\n"};
  static constexpr std::string_view pieces[] = {
      "a",    "S",    "name",           "\u00e9",  "\U0001F600", "\\n", "\\u0041",
      "\\\"", "\\\\", "\\uD83D\\uDE00", "\\u00e9", "\\/",        "}",   "0123456789abcdef"};
  static constexpr std::string_view numbers[] = {"0", "-0", "12", "-7", "1.5", "0.25e3", "1E-2", "123456789012"};
  const auto space = [&] { return std::string(spaces[below(from, std::size(spaces))]); };
  const auto text = [&] {
    std::string content = "\"";
    for (std::size_t i = below(from, 4); i > 0; --i) content += pieces[below(from, std::size(pieces))];
    return content + "\"";
  };
  std::string value;
  switch (below(from, depth > 0 ? 8 : 5)) {
    case 0: value = "true"; break;
    case 1: value = "false"; break;
    case 2: value = "null"; break;
    case 3: value = numbers[below(from, std::size(numbers))]; break;
    case 4: value = text(); break;
    case 5:
      value = "[";
      for (std::size_t i = below(from, 4); i > 0; --i) value += some_json(from, depth - 1) + (i > 1 ? "," : "");
      value += space() + "]";
      break;
    default:
      value = "{";
      for (std::size_t i = below(from, 4); i > 0; --i) {
        value += space() + text() + space() + ":" + some_json(from, depth - 1) + (i > 1 ? "," : "");
      }
      value += space() + "}";
  }
  return space() + value + space();
}

/// Something else, a byte or two away.
std::string damaged(random& from, std::string text) {
  static constexpr std::string_view bytes = "{}[]\",:\\ \n0-1.eEtfnu\x01\x80\xC3\xED\xFFx";
  for (std::size_t i = 1 + below(from, 2); i > 0; --i) {
    const std::size_t at = below(from, text.size() + 1);
    const char byte = bytes[below(from, bytes.size())];
    switch (below(from, 3)) {
      case 0: text.insert(at, 1, byte); break;
      case 1:
        if (at < text.size()) text.erase(at, 1);
        break;
      default:
        if (at < text.size()) text[at] = byte;
    }
  }
  return text;
}

bool accepts(std::string_view text) {
  if (!validate_utf8(text)) return false;
  const buffer in(text);
  cursor reader(in);
  reader.skip();
  return reader.at_end();
}

TEST(cursor_random, accepts_what_simdjson_accepts) {
  testing_support::for_each_seed(20, [](random& from) {
    simdjson::dom::parser oracle;
    for (int i = 0; i < 1000; ++i) {
      const std::string valid = some_json(from, 4);
      ASSERT_TRUE(accepts(valid)) << valid;
      const std::string text = damaged(from, valid);
      const simdjson::error_code error = oracle.parse(text).error();
      if (error == simdjson::NUMBER_ERROR) continue;  // may be well-formed, but too large for a double
      ASSERT_EQ(accepts(text), error == simdjson::SUCCESS) << text << ": " << error;
    }
  });
}

TEST(cursor_random, reads_the_strings_that_simdjson_reads) {
  testing_support::for_each_seed(20, [](random& from) {
    static constexpr std::string_view pieces[] = {
        "\\u", "D8", "DC",     "00",   "0",       "a",       "\\n",
        "\\",  "\"", "\u20ac", "0041", "\\uD83D", "\\uDE00", "sixteen bytes at"};
    simdjson::dom::parser oracle;
    for (int i = 0; i < 1000; ++i) {
      std::string text = "\"";
      for (std::size_t n = below(from, 8); n > 0; --n) text += pieces[below(from, std::size(pieces))];
      text += "\"";
      std::string_view expected;
      const bool is_string = oracle.parse(text).get(expected) == simdjson::SUCCESS;
      const buffer in(text);
      cursor reader(in);
      const std::string content(reader.read_string());
      ASSERT_EQ(reader.at_end(), is_string) << text;
      if (is_string) {
        ASSERT_EQ(content, expected) << text;
      }
    }
  });
}

TEST(utf8, is_valid_when_simdjson_says_so) {
  testing_support::for_each_seed(20, [](random& from) {
    static constexpr unsigned char bytes[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF,
                                              0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
                                              0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
    for (int i = 0; i < 5000; ++i) {
      std::string text(below(from, 20), 'a');
      for (std::size_t n = below(from, 5); n > 0; --n) text += static_cast<char>(bytes[below(from, std::size(bytes))]);
      text.append(below(from, 20), 'b');
      ASSERT_EQ(validate_utf8(text), simdjson::validate_utf8(text));
    }
  });
}

TEST(utf8, every_code_point_is_valid_and_every_overlong_form_and_surrogate_is_not) {
  for (char32_t point = 1; point <= 0x10FFFF; point += point < 0x3000 ? 1 : 17) {
    std::string text;
    const auto tail = [point](unsigned shift) { return static_cast<char>(0x80 | (point >> shift & 0x3F)); };
    if (point < 0x80) {
      text = {static_cast<char>(point)};
    } else if (point < 0x800) {
      text = {static_cast<char>(0xC0 | point >> 6), tail(0)};
    } else if (point < 0x10000) {
      text = {static_cast<char>(0xE0 | point >> 12), tail(6), tail(0)};
    } else {
      text = {static_cast<char>(0xF0 | point >> 18), tail(12), tail(6), tail(0)};
    }
    const bool surrogate = point >= 0xD800 && point < 0xE000;
    ASSERT_EQ(validate_utf8(text), !surrogate) << static_cast<unsigned>(point);
    for (std::size_t cut = 1; cut < text.size(); ++cut) ASSERT_FALSE(validate_utf8(text.substr(0, cut)));
  }
  for (const std::string_view text :
       {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\x80", "\xFF", "\xE2\x28\xA1"}) {
    EXPECT_FALSE(validate_utf8(text));
  }
  EXPECT_TRUE(validate_utf8({}));
}

}  // namespace
}  // namespace dynamo::json
