#include <remote/calls/call_head.hpp>

#include <gtest/gtest.h>

#include <string>

namespace dynamo::aws {
namespace {

constexpr std::string_view noon = "20261128T120000Z";

request get_item() {
  request call;
  call.operation = operation_name::get_item;
  call.body = json::buffer(R"({"TableName":"things"})");
  return call;
}

std::string head_of(const request& call, const call_target& to, const auth::signing_key* key = nullptr,
                    const std::string& token = {}) {
  json::buffer out;
  write_call_head(out, to, call, key, auth::secret(token), noon);
  return std::string(out.view());
}

const call_target there(*parse_endpoint_url("https://dynamodb.eu-west-1.amazonaws.com"), "dynamo-table/1");

TEST(user_agent, keeps_of_an_application_what_a_field_can_carry) {
  EXPECT_EQ(user_agent("1.2", ""), "dynamo-table/1.2 lang/c++");
  EXPECT_EQ(user_agent("1.2", "shop_7"), "dynamo-table/1.2 lang/c++ app/shop_7");
  EXPECT_EQ(user_agent("1.2", "a b\r\nX: y"), "dynamo-table/1.2 lang/c++ app/a-b--X--y");
  EXPECT_EQ(user_agent("1.2", std::string(70, 'a')), "dynamo-table/1.2 lang/c++ app/" + std::string(50, 'a'));
}

TEST(call_head, is_a_post_of_json) {
  EXPECT_EQ(head_of(get_item(), there),
            "POST / HTTP/1.1\r\nHost: dynamodb.eu-west-1.amazonaws.com\r\nContent-Type: application/x-amz-json-1.0\r\n"
            "User-Agent: dynamo-table/1\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\nContent-Length: 22\r\n\r\n");
}

TEST(call_head, of_streams_names_their_service) {
  request call = get_item();
  call.operation = operation_name::get_records;
  EXPECT_NE(head_of(call, there).find("X-Amz-Target: DynamoDBStreams_20120810.GetRecords\r\n"), std::string::npos);
}

TEST(call_head, keeps_the_path_and_port_of_an_endpoint) {
  const std::string head = head_of(get_item(), call_target(*parse_endpoint_url("http://localhost:8000/stage"), "x"));
  EXPECT_TRUE(head.starts_with("POST /stage HTTP/1.1\r\nHost: localhost:8000\r\n")) << head;
}

/// What the service does: reads the fields as they came, and computes the signature anew.
bool is_signed_by(const std::string& head, const std::string& body, const auth::signing_key& key) {
  std::vector<auth::header_view> headers;
  for (std::size_t at = head.find("\r\n") + 2; head.compare(at, 2, "\r\n") != 0;) {
    const std::size_t colon = head.find(": ", at), end = head.find("\r\n", at);
    headers.push_back(
        {std::string_view(head).substr(at, colon - at), std::string_view(head).substr(colon + 2, end - colon - 2)});
    at = end + 2;
  }
  auth::signable_request all;
  all.headers = headers;
  all.payload = body;
  const auto presented = auth::read_signature(all);
  const instant now = instant(std::chrono::sys_days(std::chrono::year(2026) / 11 / 28)) + std::chrono::hours(12);
  return presented && auth::verify_signature(key, all, *presented, now).has_value();
}

TEST(call_head, carries_a_signature_that_the_service_can_verify) {
  const auth::credentials who("AKID", "secret");
  const auth::signing_key key(who, noon.substr(0, 8), "eu-west-1", "dynamodb");
  const request call = get_item();
  const std::string body(call.body.view());
  for (const std::string token : {"", "a token"}) {
    const std::string head = head_of(call, there, &key, token);
    EXPECT_TRUE(is_signed_by(head, body, key)) << head;
    EXPECT_EQ(head.find("X-Amz-Security-Token: a token\r\n") != std::string::npos, !token.empty());
    EXPECT_FALSE(is_signed_by(head, body + " ", key));
    std::string other = head;
    other.replace(other.find("GetItem"), 7, "PutItem");
    EXPECT_FALSE(is_signed_by(other, body, key));
  }
}

TEST(call_head, says_which_attempt_it_is) {
  request call = get_item();
  call.attempt = 2;
  call.attempts_max = 4;
  EXPECT_NE(head_of(call, there).find("amz-sdk-request: attempt=2; max=4\r\n"), std::string::npos);
}

TEST(call_head, passes_a_trace_on_but_nothing_that_breaks_the_head) {
  request call = get_item();
  request_origin origin;
  origin.trace_id = "Root=1-2-3";
  call.origin = std::make_shared<const request_origin>(origin);
  EXPECT_NE(head_of(call, there).find("X-Amzn-Trace-Id: Root=1-2-3\r\n"), std::string::npos);
  for (const std::string& bad : {std::string("a\r\nX: y"), std::string("a\nb"), std::string(2'000, 'a')}) {
    origin.trace_id = bad;
    call.origin = std::make_shared<const request_origin>(origin);
    EXPECT_EQ(head_of(call, there), head_of(get_item(), there));
  }
}

TEST(call_head, passes_a_w3c_trace_on_unless_its_form_is_wrong) {
  const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const std::string without = head_of(get_item(), there);
  const auto with = [&](const std::string& fields) {
    std::string head = without;
    return head.insert(head.find("Content-Length"), fields);
  };
  struct {
    std::string parent, state, head;
  } const cases[] = {
      {parent, "", with("traceparent: " + parent + "\r\n")},
      {parent, "a=b", with("traceparent: " + parent + "\r\ntracestate: a=b\r\n")},
      {parent, "a=b\r\nX: y", with("traceparent: " + parent + "\r\n")},
      {parent + "\r\nX: y", "a=b", without},
      {"", "a=b", without},
  };
  for (const auto& each : cases) {
    request_origin origin;
    origin.trace.traceparent = each.parent;
    origin.trace.tracestate = each.state;
    request call = get_item();
    call.origin = std::make_shared<const request_origin>(origin);
    EXPECT_EQ(head_of(call, there), each.head);
  }
}

}  // namespace
}  // namespace dynamo::aws
