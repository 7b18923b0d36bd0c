#include <dynamo/protocol/service_error.hpp>

#include <gtest/gtest.h>

#include <string>

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

TEST(service_error, all_that_is_not_found_is_one_code) {
  for (const char* what : {"Resource", "Backup", "Export", "GlobalTable", "Import", "Policy", "Table"}) {
    EXPECT_EQ(errc_from_wire_type(std::string(what) + "NotFoundException"), errc::resource_not_found) << what;
  }
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

TEST(service_error, a_cancelled_transaction_tells_a_reason_for_each_action_and_they_are_read_again) {
  const error why = transaction_canceled({{"None", {}, {}},
                                          {"ConditionalCheckFailed", "The \"request\" failed", R"({"id":{"S":"1"}})"},
                                          {"TransactionConflict", "Transaction is ongoing for the item.", {}}});
  EXPECT_EQ(why.code(), errc::transaction_canceled);
  EXPECT_EQ(why.message(),
            "Transaction cancelled, please refer cancellation reasons for specific reasons "
            "[None, ConditionalCheckFailed, TransactionConflict]");
  EXPECT_TRUE(why.conditional_check_failed());
  const auto reasons = cancellation_reasons(why);
  ASSERT_EQ(reasons.size(), 3u);
  EXPECT_EQ(reasons[0].code, "None");
  EXPECT_EQ(reasons[0].message + reasons[0].item, "");
  EXPECT_EQ(reasons[1].message, "The \"request\" failed");
  EXPECT_EQ(reasons[1].item, R"({"id":{"S":"1"}})");
  EXPECT_EQ(reasons[2].code, "TransactionConflict");
  for (const char* const body : {"", "{}", "CancellationReasons", R"({"CancellationReasons":7})",
                                 R"(["CancellationReasons"])", R"({"CancellationReasons":[{"Code":)"}) {
    EXPECT_TRUE(cancellation_reasons(error({.code = errc::transaction_canceled, .body = body})).empty()) << body;
  }
}

std::string reasons_in(std::string body) {
  std::string all;
  for (const throttling_reason& one : throttling_reasons(error({.code = errc::throttled, .body = std::move(body)})))
    all += one.reason + '@' + one.resource + ' ';
  return all;
}

TEST(service_error, throttling_reasons_are_read_from_the_body) {
  struct row {
    std::string_view body, reasons;
  };
  for (
      const row& r : {
          row{"", ""},
          row{R"({"__type":"x#ThrottlingException","message":"slow down"})", ""},
          row{R"({"__type":"x","message":"m","ThrottlingReasons":[{"reason":"TableReadProvisionedThroughputExceeded","resource":"arn:t"}]})",
              "TableReadProvisionedThroughputExceeded@arn:t "},
          row{R"({"throttlingReasons":[{"resource":"a","reason":"r1"},{"reason":"r2","resource":"b\u0041","new":[1]}],"message":"m"})",
              "r1@a r2@bA "},
          row{R"({"ThrottlingReasons":[]})", ""},
          row{R"({"ThrottlingReasons":null})", ""},
          row{R"({"ThrottlingReasons":"ThrottlingReasons"})", ""},
          row{R"({"ThrottlingReasons":[{}, 1, {"reason":7,"resource":null}]})", "@ @ "},
          row{R"({"message":"ThrottlingReasons"})", ""},
          row{R"({"ThrottlingReasons":[{"reason":"r"}])", ""},
          row{R"({"ThrottlingReasons":[{"reason":"r")", ""},
          row{R"(["ThrottlingReasons"])", ""},
          row{"<html>ThrottlingReasons</html>", ""},
          row{"{\"ThrottlingReasons\":[{\"reason\":\"\xff\"}]}", ""},
      }) {
    EXPECT_EQ(reasons_in(std::string(r.body)), r.reasons) << r.body;
  }
}

TEST(service_error, no_more_than_a_hundred_throttling_reasons_are_kept) {
  std::string body = R"({"ThrottlingReasons":[{"reason":"r"})";
  for (int i = 0; i < 1000; ++i) body += R"(,{"reason":"r"})";
  body += "]}";
  EXPECT_EQ(throttling_reasons(error({.code = errc::throttled, .body = body})).size(), throttling_reasons_max);
}

}  // namespace
