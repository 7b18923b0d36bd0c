#include <dynamo/json/cursor.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dynamo::json {
namespace {

/// Text in a block of its own, so that the address sanitizer sees what is read beyond the padding. The padding holds what
/// would continue a text most plausibly: nothing of it may ever be taken for text.
class padded {
 public:
  explicit padded(std::string_view text, std::string_view continued_by = "\"") : size_(text.size()), bytes_(text) {
    while (bytes_.size() < size_ + buffer::padding) bytes_ += continued_by;
    bytes_.resize(size_ + buffer::padding);
    bytes_.shrink_to_fit();
  }
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::size_t size_;
  std::string bytes_;
};

std::vector<std::string_view> continuations() {
  return {"\"", "}", "]", "0", "e1", " ", ",1", ":1}", "\":1}", "\"}", "\\", std::string_view("\0", 1), "[", "{\"a\":"};
}

/// The whole text is one value of JSON.
bool accepts(std::string_view text) {
  bool accepted = false;
  bool first = true;
  for (const std::string_view continuation : continuations()) {
    const padded in(text, continuation);
    cursor reader(in.view());
    reader.skip();
    const bool now = reader.at_end();
    EXPECT_TRUE(first || now == accepted) << text << " followed by " << continuation;
    EXPECT_LE(reader.position(), text.size());
    accepted = now;
    first = false;
  }
  return accepted;
}

std::string string_of(std::string_view text) {
  const padded in(text);
  cursor reader(in.view());
  std::string content(reader.read_string());
  return reader.at_end() ? content : "problem: " + std::string(reader.ok() ? "more text" : reader.problem());
}

TEST(cursor, unescapes_every_escape) {
  struct {
    const char* text;
    std::string content;
  } const cases[] = {
      {R"("")", ""},
      {R"("plain")", "plain"},
      {R"("\"")", "\""},
      {R"("\\")", "\\"},
      {R"("\/")", "/"},
      {R"("\b")", "\b"},
      {R"("\f")", "\f"},
      {R"("\n")", "\n"},
      {R"("\r")", "\r"},
      {R"("\t")", "\t"},
      {R"("\u0041")", "A"},
      {R"("\u0000")", std::string(1, '\0')},
      {R"("\u001F\u001f")", "\x1f\x1f"},
      {R"("\u00e9")", "\u00e9"},
      {R"("\u07FF")", "\u07FF"},
      {R"("\u0800")", "\u0800"},
      {R"("\u20AC")", "\u20AC"},
      {R"("\uD7FF\uE000")", "\uD7FF\uE000"},
      {R"("\uFFFF")", "\uFFFF"},
      {R"("\ud800\udc00")", "\U00010000"},
      {R"("\uD83D\uDE00!")", "\U0001F600!"},
      {R"("\uDBFF\uDFFF")", "\U0010FFFF"},
      {R"("a\nb\\c")", "a\nb\\c"},
      {"\"\x7f\"", "\x7f"},
      {"\"sixteen bytes at\"", "sixteen bytes at"},
      {R"("a text longer than one register, with its escape \u0021 late")",
       "a text longer than one register, with its escape ! late"},
  };
  for (const auto& [text, content] : cases) EXPECT_EQ(string_of(text), content) << text;
}

TEST(cursor, refuses_malformed_strings) {
  for (const char* text : {R"(")",
                           R"("abc)",
                           R"("\)",
                           R"("\")",
                           R"("\x")",
                           R"("\u")",
                           R"("\u12")",
                           R"("\u12")",
                           R"("\u12G4")",
                           R"("\u 123")",
                           R"("\uD800")",
                           R"("\uD800x")",
                           R"("\uD800\n")",
                           R"("\uD800\uD800")",
                           R"("\uD800\u0041")",
                           R"("\uDC00")",
                           R"("\uDFFF\uD800")",
                           R"("\uD800\u")",
                           R"("\uD800\uDC0")",
                           "\"\n\"",
                           "\"a\tb\"",
                           "\"\x1f\"",
                           "'a'",
                           "abc"}) {
    EXPECT_TRUE(string_of(text).starts_with("problem")) << text;
  }
  EXPECT_TRUE(string_of(std::string_view("\"\0\"", 3)).starts_with("problem"));
}

