// Items and values at the limits, and beyond.
#include "endpoint_fixture.hpp"

#include <array>

namespace {

using namespace dynamo;
using namespace dynamo::hostile;
using hostile_values = endpoint_fixture;

// pk, sk and v are 5 bytes of names; "a" and 1 are 1 and 2.
constexpr std::size_t filling_that_fits = 409'600 - 5 - 1 - 2;

constexpr std::string_view too_deep_bare =
    "validation: Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
    "supported limit";
const std::string too_deep = "validation: 1 validation error detected: " + std::string(too_deep_bare.substr(12));

TEST_F(hostile_values, an_item_of_400_KB_is_stored_and_one_byte_more_is_refused) {
  const std::string fits = repeated("x", filling_that_fits);
  EXPECT_EQ(put_value(R"({"S":")" + fits + R"("})").to_string(), "{}");
  EXPECT_EQ(put_value(R"({"S":")" + fits + R"(x"})").to_string(),
            "validation: Item size has exceeded the maximum allowed size");
  EXPECT_EQ(ask(operation_name::update_item,
                R"({"TableName":"things","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"UpdateExpression":"SET v = :v",)"
                R"("ExpressionAttributeValues":{":v":{"S":")" +
                    fits + R"(x"}}})")
                .to_string(),
            "validation: Item size to update has exceeded the maximum allowed size");
}

TEST_F(hostile_values, nesting_of_32_levels_is_stored_and_33_are_refused) {
  const auto nested = [](std::size_t levels) {  // below the item, which is the first
    return repeated(R"({"M":{"a":)", levels - 1) + R"({"S":"x"})" + repeated("}}", levels - 1);
  };
  EXPECT_EQ(put_value(nested(32)).to_string(), "{}");
  EXPECT_EQ(put_value(nested(33)).to_string(), too_deep);
  EXPECT_EQ(put_value(repeated(R"({"L":[)", 31) + repeated("]}", 31)).to_string(), "{}");
  EXPECT_EQ(put_value(repeated(R"({"L":[)", 32) + repeated("]}", 32)).to_string(), too_deep);
  // Deeper by an update of a member of what is there.
  ASSERT_EQ(put_value(R"({"M":{}})").to_string(), "{}");
  const auto update = [&](std::size_t levels) {
    return ask(operation_name::update_item,
               R"({"TableName":"things","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"UpdateExpression":"SET v.w = :v",)"
               R"("ExpressionAttributeValues":{":v":)" +
                   nested(levels) + "}}")
        .to_string();
  };
  EXPECT_EQ(update(31), "{}");
  EXPECT_EQ(update(32), too_deep_bare) << "of the item that was made";
  // A value of an expression may not be deeper either, even if nothing is stored.
  const auto compare = [&](std::size_t levels) { return filter("v = :v", R"({":v":)" + nested(levels) + "}"); };
  EXPECT_TRUE(compare(32).ok);
  EXPECT_EQ(compare(33).to_string(), too_deep_bare);
}

struct value_case {
  std::string_view value;
  std::string_view told;
};

