#include <dynamo/protocol/service_error.hpp>

#include <gtest/gtest.h>

namespace {

using namespace dynamo;

TEST(service_error, a_code_reads_back_from_its_wire_type) {
  for (int i = 0; i < static_cast<int>(errc::unrecognized); ++i) {
    const auto code = static_cast<errc>(i);
    EXPECT_EQ(errc_from_wire_type(wire_type(code)), code) << to_string(code);
  }
}

TEST(service_error, the_prefix_is_not_needed_to_recognise_a_type) {
  EXPECT_EQ(errc_from_wire_type("ValidationException"), errc::validation);
  EXPECT_EQ(errc_from_wire_type("com.amazonaws.dynamodb.v20120810#RequestLimitExceeded"), errc::throttled);
  EXPECT_EQ(errc_from_wire_type("com.example#SomethingNew"), errc::unrecognized);
}

TEST(service_error, a_body_says_type_item_and_message_as_dynamodb_writes_them) {
  struct row {
    std::string_view type, message, item, body;
  };
  for (
      const row& r : {
          row{"com.amazon.coral.validate#ValidationException", "a \"quoted\" word", "",
              R"({"__type":"com.amazon.coral.validate#ValidationException","message":"a \"quoted\" word"})"},
          row{"ConditionalCheckFailedException", "The conditional request failed", R"({"id":{"S":"1"}})",
              R"({"__type":"ConditionalCheckFailedException","Item":{"id":{"S":"1"}},"message":"The conditional request failed"})"},
          row{"com.amazon.coral.service#SerializationException", "m", "",
              R"({"__type":"com.amazon.coral.service#SerializationException","Message":"m"})"},
          row{"TransactionCanceledException", "m", "", R"({"__type":"TransactionCanceledException","Message":"m"})"},
          row{"TransactionInProgressException", "m", "",
              R"({"__type":"TransactionInProgressException","Message":"m"})"},
          row{"x#IdempotentParameterMismatchException", "m", "",
              R"({"__type":"x#IdempotentParameterMismatchException","Message":"m"})"},
          row{"TransactionConflictException", "", "", R"({"__type":"TransactionConflictException","message":""})"},
      }) {
    EXPECT_EQ(error_body(r.type, r.message, r.item).view(), r.body);
  }
}

TEST(service_error, what_is_not_supported_is_an_unknown_operation_on_the_wire) {
  EXPECT_EQ(wire_type(errc::not_supported), "com.amazon.coral.service#UnknownOperationException");
}

}  // namespace