TEST(cursor, accepts_exactly_what_rfc_8259_calls_json) {
  for (const char* text : {"{}",
                           "[]",
                           " [ ] ",
                           "{ }",
                           "0",
                           "-0",
                           "-1",
                           "10",
                           "1.5",
                           "-0.25",
                           "1e5",
                           "1E+5",
                           "1e-05",
                           "0e0",
                           "123456789012345678901234567890",
                           "true",
                           "false",
                           "null",
                           "\"\"",
                           "[1]",
                           "[1,2]",
                           "[[],{}]",
                           "{\"a\":1}",
                           "{\"\":{}}",
                           " \t\r\n{ \"a\" : [ 1 , true ] , \"b\" : { \"c\" : null } } \n",
                           "{\"a\":1,\"a\":2}",
                           "{\"\\u0061\":[]}"}) {
    EXPECT_TRUE(accepts(text)) << text;
  }
  for (const char* text : {"",
                           " ",
                           "{",
                           "}",
                           "[",
                           "]",
                           "{]",
                           "[}",
                           "{}}",
                           "[]]",
                           "{}{}",
                           "1 2",
                           "[1,]",
                           "[,1]",
                           "[,]",
                           "[1 2]",
                           "[1,,2]",
                           "{,}",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{\"a\" 1}",
                           "{a:1}",
                           "{1:1}",
                           "{\"a\":1 \"b\":2}",
                           "{\"a\":1,,\"b\":2}",
                           "{null:1}",
                           "[\"a\":1]",
                           "{\"a\",1}",
                           "tru",
                           "truE",
                           "fals",
                           "nul",
                           "nulll",
                           "TRUE",
                           "truefalse",
                           "[truefalse]",
                           "+1",
                           "-",
                           "01",
                           "-01",
                           "1.",
                           ".5",
                           "1.e5",
                           "1e",
                           "1e+",
                           "0x10",
                           "1_000",
                           "NaN",
                           "Infinity",
                           "-Infinity",
                           "1a",
                           "\"a",
                           "\"a\"\"b\"",
                           "/**/1",
                           "1//",
                           "[1]x",
                           "\f1",
                           "\v1",
                           "\xEF\xBB\xBF{}"}) {
    EXPECT_FALSE(accepts(text)) << text;
  }
}

TEST(cursor, reads_members_in_any_order_and_skips_the_others) {
  const padded in(
      R"( { "Count" : 2, "Items":[{"a":1,"b":[true,false,null]},{}], "Last":{"x":{"y":"z\n"}} , "Done":false} )");
  cursor reader(in.view());
  std::string_view name;
  std::vector<std::string> seen;
  ASSERT_TRUE(reader.begin_object());
  while (reader.next_name(name)) {
    seen.emplace_back(name);
    if (name == "Count") {
      EXPECT_EQ(reader.peek(), token::number);
      EXPECT_EQ(reader.read_number(), "2");
    } else if (name == "Done") {
      EXPECT_EQ(reader.peek(), token::boolean);
      EXPECT_FALSE(reader.read_bool());
    } else if (name == "Items") {
      std::vector<std::string> elements;
      EXPECT_TRUE(reader.begin_array());
      while (reader.next_element()) elements.emplace_back(reader.skip());
      EXPECT_EQ(elements, (std::vector<std::string>{R"({"a":1,"b":[true,false,null]})", "{}"}));
    } else {
      EXPECT_EQ(reader.skip(), R"({"x":{"y":"z\n"}})");
    }
  }
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(seen, (std::vector<std::string>{"Count", "Items", "Last", "Done"}));
}

TEST(cursor, names_with_escapes_are_unescaped) {
  const padded in(R"({"a\u0062c":1})");
  cursor reader(in.view());
  std::string_view name;
  ASSERT_TRUE(reader.begin_object());
  ASSERT_TRUE(reader.next_name(name));
  EXPECT_EQ(name, "abc");
}

TEST(cursor, reads_attribute_values_compact_or_spaced) {
  struct {
    const char* text;
    attribute_type type;
  } const cases[] = {
      {R"({"S":"x"})", attribute_type::S},
      {R"({"N":"1"})", attribute_type::N},
      {R"({"B":"eA=="})", attribute_type::B},
      {R"({"BOOL":true})", attribute_type::BOOL},
      {R"({"NULL":true})", attribute_type::NUL},
      {R"({"M":{"a":{"S":"x"}}})", attribute_type::M},
      {R"({"L":[{"S":"x"}]})", attribute_type::L},
      {R"({"SS":["x"]})", attribute_type::SS},
      {R"({"NS":["1"]})", attribute_type::NS},
      {R"({"BS":["eA=="]})", attribute_type::BS},
      {R"( { "SS" : [ "x" ] } )", attribute_type::SS},
      {R"({"\u0053":"x"})", attribute_type::S},
  };
  for (const auto& [text, type] : cases) {
    const padded in(text);
    cursor reader(in.view());
    EXPECT_EQ(reader.begin_value(), type) << text;
    reader.skip();
    EXPECT_TRUE(reader.end_value()) << text;
    EXPECT_TRUE(reader.at_end()) << text;
  }
}

TEST(cursor, refuses_what_is_no_attribute_value) {
  for (const char* text : {R"({})", R"({"X":"x"})", R"({"s":"x"})", R"({"S":"x","N":"1"})", R"(["S"])", R"("S")",
                           R"({"S")", R"({"S":)", R"({"S":"x")", R"({"SSS":["x"]})", ""}) {
    const padded in(text, "}");
    cursor reader(in.view());
    reader.begin_value();
    reader.skip();
    reader.end_value();
    EXPECT_FALSE(reader.ok()) << text;
  }
}

TEST(cursor, read_scalar_gives_the_content_of_the_expected_type_only) {
  const padded in(R"([{"S":"a\tb"}, {"N" : "12"},{"B":"eA=="},{"S":"x"}])");
  cursor reader(in.view());
  reader.begin_array();
  reader.next_element();
  EXPECT_EQ(reader.read_scalar(attribute_type::S), "a\tb");
  reader.next_element();
  EXPECT_EQ(reader.read_scalar(attribute_type::N), "12");
  reader.next_element();
  EXPECT_EQ(reader.read_scalar(attribute_type::B), "eA==");
  reader.next_element();
  EXPECT_EQ(reader.read_scalar(attribute_type::N), "");
  EXPECT_STREQ(reader.problem(), "an attribute value of another type");
}

TEST(cursor, what_stands_in_the_padding_is_never_read_as_text) {
  for (const std::string_view whole : {R"({"S":"a text"})", R"({"name":"a text"})"}) {
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
      const padded in(whole.substr(0, cut), whole.substr(cut));
      cursor scalar(in.view());
      EXPECT_EQ(scalar.read_scalar(attribute_type::S), "");
      EXPECT_FALSE(scalar.ok());
      EXPECT_LE(scalar.position(), cut);
      cursor object(in.view());
      std::string_view name;
      object.begin_object();
      if (object.next_name(name)) {
        EXPECT_LE(name.data() + name.size(), in.view().data() + cut);
        EXPECT_LE(object.position(), cut);
      }
    }
  }
}

