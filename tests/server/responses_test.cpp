#include <server/responses.hpp>

#include <dynamo/protocol/service_error.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace dynamo::server_detail {
namespace {

constexpr std::string_view json = "application/x-amz-json-1.0";

http::response response_to(errc code, std::string message) {
  result<reply> outcome = fail(code, std::move(message));
  return outcome_response(outcome, json, "ID");
}

TEST(responses, tell_how_a_statement_found_its_items_beside_the_answer) {
  const auto field_of = [](statement_access access) {
    reply made(dynamo::json::buffer("{}"));
    made.access = access;
    result<reply> outcome = std::move(made);
    const http::response got = outcome_response(outcome, json, "ID");
    const auto at = got.fields.find("x-dynamo-statement-access: ");
    return at == got.fields.npos ? std::string() : got.fields.substr(at, got.fields.find("\r\n", at) - at);
  };
  EXPECT_EQ(field_of(statement_access::full_scan), "x-dynamo-statement-access: full-scan");
  EXPECT_EQ(field_of(statement_access::partitions), "x-dynamo-statement-access: partitions");
  EXPECT_EQ(field_of(statement_access::whole_key), "x-dynamo-statement-access: whole-key");
  EXPECT_EQ(field_of(statement_access::untold), "");
}

TEST(responses, every_error_has_its_status_and_type) {
  const std::string own = "com.amazonaws.dynamodb.v20120810#";
  const std::string coral = "com.amazon.coral.service#";
  const struct {
    errc code;
    unsigned status;
    std::string type;
  } rows[] = {
      {errc::access_denied, 400, coral + "AccessDeniedException"},
      {errc::conditional_check_failed, 400, own + "ConditionalCheckFailedException"},
      {errc::duplicate_item, 400, own + "DuplicateItemException"},
      {errc::expired_iterator, 400, own + "ExpiredIteratorException"},
      {errc::idempotent_parameter_mismatch, 400, own + "IdempotentParameterMismatchException"},
      {errc::internal_server_error, 500, own + "InternalServerError"},
      {errc::item_collection_too_large, 400, own + "ItemCollectionSizeLimitExceededException"},
      {errc::limit_exceeded, 400, own + "LimitExceededException"},
      {errc::replicated_write_conflict, 409, own + "ReplicatedWriteConflictException"},
      {errc::resource_in_use, 400, own + "ResourceInUseException"},
      {errc::resource_not_found, 400, own + "ResourceNotFoundException"},
      {errc::service_unavailable, 503, coral + "ServiceUnavailableException"},
      {errc::throttled, 400, own + "ProvisionedThroughputExceededException"},
      {errc::transaction_canceled, 400, own + "TransactionCanceledException"},
      {errc::transaction_conflict, 400, own + "TransactionConflictException"},
      {errc::transaction_in_progress, 400, own + "TransactionInProgressException"},
      {errc::trimmed_data_access, 400, own + "TrimmedDataAccessException"},
      {errc::unknown_operation, 400, coral + "UnknownOperationException"},
      {errc::validation, 400, "com.amazon.coral.validate#ValidationException"},
      {errc::not_supported, 400, coral + "UnknownOperationException"},
      {errc::invalid_argument, 500, own + "InternalServerError"},
      {errc::decoding, 500, own + "InternalServerError"},
      {errc::cancelled, 500, own + "InternalServerError"},
      {errc::timed_out, 500, own + "InternalServerError"},
      {errc::transport, 500, own + "InternalServerError"},
      {errc::corruption, 500, own + "InternalServerError"},
      {errc::storage, 500, own + "InternalServerError"},
      {errc::read_only, 500, own + "InternalServerError"},
      {errc::in_use, 500, own + "InternalServerError"},
      {errc::unavailable, 500, own + "InternalServerError"},
  };
  for (const auto& row : rows) {
    const http::response got = response_to(row.code, "what \"happened\"");
    EXPECT_EQ(got.status, row.status) << to_string(row.code);
    const bool capital = row.code == errc::serialization || row.code == errc::idempotent_parameter_mismatch ||
                         row.code == errc::transaction_canceled || row.code == errc::transaction_in_progress;
    EXPECT_EQ(got.body.view(),
              R"({"__type":")" + row.type + (capital ? R"(","Message)" : R"(","message)") + R"(":"what \"happened\""})")
        << to_string(row.code);
  }
  EXPECT_EQ(response_to(errc::serialization, "no").body.view(),
            R"({"__type":"com.amazon.coral.service#SerializationException","Message":"no"})");
}

TEST(responses, an_error_of_another_service_keeps_its_type_and_request_id) {
  error_detail detail;
  detail.code = errc::unrecognized;
  detail.type = "com.amazonaws.dynamodb.v20120810#BrandNewException";
  detail.message = "new";
  detail.request_id = "THEIRS";
  result<reply> outcome = fail(error(detail));
  const http::response got = outcome_response(outcome, json, "OURS");
  EXPECT_EQ(got.body.view(), R"({"__type":"com.amazonaws.dynamodb.v20120810#BrandNewException","message":"new"})");
  EXPECT_NE(got.fields.find("x-amzn-RequestId: THEIRS\r\n"), std::string::npos);
}

TEST(responses, an_error_that_comes_with_a_body_is_passed_on) {
  error_detail detail;
  detail.code = errc::conditional_check_failed;
  detail.message = "The conditional request failed";
  detail.body =
      R"({"__type":"x#ConditionalCheckFailedException","Item":{},"message":"The conditional request failed"})";
  result<reply> outcome = fail(error(detail));
  const http::response got = outcome_response(outcome, json, "ID");
  EXPECT_EQ(got.status, 400u);
  EXPECT_EQ(got.body.view(), detail.body);
}

TEST(responses, a_reply_carries_id_checksum_and_type) {
  result<reply> outcome = reply(dynamo::json::buffer("123456789"));
  const http::response got = outcome_response(outcome, json, "ID");
  EXPECT_EQ(got.status, 200u);
  EXPECT_EQ(got.body.view(), "123456789");
  EXPECT_EQ(got.checksum_field, "x-amz-crc32");
  EXPECT_EQ(got.fields, "x-amzn-RequestId: ID\r\nContent-Type: application/x-amz-json-1.0\r\n");
}

TEST(responses, health_and_preflight) {
  EXPECT_EQ(health_response("eu-west-1", "ID").body.view(), "healthy: dynamodb.eu-west-1.amazonaws.com ");
  http::request_head head;
  head.set_request_line("OPTIONS", "/", false);
  head.add_field("Access-Control-Request-Headers", "x-amz-target,content-type");
  http::response got = preflight_response(head, "ID");
  allow_origin(got, "http://localhost:3000");
  EXPECT_EQ(got.status, 200u);
  for (const std::string_view line :
       {"Access-Control-Allow-Headers: x-amz-target,content-type\r\n",
        "Access-Control-Allow-Origin: http://localhost:3000\r\n", "Access-Control-Max-Age: 172800\r\n"}) {
    EXPECT_NE(got.fields.find(line), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace dynamo::server_detail
