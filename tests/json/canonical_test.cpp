#include <dynamo/json/canonical.hpp>

#include <dynamo/json/writer.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dynamo::json {
namespace {

struct outcome {
  std::string text;  // canonical, or the error's message
  std::size_t size = 0;
  errc code{};  // only where there is an error
  bool refused = false;
};

outcome canonical_item(std::string_view text, value_layer layer = value_layer::newer) {
  const buffer in(text);
  buffer out{"before"};
  cursor reader(in);
  const result<std::size_t> size = canonicalise_item(reader, out, layer);
  EXPECT_TRUE(out.view().starts_with("before"));
  if (!size) {
    EXPECT_EQ(out.view(), "before") << text;
    return {size.error().message(), 0, size.error().code(), true};
  }
  EXPECT_TRUE(reader.at_end()) << text;
  return {std::string(out.view().substr(6)), *size};
}

/// `value` as the only attribute of an item.
std::string item_with(std::string_view value) { return R"({"a":)" + std::string(value) + "}"; }

TEST(canonical_form, of_items) {
  struct {
    const char* text;
    const char* canonical;
  } const cases[] = {
      {"{}", "{}"},
      {" { } ", "{}"},
      {R"({"a":{"S":""}})", R"({"a":{"S":""}})"},
      {R"({"b":{"S":"1"},"a":{"S":"2"}})", R"({"a":{"S":"2"},"b":{"S":"1"}})"},
      {R"({ "b": {"S": "1"}, "a": {"N": "2"}, "c": {"BOOL": true} })",
       R"({"a":{"N":"2"},"b":{"S":"1"},"c":{"BOOL":true}})"},
      // Every byte counts, and counts as unsigned; a name stands before those that it begins.
      {R"({"m":{"M":{"é":{"S":""},"z":{"S":""},"":{"S":""},"za":{"S":""},"Z":{"S":""},"zz":{"S":""}}}})",
       R"({"m":{"M":{"":{"S":""},"Z":{"S":""},"z":{"S":""},"za":{"S":""},"zz":{"S":""},"é":{"S":""}}}})"},
      {R"({"attribute_2":{"S":""},"attribute_10":{"S":""},"attribute_1":{"S":""}})",
       R"({"attribute_1":{"S":""},"attribute_10":{"S":""},"attribute_2":{"S":""}})"},
      // Order is that of the unescaped names: a quote (0x22) stands before A, though its escape begins with a backslash.
      {R"({"A":{"S":""},"\"":{"S":""},"\\":{"S":""},"\u0041a":{"S":""},"\n":{"S":""}})",
       R"({"\n":{"S":""},"\"":{"S":""},"A":{"S":""},"Aa":{"S":""},"\\":{"S":""}})"},
      {R"({"a\u0000b":{"S":""},"a":{"S":""},"a\u0000":{"S":""}})",
       R"({"a":{"S":""},"a\u0000":{"S":""},"a\u0000b":{"S":""}})"},
      // Every level on its own.
      {R"({"m":{"M":{"y":{"M":{"d":{"S":"1"},"c":{"S":"2"}}},"x":{"L":[{"M":{"b":{"S":"3"},"a":{"S":"4"}}}]}}},"a":{"N":"1"}})",
       R"({"a":{"N":"1"},"m":{"M":{"x":{"L":[{"M":{"a":{"S":"4"},"b":{"S":"3"}}}]},"y":{"M":{"c":{"S":"2"},"d":{"S":"1"}}}}}})"},
  };
  for (const auto& [text, canonical] : cases) {
    EXPECT_EQ(canonical_item(text).text, canonical) << text;
    EXPECT_EQ(canonical_item(canonical).text, canonical) << "twice: " << text;
  }
}