TEST(cursor, failure_is_sticky_and_keeps_its_first_place) {
  const padded in(R"({"a":[1,x],"b":2})");
  cursor reader(in.view());
  std::string_view name;
  reader.begin_object();
  reader.next_name(name);
  reader.skip();
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.position(), 8U);
  const std::string problem = reader.problem();
  EXPECT_FALSE(reader.next_name(name));
  EXPECT_FALSE(reader.next_element());
  EXPECT_FALSE(reader.begin_object());
  EXPECT_FALSE(reader.begin_array());
  EXPECT_FALSE(reader.end_value());
  EXPECT_FALSE(reader.at_end());
  EXPECT_FALSE(reader.read_bool());
  EXPECT_EQ(reader.read_string(), "");
  EXPECT_EQ(reader.read_number(), "");
  EXPECT_EQ(reader.read_scalar(attribute_type::S), "");
  EXPECT_EQ(reader.skip(), "");
  EXPECT_EQ(reader.peek(), token::invalid);
  reader.read_null();
  reader.begin_value();
  reader.fail("a reason of its own");
  EXPECT_EQ(reader.problem(), problem);
  EXPECT_EQ(reader.position(), 8U);
}

TEST(cursor, an_empty_buffer_can_be_read_and_holds_nothing) {
  const buffer nothing;
  EXPECT_EQ(cursor(nothing).peek(), token::end);
  EXPECT_TRUE(cursor(nothing).at_end());
  for (void (*read)(cursor&) : {
           +[](cursor& in) { in.begin_object(); },
           +[](cursor& in) { in.begin_array(); },
           +[](cursor& in) { in.begin_value(); },
           +[](cursor& in) { in.end_value(); },
           +[](cursor& in) { in.read_string(); },
           +[](cursor& in) { in.read_scalar(attribute_type::S); },
           +[](cursor& in) { in.read_bool(); },
           +[](cursor& in) { in.read_null(); },
           +[](cursor& in) { in.read_number(); },
           +[](cursor& in) { in.skip(); },
       }) {
    cursor reader(nothing);
    read(reader);
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.position(), 0U);
  }
}

