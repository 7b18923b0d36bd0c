#include <dynamo/json/writer.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace dynamo::json {
namespace {

template <class... Arguments>
std::string written(void (*write)(buffer&, Arguments...), std::type_identity_t<Arguments>... arguments) {
  buffer out{"["};
  write(out, arguments...);
  return std::string(out.view().substr(1));
}

TEST(writer, escapes_what_json_must_and_nothing_else) {
  struct {
    std::string text;
    const char* json;
  } const cases[] = {
      {"", R"("")"},
      {"plain", R"("plain")"},
      {"\"", R"("\"")"},
      {"\\", R"("\\")"},
      {"/", R"("/")"},
      {"\b\f\n\r\t", R"("\b\f\n\r\t")"},
      {std::string("\0\x01\x1f", 3), R"("\u0000\u0001\u001f")"},
      {"\x7f\u00e9\u20ac\U0001F600", "\"\x7f\u00e9\u20ac\U0001F600\""},
      {"fifteen bytes..\"and more", R"("fifteen bytes..\"and more")"},
      {"a text of more than one register without any of them at all",
       R"("a text of more than one register without any of them at all")"},
  };
  for (const auto& [text, json] : cases) EXPECT_EQ(written(write_string, text), json);
}

TEST(writer, escapes_at_every_place_of_a_text) {
  for (std::size_t size = 1; size < 70; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'x');
      text[at] = '\n';
      std::string expected(size, 'x');
      expected.replace(at, 1, "\\n");
      ASSERT_EQ(written(write_string, text), '"' + expected + '"');
    }
  }
}

TEST(writer, writes_integers_of_every_size) {
  void (*const write_signed)(buffer&, std::int64_t) = write_integer;
  void (*const write_unsigned)(buffer&, std::uint64_t) = write_integer;
  EXPECT_EQ(written(write_signed, std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(written(write_signed, 0), "0");
  EXPECT_EQ(written(write_unsigned, std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
}

TEST(writer, writes_every_type_of_attribute_value) {
  struct {
    attribute_value value;
    const char* json;
  } const cases[] = {
      {"text", R"({"S":"text"})"},
      {-12, R"({"N":"-12"})"},
      {*number::parse("1.50"), R"({"N":"1.5"})"},
      {to_binary("ab"), R"({"B":"YWI="})"},
      {to_binary(""), R"({"B":""})"},
      {true, R"({"BOOL":true})"},
      {false, R"({"BOOL":false})"},
      {null_t{}, R"({"NULL":true})"},
      {attribute_value::map{{"b", 1}, {"a", "x\n"}}, R"({"M":{"a":{"S":"x\n"},"b":{"N":"1"}}})"},
      {attribute_value::list{1, "two"}, R"({"L":[{"N":"1"},{"S":"two"}]})"},
      {attribute_value::list{}, R"({"L":[]})"},
      {string_set({"b", "a"}), R"({"SS":["a","b"]})"},
      {number_set({10, 9}), R"({"NS":["9","10"]})"},
      {binary_set({to_binary("b"), to_binary("a")}), R"({"BS":["YQ==","Yg=="]})"},
  };
  for (const auto& [value, json] : cases) {
    buffer out;
    write_value(out, value);
    EXPECT_EQ(out.view(), json);
  }
  EXPECT_EQ(written(write_string_value, "x\""), R"({"S":"x\""})");
  EXPECT_EQ(written(write_binary_value, "abc"), R"({"B":"YWJj"})");
  EXPECT_EQ(written(write_bool_value, true), R"({"BOOL":true})");
}

}  // namespace
}  // namespace dynamo::json