TEST(canonical_form, of_values_with_their_sizes) {
  struct {
    const char* text;
    const char* canonical;
    std::size_t size;
  } const cases[] = {
      {R"({"S":"abc"})", R"({"S":"abc"})", 3},
      {R"({"S":"\u0061\/é"})", R"({"S":"a/é"})", 4},
      {R"({"S":"\u0008\u0009\u000a\u000c\u000D\u0022\u005c"})", R"({"S":"\b\t\n\f\r\"\\"})", 7},
      {R"({"S":"\u0000\u001F\u007f"})", "{\"S\":\"\\u0000\\u001f\x7f\"}", 3},
      {R"({"S":"\uD83D\uDE00"})", R"({"S":"😀"})", 4},
      {R"({"N":"0"})", R"({"N":"0"})", 1},
      {R"({"N":"-0"})", R"({"N":"0"})", 1},
      {R"({"N":"00012"})", R"({"N":"12"})", 2},
      {R"({"N":"+12"})", R"({"N":"12"})", 2},
      {R"({"N":"1.50"})", R"({"N":"1.5"})", 3},
      {R"({"N":"3.14159"})", R"({"N":"3.14159"})", 5},
      {R"({"N":"123456"})", R"({"N":"123456"})", 4},
      {R"({"N":"-123456"})", R"({"N":"-123456"})", 5},
      {R"({"N":"1E3"})", R"({"N":"1000"})", 2},
      {R"({"N":"0.05"})", R"({"N":"0.05"})", 2},
      {R"({"N":"5e-2"})", R"({"N":"0.05"})", 2},
      {R"({"N":"\u0031"})", R"({"N":"1"})", 2},
      {R"({"N":"12345678901234567890123456789012345678"})", R"({"N":"12345678901234567890123456789012345678"})", 20},
      {R"({"B":""})", R"({"B":""})", 0},
      {R"({"B":"YQ=="})", R"({"B":"YQ=="})", 1},
      {R"({"B":"YWI="})", R"({"B":"YWI="})", 2},
      {R"({"B":"YWJj"})", R"({"B":"YWJj"})", 3},
      {R"({"B":"YWJ\u006a"})", R"({"B":"YWJj"})", 3},
      {R"({"B":"\/\/8="})", R"({"B":"//8="})", 2},
      {R"({"BOOL":true})", R"({"BOOL":true})", 1},
      {R"({ "BOOL" : false })", R"({"BOOL":false})", 1},
      {R"({"NULL":true})", R"({"NULL":true})", 1},
      {R"({"M":{}})", R"({"M":{}})", 3},
      {R"({"M":{"name":{"S":"x"}}})", R"({"M":{"name":{"S":"x"}}})", 3 + 1 + 4 + 1},
      {R"({"L":[]})", R"({"L":[]})", 3},
      {R"({"L":[ {"S":"x"} , {"N":"1"}]})", R"({"L":[{"S":"x"},{"N":"1"}]})", 3 + 2 + 1 + 2},
      {R"({"SS":["a"]})", R"({"SS":["a"]})", 1},
      {R"({"SS":["b","a", "c\n", ""]})", R"({"SS":["","a","b","c\n"]})", 4},
      {R"({"SS":["é","z","\u0022"]})", R"({"SS":["\"","z","é"]})", 4},
      {R"({"NS":["10","9","-1","1.0"]})", R"({"NS":["-1","1","9","10"]})", 3 + 2 + 2 + 2},
      {R"({"NS":["1","2"]})", R"({"NS":["1","2"]})", 4},
      // By decoded bytes: base64 has digits after letters, bytes do not.
      {R"({"BS":["+AAA","AAAA","aAAA","0AAA"]})", R"({"BS":["AAAA","aAAA","0AAA","+AAA"]})", 12},
      {R"({"BS":["YQ==","YWI="]})", R"({"BS":["YQ==","YWI="]})", 3},
      // Members that say nothing.
      {R"({"S":"x","foo":[1,{"a":2}]})", R"({"S":"x"})", 1},
      {R"({"foo":1,"S":"x"})", R"({"S":"x"})", 1},
      {R"({"S":null,"N":"1"})", R"({"N":"1"})", 2},
      {R"({"N":"1", "S" : null , "x":1 })", R"({"N":"1"})", 2},
      {R"({ "foo" : { } , "M" : { "b" : {"S":"x"} , "a" : {"S":"y"} } })", R"({"M":{"a":{"S":"y"},"b":{"S":"x"}}})",
       3 + 4 + 2},
      {R"({"\u0053":"x"})", R"({"S":"x"})", 1},
  };
  for (const auto& [text, canonical, size] : cases) {
    const outcome once = canonical_item(item_with(text));
    EXPECT_EQ(once.text, item_with(canonical)) << text;
    EXPECT_EQ(once.size, size + 1) << text;
    EXPECT_EQ(canonical_item(once.text).text, once.text) << "twice: " << text;
    const buffer stored(once.text);
    EXPECT_EQ(size_of_item(stored.view()), size + 1) << text;
    EXPECT_EQ(size_of(read_item(stored.view())), size + 1) << text;
  }
}

