#include "requests.hpp"

namespace dynamo::bench {
namespace {

std::string padded(std::uint32_t value, unsigned width) {
  const std::string digits = std::to_string(value);
  return std::string(width > digits.size() ? width - digits.size() : 0, '0') + digits;
}

std::string in(const std::string& table) { return R"("TableName":")" + table + '"'; }

std::string customer(std::uint32_t number) { return R"({"S":"CUSTOMER#)" + padded(number, 10) + "\"}"; }

/// A hundred orders a customer.
std::string key_members(std::uint32_t number) {
  return R"("customer":)" + customer(number / 100) + R"(,"id":{"S":"ORDER#2024-05-17T12:34:56Z#)" + padded(number, 7) +
         "\"}";
}

/// The item of the other benchmarks: ten attributes, about 330 bytes.
std::string item(std::uint32_t number) {
  const std::string n = std::to_string(number);
  return R"({"active":{"BOOL":true},"amount":{"N":")" + std::to_string(19 + number) + R"(.99"},"created_at":{"N":")" +
         std::to_string(1'715'948'096 + number) + R"("},"email":{"S":"grace.hopper.)" + n +
         R"(@example.com"},"name":{"S":"Grace Hopper )" + n + R"("},"quantity":{"N":")" +
         std::to_string(1 + number % 17) +
         R"("},"status":{"S":"SHIPPED"},"tags":{"SS":["europe","gift-wrap","priority"]},)" + key_members(number) + "}";
}

}  // namespace

std::string request_text(const std::string& operation, const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nUser-Agent: aws-sdk-rust/1.3.10 os/linux lang/rust/1.88.0\r\n"
         "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Date: 20260101T000000Z\r\nX-Amz-Target: DynamoDB_20120810." +
         operation +
         "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/eu-west-1/dynamodb/aws4_request, "
         "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
         "Signature=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string create_table(const std::string& table, bool with_stream) {
  return request_text(
      "CreateTable",
      "{" + in(table) +
          R"(,"BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"customer","AttributeType":"S"},)"
          R"({"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"customer","KeyType":"HASH"},)"
          R"({"AttributeName":"id","KeyType":"RANGE"}])" +
          (with_stream ? R"(,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}})"
                       : "}"));
}

std::string get_item(const std::string& table, std::uint32_t number) {
  return request_text("GetItem", "{" + in(table) + R"(,"Key":{)" + key_members(number) + "}}");
}

std::string put_item(const std::string& table, std::uint32_t number) {
  return request_text("PutItem", "{" + in(table) + R"(,"Item":)" + item(number) + "}");
}

std::string put_25_items(const std::string& table, std::uint32_t from) {
  std::string puts;
  for (std::uint32_t i = 0; i < 25; ++i) {
    puts += (i == 0 ? "" : ",") + (R"({"PutRequest":{"Item":)" + item(from + i)) + "}}";
  }
  return request_text("BatchWriteItem", R"({"RequestItems":{")" + table + R"(":[)" + puts + "]}}");
}

std::string query_of_100(const std::string& table, std::uint32_t number) {
  return request_text(
      "Query", "{" + in(table) +
                   R"(,"KeyConditionExpression":"customer = :c","Limit":100,"ExpressionAttributeValues":{":c":)" +
                   customer(number) + "}}");
}

}  // namespace dynamo::bench
