// Expressions as long, as deep and as many as one can send.
#include "endpoint_fixture.hpp"

namespace {

using namespace dynamo;
using namespace dynamo::hostile;
using hostile_expressions = endpoint_fixture;

TEST_F(hostile_expressions, ten_thousand_terms_are_refused_by_their_size) {
  const std::string terms = "v = :v" + repeated(" OR v = :v", 9'999);
  EXPECT_EQ(
      filter(terms).to_string(),
      "validation: Invalid FilterExpression: Expression size has exceeded the maximum allowed size; expression size: " +
          std::to_string(terms.size()));
  const std::string sets = "SET a0 = :v" + repeated(", a = :v", 9'999);
  const auto told = ask(operation_name::update_item,
                        R"({"TableName":"things","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"UpdateExpression":")" + sets +
                            R"(","ExpressionAttributeValues":{":v":{"N":"1"}}})");
  EXPECT_EQ(told.code, errc::validation);
  EXPECT_NE(told.message.find("Expression size has exceeded"), std::string::npos) << told.message;
}

TEST_F(hostile_expressions, more_than_300_operators_are_refused) {
  EXPECT_TRUE(filter("v=:v" + repeated(" OR v=:v", 149)).ok);
  const auto told = filter("v=:v" + repeated(" OR v=:v", 300));
  EXPECT_EQ(told.code, errc::validation) << told.to_string();
  EXPECT_NE(told.message.find("operator"), std::string::npos) << told.message;
}

TEST_F(hostile_expressions, parentheses_of_4_KB_are_an_answer_and_not_an_end) {
  for (const std::string& text :
       {repeated("(", 4'096), repeated("(", 2'000) + "v=:v" + repeated(")", 2'000), repeated(")", 4'096),
        repeated("NOT ", 1'000) + "v=:v", "v" + repeated("[0]", 1'300) + "=:v", "v" + repeated(".v", 2'000) + "=:v",
        repeated("size(", 800) + "v" + repeated(")", 800) + "=:v"}) {
    const auto told = filter(text);
    EXPECT_EQ(told.code, errc::validation) << text.substr(0, 20) << " told " << told.to_string();
    EXPECT_TRUE(told.message.starts_with("Invalid FilterExpression: ")) << told.message;
  }
}

TEST_F(hostile_expressions, a_document_path_has_32_levels_at_most) {
  for (const std::string_view level : {".v", "[0]"}) {
    EXPECT_TRUE(filter("v" + repeated(level, 31) + " = :v").ok);
    EXPECT_EQ(
        filter("v" + repeated(level, 32) + " = :v").to_string(),
        "validation: Invalid FilterExpression: The document path has too many nesting levels; nesting levels: 33");
  }
}

TEST_F(hostile_expressions, IN_takes_a_hundred_operands) {
  const auto in = [&](int operands) {
    return filter("v IN (:v" + repeated(", :v", static_cast<std::size_t>(operands - 1)) + ")");
  };
  EXPECT_TRUE(in(100).ok);
  EXPECT_EQ(in(101).code, errc::validation);
}

TEST_F(hostile_expressions, nonsense_is_refused) {
  for (const std::string_view text : {"",
                                      " ",
                                      "v",
                                      ":v",
                                      "v =",
                                      "= :v",
                                      "v = :v AND",
                                      "v = :v OR OR v = :v",
                                      "v = :w",
                                      "#v = :v",
                                      "v == :v",
                                      "v = 1",
                                      "v = 'x'",
                                      "v BETWEEN :v",
                                      "nosuch(v)",
                                      "size(v)",
                                      "attribute_exists(:v)",
                                      "v..w = :v",
                                      "v[ = :v",
                                      "v[-1] = :v",
                                      "v[99999999999999999999] = :v",
                                      "\\u0000",
                                      "v = :v;",
                                      "v\xc3\xa4 = :v"}) {
    const auto told = filter(text);
    EXPECT_EQ(told.code, errc::validation) << text << " told " << told.to_string();
  }
}

TEST_F(hostile_expressions, many_values_that_nobody_uses_are_refused) {
  std::string values = "{";
  for (int i = 0; i < 10'000; ++i) values += "\":v" + std::to_string(i) + R"(":{"N":"1"},)";
  values.back() = '}';
  EXPECT_EQ(filter("v = :v0", values).code, errc::validation);
}

}  // namespace