TEST(canonical_form, a_value_alone_is_read_in_place) {
  const buffer in{R"({":v": {"M":{"b":{"S":"1"},"a":{"S":"2"}}} , ":w":{"N":"01"}})"};
  buffer out;
  cursor reader(in);
  std::string_view name;
  ASSERT_TRUE(reader.begin_object());
  ASSERT_TRUE(reader.next_name(name));
  EXPECT_EQ(canonicalise_value(reader, out), 3U + 4U + 2U);
  ASSERT_TRUE(reader.next_name(name));
  EXPECT_EQ(name, ":w");
  EXPECT_EQ(canonicalise_value(reader, out), 2U);
  EXPECT_FALSE(reader.next_name(name));
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(out.view(), R"({"M":{"a":{"S":"2"},"b":{"S":"1"}}}{"N":"1"})");
}

TEST(canonical_form, refuses_values_in_the_words_of_dynamodb) {
  const std::string empty = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
  const std::string several =
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes";
  const std::string invalid = "One or more parameter values were invalid: ";
  struct {
    const char* value;
    std::string message;
  } const cases[] = {
      {"{}", empty},
      {"{ }", empty},
      {"null", empty},
      {R"({"S":null})", empty},
      {R"({"unknown":1})", empty},
      {R"({"L":[{}]})", empty},
      {R"({"L":[null]})", empty},
      {R"({"M":{"k":{}}})", empty},
      {R"({"S":"x","N":"1"})", several},
      {R"({"S":"x","foo":1,"S":"x"})", several},
      {R"({"L":[{"S":"x","BOOL":true}]})", several},
      {R"({"NULL":false})", invalid + "Null attribute value types must have the value of true"},
      {R"({"SS":[]})", invalid + "An string set  may not be empty"},
      {R"({"NS":[ ]})", invalid + "An number set  may not be empty"},
      {R"({"BS":[]})", invalid + "Binary sets should not be empty"},
      {R"({"SS":["a",null]})", invalid + "An string set may not have a null string as a member"},
  };
  for (const auto& [value, message] : cases) {
    const outcome refused = canonical_item(item_with(value));
    EXPECT_EQ(refused.text, message) << value;
    EXPECT_EQ(refused.code, errc::validation) << value;
  }
}

TEST(canonical_form, refuses_members_that_come_twice_in_the_words_of_the_layer) {
  const std::string invalid = "One or more parameter values were invalid: ";
  const std::string numbers = "Input collection contains duplicates";
  struct {
    const char* value;
    std::string newer, older;
  } const cases[] = {
      {R"({"SS":["a","a"]})", R"(["a","a"] contains duplicates.)", "[a, a] contains duplicates."},
      {R"({"SS":["b","a","b"]})", R"(["a","b","b"] contains duplicates.)", "[b, a, b] contains duplicates."},
      {R"({"SS":["c","a","b","a"]})", R"(["a","b","c","a"] contains duplicates.)", "[c, a, b, a] contains duplicates."},
      {R"({"SS":["\u0061","a"]})", R"(["a","a"] contains duplicates.)", "[a, a] contains duplicates."},
      {R"({"BS":["Yg==","Yg=="]})", R"(["Yg==","Yg=="]of type BS contains duplicates.)",
       "[Yg==, Yg==]of type BS contains duplicates."},
      {R"({"BS":["/w==","AA==","AA=="]})", R"(["AA==","/w==","AA=="]of type BS contains duplicates.)",
       "[/w==, AA==, AA==]of type BS contains duplicates."},
  };
  for (const auto& [value, newer, older] : cases) {
    const outcome by_newer = canonical_item(item_with(value));
    EXPECT_EQ(by_newer.text, invalid + "Input collection " + newer) << value;
    EXPECT_EQ(by_newer.code, errc::validation) << value;
    EXPECT_EQ(canonical_item(item_with(value), value_layer::older).text, invalid + "Input collection " + older);
  }
  for (const char* value : {R"({"NS":["1","1.0"]})", R"({"NS":["3","1","2","1"]})"}) {
    EXPECT_EQ(canonical_item(item_with(value)).text, invalid + numbers + '.') << value;
    EXPECT_EQ(canonical_item(item_with(value), value_layer::older).text, numbers) << value;
  }
}