TEST(cursor, the_caller_may_fail_for_a_reason_of_its_own) {
  const padded in(R"(["x"])");
  cursor reader(in.view());
  reader.begin_array();
  reader.next_element();
  reader.fail("no");
  EXPECT_STREQ(reader.problem(), "no");
  EXPECT_EQ(reader.position(), 1U);
}

TEST(cursor, nesting_ends_at_depth_max) {
  const auto nested = [](unsigned levels, const char* open, const char* close) {
    std::string text;
    for (unsigned i = 0; i < levels; ++i) text += open;
    text += "1";
    for (unsigned i = 0; i < levels; ++i) text += close;
    return text;
  };
  EXPECT_TRUE(accepts(nested(cursor::depth_max, "[", "]")));
  EXPECT_FALSE(accepts(nested(cursor::depth_max + 1, "[", "]")));
  EXPECT_TRUE(accepts(nested(cursor::depth_max, "{\"a\":", "}")));
  EXPECT_FALSE(accepts(nested(cursor::depth_max + 1, "{\"a\":", "}")));
  EXPECT_TRUE(accepts(nested(cursor::depth_max / 2, "[{\"a\":", "}]")));
  for (const char* open : {"[", "{\"a\":", "{\"L\":[", "{\"M\":{\"a\":"}) {
    const padded in(nested(100'000, open, ""));
    cursor reader(in.view());
    reader.skip();
    EXPECT_STREQ(reader.problem(), "nested too deeply");
    EXPECT_LE(reader.position(), 5 * cursor::depth_max);
  }
}

TEST(cursor, typed_values_count_towards_the_depth) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "{\"L\":[";
  const padded in(text);
  cursor reader(in.view());
  unsigned levels = 0;
  while (reader.ok() && levels <= cursor::depth_max) {
    reader.begin_value();
    reader.begin_array();
    reader.next_element();
    ++levels;
  }
  EXPECT_STREQ(reader.problem(), "nested too deeply");
  EXPECT_EQ(levels, cursor::depth_max / 2 + 1);
}

}  // namespace
}  // namespace dynamo::json
