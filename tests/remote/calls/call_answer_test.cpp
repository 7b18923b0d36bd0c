#include <remote/calls/call_answer.hpp>

#include <dynamo/http/client.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace dynamo::aws {
namespace {

using namespace std::chrono_literals;
using fields = std::vector<std::pair<std::string, std::string>>;

result<reply> answer(unsigned status, std::string_view body, const fields& with = {}) {
  http::client_response came;
  came.status = status;
  came.body = json::buffer(body);
  for (const auto& [name, value] : with) came.fields.add(name, value);
  return read_answer(came, "db.example");
}

TEST(call_answer, a_reply_has_its_body_and_id) {
  const auto got = answer(200, "{}", {{"x-amzn-RequestId", "ABC"}});
  ASSERT_TRUE(got);
  EXPECT_EQ(got->body.view(), "{}");
  EXPECT_EQ(got->request_id, "ABC");
}

struct error_case {
  const char* name;
  unsigned status;
  std::string body;
  fields with;
  errc code;
  bool outcome_unknown;
};

TEST(call_answer, errors_of_the_service_and_of_what_stands_before_it) {
  const error_case cases[] = {
      {"condition",
       400,
       R"({"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no"})",
       {},
       errc::conditional_check_failed,
       false},
      {"type without prefix", 400, R"({"__type":"ThrottlingException","Message":"slow"})", {}, errc::throttled, false},
      {"a failure of the service: who knows",
       500,
       R"({"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"x"})",
       {},
       errc::internal_server_error,
       true},
      {"unavailable: not executed",
       503,
       R"({"__type":"com.amazon.coral.service#ServiceUnavailableException","message":"x"})",
       {},
       errc::service_unavailable,
       false},
      {"type in a field", 400, "", {{"x-amzn-ErrorType", "ValidationException:http://x/"}}, errc::validation, false},
      {"page of a load balancer", 503, "<html>busy</html>", {}, errc::service_unavailable, true},
      {"bad gateway", 502, "<html></html>", {}, errc::internal_server_error, true},
      {"time-out of a gateway", 504, "", {}, errc::internal_server_error, true},
      {"too many requests", 429, "", {}, errc::throttled, false},
      {"page of a proxy", 403, "<html>denied</html>", {}, errc::unavailable, false},
      {"another service", 404, "not here", {}, errc::unavailable, false},
      {"redirect", 302, "", {{"Location", "http://elsewhere/"}}, errc::unavailable, false},
      {"too large", 413, "", {}, errc::validation, false},
      {"unknown type", 400, R"({"__type":"x#NewException","message":"x"})", {}, errc::unrecognized, false},
      {"unknown failure", 500, R"({"__type":"x#NewFailure","message":"x"})", {}, errc::internal_server_error, true},
      {"a type that is no text", 400, R"({"__type":7})", {}, errc::unavailable, false},
      {"half of an error", 400, R"({"__type":"ValidationExc)", {}, errc::unavailable, false},
  };
  for (const error_case& each : cases) {
    const auto got = answer(each.status, each.body, each.with);
    ASSERT_FALSE(got) << each.name;
    EXPECT_EQ(got.error().code(), each.code) << each.name;
    EXPECT_EQ(got.error().outcome_unknown(), each.outcome_unknown) << each.name;
  }
}

TEST(call_answer, an_error_keeps_what_the_service_told) {
  const std::string body = R"({"__type":"a#ConditionalCheckFailedException","Item":{"id":{"S":"x"}},"message":"no"})";
  const auto got = answer(400, body, {{"x-amzn-RequestId", "ID"}, {"x-amz-retry-after", "250"}});
  EXPECT_EQ(got.error().detail().body, body);
  EXPECT_EQ(got.error().message(), "no");
  EXPECT_EQ(got.error().request_id(), "ID");
  EXPECT_EQ(got.error().detail().retry_after, 250ms);
  EXPECT_EQ(answer(400, body, {{"x-amz-retry-after", "soon"}}).error().detail().retry_after, 0ms);
  EXPECT_NE(answer(404, "<html>").error().message().find("db.example answered with status 404"), std::string::npos);
}

TEST(call_answer, a_failed_connection_can_be_tried_again_and_an_untrusted_one_cannot) {
  http::exchange_failure refused(errc::unavailable, http::exchange_phase::connect, "refused");
  EXPECT_TRUE(read_failure(refused).retryable());
  EXPECT_FALSE(read_failure(refused).outcome_unknown());
  http::exchange_failure untrusted(errc::unavailable, http::exchange_phase::handshake, "expired");
  EXPECT_FALSE(read_failure(untrusted).retryable());
  http::exchange_failure lost(errc::transport, http::exchange_phase::read, "reset");
  lost.sent = true;
  EXPECT_TRUE(read_failure(lost).outcome_unknown());
}

TEST(call_answer, some_errors_have_a_remedy) {
  const auto remedy_of = [](std::string type) {
    error_detail what;
    what.type = std::move(type);
    return remedy_for(error(what));
  };
  EXPECT_EQ(remedy_of("com.amazon.coral.service#RequestTimeTooSkewed"), remedy::mend_clock);
  EXPECT_EQ(remedy_of("com.amazon.coral.service#InvalidSignatureException"), remedy::mend_clock);
  EXPECT_EQ(remedy_of("ExpiredTokenException"), remedy::renew_credentials);
  EXPECT_EQ(remedy_of("com.amazon.coral.service#UnrecognizedClientException"), remedy::renew_credentials);
  EXPECT_EQ(remedy_of("com.amazon.coral.validate#ValidationException"), remedy::none);
  EXPECT_EQ(remedy_of(""), remedy::none);
}

}  // namespace
}  // namespace dynamo::aws