TEST(canonical_form, the_older_layer_reads_numbers_with_32_bits) {
  const std::string overflow =
      "Number overflow. Attempting to store a number with magnitude larger than supported range";
  const std::string underflow =
      "Number underflow. Attempting to store a number with magnitude smaller than supported range";
  const std::string no_number = "The parameter cannot be converted to a numeric value";
  struct {
    std::string number, newer, older;
  } const cases[] = {
      {"", no_number + ": ", no_number},
      {"abc", no_number + ": abc", no_number + ": abc"},
      {"1e126", overflow, overflow},
      {"1e2147483646", overflow, overflow},
      {"1e2147483647", overflow, underflow},
      {"12e2147483646", overflow, underflow},
      {"-1e2147483647", overflow, underflow},
      {"1e+2147483648", overflow, no_number + ": 1e+2147483648"},
      {"1e-2147483648", underflow, no_number + ": 1e-2147483648"},  // the scale does not fit
      {"1.5e-2147483647", underflow, no_number + ": 1.5e-2147483647"},
      {"1e-131", underflow, underflow},
      {"0e126", overflow, overflow},
      {"0e99999999999", overflow, no_number + ": 0e99999999999"},
      {"1e9223372036854775807", overflow, no_number + ": 1e9223372036854775807"},
      {"1e9223372036854775808", no_number + ": 1e9223372036854775808", no_number + ": 1e9223372036854775808"},
  };
  for (const auto& [number, newer, older] : cases) {
    const std::string value = R"({"N":")" + number + "\"}";
    EXPECT_EQ(canonical_item(item_with(value)).text, newer) << number;
    EXPECT_EQ(canonical_item(item_with(value), value_layer::older).text, older) << number;
  }
}

