// Declared members: what they take, what violates them, and in which order that is told.
#include <engine/parameters/common_parameters.hpp>
#include <engine/parameters/member_reader.hpp>

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::engine {
namespace {

enum class colour : std::uint8_t { red, green };
constexpr auto colours = std::to_array<choice>({{"GREEN", colour::green}, {"RED", colour::red}});

struct wheel {
  std::string name;
  std::int64_t spokes = 0;
};
constexpr auto wheel_members = declare(parameter<wheel, &wheel::name>("Name").required().of_name_letters().within(2, 4),
                                       parameter<wheel, &wheel::spokes>("Spokes").within(1, 36))
                                   .of("Wheel");

struct frame {
  std::optional<colour> paint;
};
constexpr auto frame_members = declare(parameter<frame, &frame::paint>("Paint").one_of(colours).required()).of("Frame");

struct bicycle {
  std::string brand;
  std::optional<std::int64_t> gears, teeth;
  bool bell = false;
  json::buffer rider;
  std::optional<colour> paint;
  std::optional<frame> of;
  std::vector<wheel> wheels;
  std::optional<std::vector<std::string>> stickers;
  std::optional<name_map> names;
  std::optional<value_map> values;
  int reads = 0;
};
void count_read(bicycle& made, member_reader& reader) {
  ++made.reads;
  reader.in().cursor().skip();
}
constexpr auto bicycle_members =
    declare(parameter<bicycle, &bicycle::gears>("Gears").within(1, 12),
            parameter<bicycle, &bicycle::brand>("Brand").required(), parameter<bicycle, &bicycle::bell>("Bell"),
            parameter<bicycle, &bicycle::rider>("Rider"), parameter<bicycle, &bicycle::paint>("Paint").one_of(colours),
            parameter<bicycle, &bicycle::of>("Frame", frame_members),
            parameter<bicycle, &bicycle::wheels>("Wheels", wheel_members).within(1, 3),
            parameter<bicycle, &bicycle::stickers>("Stickers").within(1, 2).each_within(1, 5),
            parameter<bicycle, &bicycle::names>("Names"), parameter<bicycle, &bicycle::values>("Values"),
            read_by<bicycle, count_read>("Other"), comes_later<bicycle>("Motor"),
            parameter<bicycle, &bicycle::teeth>("Teeth").as_long());

result<bicycle> read(const std::string& body) {
  return read_request(request(operation_name::get_item, json::buffer(body)), bicycle_members);
}
std::string problem_of(const std::string& body) {
  const auto made = read(body);
  return made ? "" : std::string(made.error().message());
}

TEST(Members, EveryFormIsRead) {
  const auto made = read(R"({"Names":{"#a":"b"},"Values":{":v":{"N":"1.0"}},"Stickers":["x","y"],"Unknown":{"Brand":[]},
    "Wheels":[{"Spokes":36,"Name":"fr"},{"Name":"back"}],"Frame":{"Paint":"RED"},"Paint":"GREEN",
    "Rider":{"pk":{"S":"1"}},"Bell":true,"Gears":12,"Other":{"any":"thing"},"Brand":"B"})");
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(made->brand, "B");
  EXPECT_EQ(made->gears, 12);
  EXPECT_TRUE(made->bell);
  EXPECT_EQ(made->rider.view(), R"({"pk":{"S":"1"}})");
  EXPECT_EQ(made->paint, colour::green);
  ASSERT_TRUE(made->of);
  EXPECT_EQ(made->of->paint, colour::red);
  ASSERT_EQ(made->wheels.size(), 2U);
  EXPECT_EQ(made->wheels[0].spokes, 36);
  EXPECT_EQ(made->wheels[1].name, "back");
  EXPECT_EQ(made->stickers, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(made->names, (name_map{{"#a", "b"}}));
  ASSERT_TRUE(made->values);
  EXPECT_EQ(made->values->front(), (std::pair<std::string, std::string>{":v", R"({"N":"1"})"}));
  EXPECT_EQ(made->reads, 1);
}

TEST(Members, NullIsAsGoodAsAbsent) {
  const auto made = read(R"({"Brand":"B","Gears":null,"Bell":null,"Rider":null,"Paint":null,"Frame":null,"Wheels":null,
    "Stickers":null,"Names":null,"Values":null,"Other":null,"Motor":null,"Dynamo":null})");
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_FALSE(made->gears || made->paint || made->of || made->stickers || made->names || made->values);
  EXPECT_EQ(made->reads, 0);
}

TEST(Members, ARequestIsAnObject) {
  for (const std::string body : {"null", "[]", "1", "\"x\"", ""}) {
    const auto made = read(body);
    ASSERT_FALSE(made) << body;
    EXPECT_EQ(made.error().code(), errc::serialization) << body;
  }
}

TEST(Members, EachViolationIsToldWithItsPlace) {
  const std::string one = "1 validation error detected: Value ";
  const std::string fails = " failed to satisfy constraint: Member must ";
  struct {
    std::string body;
    std::string problem;
  } const cases[] = {
      {"{}", one + "null at 'brand'" + fails + "not be null"},
      {R"({"Brand":null})", one + "null at 'brand'" + fails + "not be null"},
      {R"({"Brand":"B","Gears":0})", one + "'0' at 'gears'" + fails + "have value greater than or equal to 1"},
      {R"({"Brand":"B","Gears":13})", one + "'13' at 'gears'" + fails + "have value less than or equal to 12"},
      {R"({"Brand":"B","Paint":"BLUE"})", one + "'BLUE' at 'paint'" + fails + "satisfy enum value set: [GREEN, RED]"},
      {R"({"Brand":"B","Frame":{}})", one + "null at 'frame.paint'" + fails + "not be null"},
      {R"({"Brand":"B","Frame":{"Paint":"red"}})",
       one + "'red' at 'frame.paint'" + fails + "satisfy enum value set: [GREEN, RED]"},
      {R"({"Brand":"B","Wheels":[]})", one + "'[]' at 'wheels'" + fails + "have length greater than or equal to 1"},
      {R"({"Brand":"B","Wheels":[{"Name":"a1"},{"Name":"a2"},{"Name":"a3"},{"Name":"a4"}]})",
       one +
           "'[Wheel(name=a1, spokes=null), Wheel(name=a2, spokes=null), Wheel(name=a3, spokes=null), Wheel(name=a4, "
           "spokes=null)]' at 'wheels'" +
           fails + "have length less than or equal to 3"},
      {R"({"Brand":"B","Wheels":[{"Name":"a1"},{}]})", one + "null at 'wheels.2.member.name'" + fails + "not be null"},
      {R"({"Brand":"B","Wheels":[null]})", one + "null at 'wheels.1.member.name'" + fails + "not be null"},
      {R"({"Brand":"B","Wheels":[{"Name":"a"}]})",
       one + "'a' at 'wheels.1.member.name'" + fails + "have length greater than or equal to 2"},
      {R"({"Brand":"B","Wheels":[{"Name":"abcde"}]})",
       one + "'abcde' at 'wheels.1.member.name'" + fails + "have length less than or equal to 4"},
      {R"({"Brand":"B","Wheels":[{"Name":"a b"}]})",
       one + "'a b' at 'wheels.1.member.name'" + fails + "satisfy regular expression pattern: [a-zA-Z0-9_.-]+"},
      {R"({"Brand":"B","Stickers":[]})", one + "'[]' at 'stickers'" + fails + "have length greater than or equal to 1"},
      {R"({"Brand":"B","Stickers":["ok","longer"]})",
       one + "'longer' at 'stickers.2.member'" + fails + "have length less than or equal to 5"},
  };
  for (const auto& c : cases) EXPECT_EQ(problem_of(c.body), c.problem) << c.body;
}

struct shop {
  std::string name;
  std::vector<wheel> wheels;
};
constexpr auto shop_members = declare(parameter<shop, &shop::name>("Name").required("The shop has no name"),
                                      parameter<shop, &shop::wheels>("Wheels", wheel_members).within(0, 1));

TEST(Members, AMissingOneMayHaveWordsOfItsOwnAndIsThenToldAlone) {
  const auto told = [](std::string_view body) {
    const auto made = read_request(request(operation_name::create_table, json::buffer(body)), shop_members);
    return made ? std::string() : made.error().message();
  };
  const std::string_view two = R"("Wheels":[{"Name":"aa"},{"Name":"bb"}])";
  EXPECT_EQ(
      told(R"({"Name":"x",)" + std::string(two) + "}"),
      "1 validation error detected: Value '[Wheel(name=aa, spokes=null), Wheel(name=bb, spokes=null)]' at 'wheels' failed to satisfy constraint: Member must have length "
      "less than or equal to 1");
  EXPECT_EQ(told("{" + std::string(two) + "}"), "The shop has no name");
}

TEST(Members, ViolationsAreToldInTheDeclaredOrder) {
  EXPECT_EQ(
      problem_of(R"({"Stickers":[],"Wheels":[{"Spokes":0},{"Spokes":37,"Name":"a"}],"Paint":"","Gears":0})"),
      "8 validation errors detected: "
      "Value '0' at 'gears' failed to satisfy constraint: Member must have value greater than or equal to 1; "
      "Value null at 'brand' failed to satisfy constraint: Member must not be null; "
      "Value '' at 'paint' failed to satisfy constraint: Member must satisfy enum value set: [GREEN, RED]; "
      "Value null at 'wheels.1.member.name' failed to satisfy constraint: Member must not be null; "
      "Value '0' at 'wheels.1.member.spokes' failed to satisfy constraint: Member must have value greater than or "
      "equal to 1; "
      "Value 'a' at 'wheels.2.member.name' failed to satisfy constraint: Member must have length greater than or "
      "equal to 2; "
      "Value '37' at 'wheels.2.member.spokes' failed to satisfy constraint: Member must have value less than or "
      "equal to 36; "
      "Value '[]' at 'stickers' failed to satisfy constraint: Member must have length greater than or equal to 1");
}

TEST(Members, AWrongTypeIsASerializationErrorBeforeAnyViolation) {
  struct {
    std::string body;
    std::string problem;
  } const cases[] = {
      {R"({"Gears":0,"Brand":1})", "NUMBER_VALUE cannot be converted to String"},
      {R"({"Gears":"many"})", "STRING_VALUE cannot be converted to Integer"},
      {R"({"Gears":1.5})", "DECIMAL_VALUE cannot be converted to Integer"},
      {R"({"Gears":2147483648})", "NUMBER_VALUE cannot be converted to Integer"},
      {R"({"Gears":99999999999999999999})", "NUMBER_VALUE cannot be converted to Integer"},
      {R"({"Teeth":9223372036854775808})", "NUMBER_VALUE cannot be converted to Long"},
      {R"({"Teeth":1e3})", "DECIMAL_VALUE cannot be converted to Long"},
      {R"({"Teeth":[]})", "Unrecognized collection type class java.lang.Long"},
      {R"({"Bell":"true"})", "Unexpected token received from parser"},
      {R"({"Bell":1})", "NUMBER_VALUE cannot be converted to Boolean"},
      {R"({"Paint":{}})", "Start of structure or map found where not expected"},
      {R"({"Paint":[]})", "Unrecognized collection type class java.lang.String"},
      {R"({"Names":{"#a":true}})", "TRUE_VALUE cannot be converted to String"},
      {R"({"Names":"#a"})", "Unexpected field type"},
      {R"({"Names":[]})", "Unrecognized collection type java.util.Map<java.lang.String, java.lang.String>"},
      {R"({"Values":[]})",
       "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>"},
      {R"({"Frame":[]})", "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Frame"},
      {R"({"Frame":7})", "Unexpected value type in payload"},
      {R"({"Wheels":{}})", "Start of structure or map found where not expected"},
      {R"({"Wheels":"two"})", "Unexpected field type"},
      {R"({"Wheels":[[]]})", "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Wheel"},
      {R"({"Wheels":[true]})", "Unexpected value type in payload"},
      {R"({"Stickers":true})", "Unexpected field type"},
      {R"({"Stickers":[1.5]})", "DECIMAL_VALUE cannot be converted to String"},
      {R"({"Values":{":v":{"N":"x"}},"Brand":{}})", "Start of structure or map found where not expected"},
  };
  for (const auto& c : cases) {
    const auto made = read(c.body);
    ASSERT_FALSE(made) << c.body;
    EXPECT_EQ(made.error().code(), errc::serialization) << c.body;
    EXPECT_EQ(made.error().message(), c.problem) << c.body;
  }
}

TEST(Members, WhatComesLaterIsRefusedByName) {
  for (const std::string given : {R"("x")", "true", R"([{"a":1}])"}) {
    const auto made = read(R"({"Brand":"B","Motor":)" + given + "}");
    ASSERT_FALSE(made) << given;
    EXPECT_EQ(made.error().code(), errc::not_supported) << given;
    EXPECT_EQ(made.error().message(), "Motor is not supported by the embedded engine yet");
  }
  for (const std::string empty : {"[]", "{}", "null"}) EXPECT_TRUE(read(R"({"Brand":"B","Motor":)" + empty + "}"));
}

TEST(Members, OfAListThatIsFarTooLongOnlyTheLengthIsKept) {
  std::string body = R"({"Brand":"B","Wheels":[{"Name":"ok"})";
  for (int i = 0; i < 100'000; ++i) body += ",{}";
  const std::string problem = problem_of(body + "]}");
  EXPECT_TRUE(problem.starts_with(
      "1000 validation errors detected: Value '[Wheel(name=ok, spokes=null), Wheel(name=null, spokes=null), "))
      << problem.substr(0, 200);
}

}  // namespace
}  // namespace dynamo::engine
