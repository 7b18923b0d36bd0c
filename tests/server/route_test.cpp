#include <server/route.hpp>

#include <gtest/gtest.h>
#include <server/origin.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace dynamo::server_detail {
namespace {

constexpr std::string_view json = "application/x-amz-json-1.0";

http::request_head head_of(std::string_view method, std::string_view path, std::string_view type = "",
                           std::string_view target = "") {
  http::request_head head;
  head.set_request_line(method, path, false);
  if (!type.empty()) head.add_field("content-type", type);
  if (!target.empty()) head.add_field("x-amz-target", target);
  return head;
}

TEST(route, operations_of_both_services) {
  const struct {
    std::string_view target;
    operation_name operation;
  } rows[] = {
      {"DynamoDB_20120810.GetItem", operation_name::get_item},
      {"DynamoDB_20120810.UpdateTimeToLive", operation_name::update_time_to_live},
      {"DynamoDBStreams_20120810.GetRecords", operation_name::get_records},
      {"DynamoDBStreams_20120810.ListStreams", operation_name::list_streams},
  };
  for (const auto& row : rows) {
    const route got = route_of(head_of("POST", "/", json, row.target), {});
    EXPECT_EQ(got.what, route::kind::operation) << row.target;
    EXPECT_EQ(got.operation, row.operation) << row.target;
  }
}

TEST(route, operations_that_do_not_exist) {
  for (const std::string_view target :
       {"", "GetItem", "DynamoDB_20120810.", "DynamoDB_20120810.getItem", "DynamoDB_20120810.GetItem2",
        "DynamoDB_20111205.GetItem", "DynamoDB_20120810.GetRecords", "DynamoDBStreams_20120810.GetItem", ".GetItem"}) {
    const route got = route_of(head_of("POST", "/", json, target), {});
    EXPECT_EQ(got.what, route::kind::refused) << target;
    EXPECT_EQ(got.status, 400u) << target;
    EXPECT_EQ(got.type, "com.amazon.coral.service#UnknownOperationException") << target;
  }
}

TEST(route, content_types) {
  const struct {
    std::string_view sent, answered;
  } rows[] = {
      {json, json},
      {"Application/X-AMZ-JSON-1.0 ; charset=utf-8", json},
      {"application/x-amz-json-1.1", "application/x-amz-json-1.1"},
      {"application/json", "application/json"},
  };
  for (const auto& row : rows) {
    const route got = route_of(head_of("POST", "/", row.sent, "DynamoDB_20120810.Query"), {});
    EXPECT_EQ(got.what, route::kind::operation) << row.sent;
    EXPECT_EQ(got.content_type, row.answered) << row.sent;
  }
  for (const std::string_view type : {"", "application/jsonp", "text/plain", "application/x-amz-json-1.2"}) {
    EXPECT_EQ(route_of(head_of("POST", "/", type, "DynamoDB_20120810.Query"), {}).status, 404u) << type;
  }
}

TEST(route, what_is_no_operation) {
  EXPECT_EQ(route_of(head_of("GET", "/"), {}).what, route::kind::health);
  EXPECT_EQ(route_of(head_of("HEAD", "/?x"), {}).what, route::kind::health);
  EXPECT_EQ(route_of(head_of("OPTIONS", "*"), {}).what, route::kind::preflight);
  EXPECT_EQ(route_of(head_of("GET", "/favicon.ico"), {}).status, 404u);
  EXPECT_EQ(route_of(head_of("POST", "/other", json, "DynamoDB_20120810.Query"), {}).status, 404u);
  EXPECT_EQ(route_of(head_of("DELETE", "/"), {}).status, 405u);
}

TEST(origin, pages_of_this_machine_and_listed_ones) {
  const std::vector<std::string> listed{"https://example.com"};
  for (const std::string_view yes : {"http://localhost", "http://localhost:3000", "https://127.0.0.1:8443",
                                     "http://[::1]:1", "https://example.com"}) {
    EXPECT_TRUE(origin_allowed(yes, listed)) << yes;
  }
  for (const std::string_view no :
       {"null", "http://evil.com", "http://localhost.evil.com", "http://localhost:80.evil.com", "file://localhost",
        "http://127.0.0.1.nip.io:80", "https://example.com:444", "http://example.com", "localhost",
        "http://localhost:"}) {
    EXPECT_FALSE(origin_allowed(no, listed)) << no;
  }
  EXPECT_TRUE(origin_allowed("http://evil.com", {"*"}));
}

TEST(route, pages_of_other_origins_are_refused_whatever_they_want) {
  for (const std::string_view method : {"POST", "GET", "OPTIONS"}) {
    http::request_head head = head_of(method, "/", json, "DynamoDB_20120810.DeleteTable");
    head.add_field("Origin", "https://evil.com");
    const route got = route_of(head, {});
    EXPECT_EQ(got.what, route::kind::refused);
    EXPECT_EQ(got.status, 403u);
    EXPECT_NE(route_of(head, {"https://evil.com"}).what, route::kind::refused);
  }
}

}  // namespace
}  // namespace dynamo::server_detail