TEST(canonical_form, refuses_numbers_as_number_parse_does) {
  for (const char* text : {"", "x", "1x", " 1", "1 ", "--1", "1e", ".", "NaN", "Infinity", "0x1", "1,5", "1e126",
                           "-1e126", "1e-131", "123456789012345678901234567890123456789", "1e99999999999999999999"}) {
    const result<number> parsed = number::parse(text);
    ASSERT_FALSE(parsed) << text;
    for (const char* type : {R"({"N":")", R"({"NS":["7",")"}) {
      const std::string closing = type[3] == '"' ? R"("})" : R"("]})";
      const outcome refused = canonical_item(item_with(type + std::string(text) + closing));
      EXPECT_EQ(refused.text, parsed.error().message());
      EXPECT_EQ(refused.code, errc::validation);
    }
  }
}

TEST(canonical_form, refuses_json_of_the_wrong_shape) {
  const std::string map =
      "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>";
  struct {
    const char* value;
    std::string message;
  } const cases[] = {
      {R"({"S":1})", "NUMBER_VALUE cannot be converted to String"},
      {R"({"S":-2147483648})", "NUMBER_VALUE cannot be converted to String"},
      {R"({"S":34.56})", "DECIMAL_VALUE cannot be converted to String"},
      {R"({"S":true})", "TRUE_VALUE cannot be converted to String"},
      {R"({"S":false})", "FALSE_VALUE cannot be converted to String"},
      {R"({"S":[]})", "Unrecognized collection type class java.lang.String"},
      {R"({"S":{}})", "Start of structure or map found where not expected"},
      {R"({"N":1})", "NUMBER_VALUE cannot be converted to String"},
      {R"({ "N" : 1 })", "NUMBER_VALUE cannot be converted to String"},
      {R"({"B":1})", "only base-64-encoded strings are convertible to bytes"},
      {R"({"B":[]})", "Unrecognized collection type class java.nio.ByteBuffer"},
      {R"({"B":{}})", "Start of structure or map found where not expected"},
      {R"({"B":"23456"})", "Base64 encoded length is expected a multiple of 4 bytes but found: 5"},
      {R"({"B":"=+/="})", "Invalid last non-pad Base64 character dectected"},
      {R"({"B":"+/+="})", "Invalid last non-pad Base64 character dectected"},
      {R"({"B":"ab=="})", "Invalid last non-pad Base64 character dectected"},
      {R"({"B":"===="})", "Invalid last non-pad Base64 character dectected"},
      {R"({"B":"a-bc"})", "Invalid Base64 character: '-'"},
      {R"({"B":"ab\ncd12"})", "Base64 encoded length is expected a multiple of 4 bytes but found: 7"},
      {R"({"BOOL":"true"})", "Unexpected token received from parser"},
      {R"({"BOOL":1})", "NUMBER_VALUE cannot be converted to Boolean"},
      {R"({"BOOL":1.5})", "DECIMAL_VALUE cannot be converted to Boolean"},
      {R"({"BOOL":[]})", "Unrecognized collection type class java.lang.Boolean"},
      {R"({"BOOL":{}})", "Start of structure or map found where not expected"},
      {R"({"NULL":"true"})", "Unexpected token received from parser"},
      {R"({"M":"x"})", "Unexpected field type"},
      {R"({"M":1})", "Unexpected field type"},
      {R"({"M":[]})", map},
      {R"({"L":"x"})", "Unexpected field type"},
      {R"({"L":{}})", "Start of structure or map found where not expected"},
      {R"({"SS":"x"})", "Unexpected field type"},
      {R"({"SS":{}})", "Start of structure or map found where not expected"},
      {R"({"SS":[1]})", "NUMBER_VALUE cannot be converted to String"},
      {R"({"NS":[true]})", "TRUE_VALUE cannot be converted to String"},
      {R"({"BS":[1]})", "only base-64-encoded strings are convertible to bytes"},
      {R"({"BS":["a"]})", "Base64 encoded length is expected a multiple of 4 bytes but found: 1"},
      {R"("x")", "Unexpected value type in payload"},
      {"1", "Unexpected value type in payload"},
      {"true", "Unexpected value type in payload"},
      {"[]", "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue"},
      {R"({"L":["x"]})", "Unexpected value type in payload"},
  };
  for (const auto& [value, message] : cases) {
    const outcome refused = canonical_item(item_with(value));
    EXPECT_EQ(refused.text, message) << value;
    EXPECT_EQ(refused.code, errc::serialization) << value;
  }
  EXPECT_EQ(canonical_item("[]").text, map);
  EXPECT_EQ(canonical_item("1").text, "Unexpected field type");
}

TEST(canonical_form, refuses_a_name_that_occurs_twice_in_one_map) {
  for (const char* text :
       {R"({"a":{"S":"x"},"a":{"S":"x"}})", R"({"a":{"S":"x"},"b":{"S":"x"},"a":{"S":"x"}})",
        R"({"a":{"S":"x"},"\u0061":{"S":"x"}})", R"({"b":{"M":{"c":{"S":"x"},"c":{"S":"y"}}},"a":{"S":"x"}})"}) {
    const outcome refused = canonical_item(text);
    EXPECT_EQ(refused.code, errc::serialization) << text;
    EXPECT_TRUE(refused.text.ends_with("occurs more than once in an item or map")) << refused.text;
  }
  EXPECT_FALSE(canonical_item(R"({"a":{"M":{"a":{"S":"x"}}},"b":{"M":{"a":{"S":"x"}}}})").refused);
}

TEST(canonical_form, json_of_the_wrong_shape_is_reported_before_values_that_are_refused) {
  EXPECT_EQ(canonical_item(R"({"a":{"NULL":false},"b":{"S":1}})").text, "NUMBER_VALUE cannot be converted to String");
  EXPECT_EQ(canonical_item(R"({"a":{"NULL":false},"b":{"S":"x"})").code, errc::serialization);
  EXPECT_EQ(canonical_item(R"({"a":{"N":"x"},"b":{"SS":[]}})").text, number::parse("x").error().message());
}

TEST(canonical_form, after_a_refused_value_the_cursor_stands_behind_it) {
  const buffer in{R"({"a":{"SS":[]},"b":1})"};
  buffer out;
  cursor reader(in);
  std::string_view name;
  reader.begin_object();
  reader.next_name(name);
  EXPECT_FALSE(canonicalise_value(reader, out));
  EXPECT_TRUE(reader.ok());
  ASSERT_TRUE(reader.next_name(name));
  EXPECT_EQ(name, "b");
  EXPECT_EQ(reader.read_number(), "1");
}

TEST(canonical_form, malformed_text_says_where) {
  const outcome refused = canonical_item(R"({"a":{"S":"x"]})");
  EXPECT_EQ(refused.code, errc::serialization);
  EXPECT_TRUE(refused.text.ends_with(" at byte 13")) << refused.text;
}

std::string nested(unsigned levels, std::string_view open, std::string_view close) {
  std::string text;
  for (unsigned i = 0; i < levels; ++i) text += open;
  text += R"({"S":"leaf"})";
  for (unsigned i = 0; i < levels; ++i) text += close;
  return item_with(text);
}

TEST(canonical_form, holds_31_levels_below_an_attribute_and_refuses_32) {
  const std::string too_deep =
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";
  for (const auto& [open, close] : {std::pair{R"({"L":[)", "]}"}, std::pair{R"({"M":{"n":)", "}}"}}) {
    const std::string deepest = nested(31, open, close);
    EXPECT_EQ(canonical_item(deepest).text, deepest);
    for (const unsigned levels : {32U, 33U, 61U, 63U, 64U, 100U, 100'000U}) {
      const outcome refused = canonical_item(nested(levels, open, close));
      EXPECT_EQ(refused.text, too_deep) << levels;
      EXPECT_EQ(refused.code, errc::validation);
    }
  }
  const buffer in{R"({"L":[{"S":"x"}]})"};
  buffer out;
  cursor above(in);
  EXPECT_TRUE(canonicalise_value(above, out, value_layer::newer, 30));
  cursor below(in);
  EXPECT_FALSE(canonicalise_value(below, out, value_layer::newer, 31));
}

TEST(canonical_form, hostile_nesting_is_answered_not_followed) {
  for (const char* open : {"[", "{\"a\":", "{\"L\":[", "{\"M\":{\"a\":", "{\"SS\":["}) {
    std::string text = R"({"a":)";
    for (int i = 0; i < 100'000; ++i) text += open;
    EXPECT_TRUE(canonical_item(text).refused);
    text.insert(5, R"({"x":)");
    EXPECT_TRUE(canonical_item(text).refused);
  }
}

TEST(canonical_form, every_cut_of_a_text_is_refused) {
  const std::string whole =
      R"({ "b":{"M":{"z":{"SS":["b","a"]},"y":{"NULL":true}}},"a":{"N":"01.50"},"c":{"BS":["YQ=="]},"d":{"L":[{"BOOL":false}]}})";
  ASSERT_FALSE(canonical_item(whole).refused);
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    const outcome refused = canonical_item(std::string_view(whole).substr(0, cut));
    EXPECT_EQ(refused.code, errc::serialization) << cut;
  }
}

TEST(canonical_form, many_attributes_are_sorted_in_time_that_grows_with_their_number) {
  std::string text = "{";
  for (int i = 0; i < 20'000; ++i)
    text += (i > 0 ? "," : "") + ("\"n" + std::to_string(i * 7919 % 20'000)) + "\":{\"N\":\"1\"}";
  const outcome many = canonical_item(text + "}");
  ASSERT_FALSE(many.refused);
  EXPECT_EQ(canonical_item(many.text).text, many.text);
  const buffer stored(many.text);
  EXPECT_EQ(find_attribute(stored.view(), "n19999"), R"({"N":"1"})");
}

}  // namespace
}  // namespace dynamo::json