TEST_F(hostile_values, a_value_that_DynamoDB_cannot_hold_is_refused_in_its_words) {
  constexpr auto cases = std::to_array<value_case>({
      {R"({"N":"123456789012345678901234567890123456789"})",
       "validation: Attempting to store more than 38 significant digits in a Number"},
      {R"({"N":"1E126"})",
       "validation: Number overflow. Attempting to store a number with magnitude larger than supported range"},
      {R"({"N":"1E-131"})",
       "validation: Number underflow. Attempting to store a number with magnitude smaller than supported range"},
      {R"({"N":"abc"})", "validation: The parameter cannot be converted to a numeric value: abc"},
      {R"({"N":""})", "validation: The parameter cannot be converted to a numeric value: "},
      {R"({"N":"0x10"})", "validation: The parameter cannot be converted to a numeric value: 0x10"},
      {R"({"N":"NaN"})", "validation: The parameter cannot be converted to a numeric value: NaN"},
      {R"({"N":1})", "serialization: NUMBER_VALUE cannot be converted to String"},
      {R"({"S":1.5})", "serialization: DECIMAL_VALUE cannot be converted to String"},
      {R"({"S":true})", "serialization: TRUE_VALUE cannot be converted to String"},
      {R"({"NULL":false})",
       "validation: One or more parameter values were invalid: Null attribute value types must have the value of true"},
      {R"({"NULL":"true"})", "serialization: "},
      {R"({"BOOL":"true"})", "serialization: "},
      {R"({"M":[]})", "serialization: "},
      {R"({"L":{}})", "serialization: "},
      {R"({"L":[1]})", "serialization: "},
      {R"({"SS":"a"})", "serialization: "},
      {R"({"SS":[1]})", "serialization: "},
      {R"({"NS":[1]})", "serialization: "},
      {R"({"SS":[]})", "validation: One or more parameter values were invalid: An string set  may not be empty"},
      {R"({"NS":[]})", "validation: One or more parameter values were invalid: An number set  may not be empty"},
      {R"({"BS":[]})", "validation: One or more parameter values were invalid: Binary sets should not be empty"},
      {R"({"SS":["a","a"]})",
       "validation: One or more parameter values were invalid: Input collection [\"a\",\"a\"] contains "
       "duplicates."},
      {R"({"NS":["1","1.0"]})",
       "validation: One or more parameter values were invalid: Input collection contains duplicates."},
      {R"({"BS":["QQ==","QQ=="]})",
       "validation: One or more parameter values were invalid: Input collection [\"QQ==\",\"QQ==\"]of type BS "
       "contains duplicates."},
      {R"({"B":"@@@@"})", "serialization: "},
      {R"({"B":"QQ"})", "serialization: "},
      {R"({"B":"QR=="})", ""},
      {R"({})", "validation: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
      {R"({"X":"a"})",
       "validation: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
      {R"({"S":"a","N":"1"})",
       "validation: Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
       "datatypes"},
      {R"([])", "serialization: "},
      {R"("a")", "serialization: "},
      {R"(null)", ""},
      {R"({"S":"\ud800"})", "serialization: "},
      {R"({"S":"\udc00x"})", "serialization: "},
      {R"({"S":"\x"})", "serialization: "},
      {"{\"S\":\"a\nb\"}", "serialization: "},
      {R"({"M":{"a":{"S":"1"},"a":{"S":"2"}}})", "serialization: "},
  });
  constexpr std::string_view detected = "1 validation error detected: ";
  for (const value_case& c : cases) {
    std::string told = put_value(c.value).to_string();
    if (const std::size_t at = told.find(detected); at != told.npos) told.erase(at, detected.size());
    EXPECT_TRUE(told.starts_with(c.told)) << c.value << "\n  told " << told;
  }
}

TEST_F(hostile_values, what_is_odd_and_legal_is_stored) {
  for (const std::string_view value :
       {R"({"S":""})", R"({"B":""})", R"({"L":[]})", R"({"M":{}})", R"({"SS":[""]})", R"({"S":"\u0000"})",
        R"({"S":"\ud83d\ude00"})", R"({"M":{"":{"S":"x"}}})", R"({"N":"-0.000"})", R"({"NULL":true})"}) {
    EXPECT_EQ(put_value(value).to_string(), "{}") << value;
  }
}

TEST_F(hostile_values, an_attribute_has_a_name_of_one_to_65535_bytes) {
  const auto named = [this](std::size_t size) {
    return put(R"({"pk":{"S":"a"},"sk":{"N":"1"},")" + std::string(size, 'n') + R"(":{"S":"x"}})").to_string();
  };
  const std::string detected = "validation: 1 validation error detected: ";
  EXPECT_EQ(named(0),
            detected + "One or more parameter values were invalid: An attribute name must have at least one character");
  EXPECT_EQ(named(1), "{}");
  EXPECT_EQ(named(65'535), "{}");
  EXPECT_EQ(named(65'536), detected + "Attribute name is too large, must be less than 65536 bytes");
}

TEST_F(hostile_values, bytes_that_are_no_UTF_8_are_refused_wherever_they_stand) {
  for (const std::string bad : {"\x80", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xff"}) {
    for (const std::string& item : {R"({"pk":{"S":"a"},"sk":{"N":"1"},"v":{"S":")" + bad + R"("}})",
                                    R"({"pk":{"S":")" + bad + R"("},"sk":{"N":"1"}})",
                                    R"({"pk":{"S":"a"},"sk":{"N":"1"},")" + bad + R"(":{"S":"x"}})"}) {
      EXPECT_EQ(put(item).to_string(), "serialization: The request is not valid UTF-8");
    }
  }
}

TEST_F(hostile_values, keys_are_neither_empty_nor_missing_nor_of_another_type_nor_too_long) {
  const auto item = [](std::string_view pk, std::string_view sk) {
    return R"({"pk":)" + std::string(pk) + R"(,"sk":)" + std::string(sk) + "}";
  };
  const std::string one = R"({"N":"1"})";
  EXPECT_EQ(put(item(R"({"S":""})", one)).to_string(),
            "validation: One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
            "contain an empty string value. Key: pk");
  EXPECT_EQ(put(R"({"pk":{"S":"a"}})").to_string(),
            "validation: One or more parameter values were invalid: Missing the key sk in the item");
  EXPECT_EQ(put(item(one, one)).to_string(),
            "validation: One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N");
  EXPECT_EQ(put(item(R"({"S":")" + repeated("k", 2048) + R"("})", one)).to_string(), "{}");
  EXPECT_TRUE(
      put(item(R"({"S":")" + repeated("k", 2049) + R"("})", one))
          .to_string()
          .starts_with("validation: One or more parameter values were invalid: Size of hashkey has exceeded the"));
  for (const std::string_view key : {R"({})", R"({"pk":{"S":"a"}})", R"({"pk":{"S":"a"},"sk":{"S":"1"}})",
                                     R"({"pk":{"S":"a"},"sk":{"N":"1"},"x":{"N":"1"}})"}) {
    EXPECT_EQ(ask(operation_name::get_item, R"({"TableName":"things","Key":)" + std::string(key) + "}").to_string(),
              "validation: The provided key element does not match the schema")
        << key;
  }
}

TEST_F(hostile_values, a_name_that_occurs_twice_in_an_item_is_refused) {
  EXPECT_EQ(put(R"({"pk":{"S":"a"},"sk":{"N":"1"},"pk":{"S":"b"}})").code, errc::serialization);
}

}  // namespace
