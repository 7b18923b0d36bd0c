#include <lambda/runtime_api.hpp>

#include "kept_lines.hpp"

#include <dynamo/lambda/serve.hpp>
#include <dynamo/testing/virtual_clock.hpp>

#include <gtest/gtest.h>
#include <lambda/text.hpp>

#include <string>

namespace dynamo::lambda {
namespace {

using namespace std::chrono_literals;

TEST(lambda_error, types_are_those_that_the_runtime_api_takes) {
  for (const std::string_view good :
       {std::string_view("Runtime.NoSuchHandler"), std::string_view("Function.Ab"), exception_thrown, handler_failed,
        invalid_event, response_too_large, init_failed}) {
    EXPECT_TRUE(is_error_type(good)) << good;
  }
  for (const std::string_view bad :
       {"", "Runtime.", "Function.A", "Function.lower", "Function.With Space", "Function.A1", "Function.A\r\nX: y",
        "Extension.Crash", "std::runtime_error", "Runtime.A.B"}) {
    EXPECT_FALSE(is_error_type(bad)) << bad;
  }
}

TEST(lambda_error, body_is_json_whatever_the_message_is) {
  EXPECT_EQ(error_body({"Function.Ab", "a \"quoted\"\n\xff"}).view(),
            R"({"errorMessage":"a \"quoted\"\n?","errorType":"Function.Ab","stackTrace":[]})");
  EXPECT_LT(error_body({"Function.Ab", std::string(1'000'000, 'x')}).size(), 17'000u);
}

TEST(lambda_text, is_cut_between_characters) {
  EXPECT_EQ(clean_text("caf\xc3\xa9!", 5), "caf\xc3\xa9");
  EXPECT_EQ(clean_text("caf\xc3\xa9!", 4), "caf");
  EXPECT_EQ(clean_text("caf\xc3\xa9!", 0), "");
  EXPECT_EQ(clean_text("\x80\x80\x80", 2), "");
  EXPECT_EQ(clean_text("a\xc3", 9), "a?");
}

TEST(lambda_api, what_is_done_after_an_answer) {
  EXPECT_EQ(decide(202u), after_post::go_on);
  EXPECT_EQ(decide(200u), after_post::go_on);
  EXPECT_EQ(decide(400u), after_post::go_on);
  EXPECT_EQ(decide(403u), after_post::go_on);
  EXPECT_EQ(decide(413u), after_post::report_too_large);
  EXPECT_EQ(decide(500u), after_post::end);
  EXPECT_EQ(decide(503u), after_post::end);
  EXPECT_EQ(decide(fail(errc::transport, "gone")), after_post::end);
}

http::field_list fields(std::string_view id, std::string_view deadline) {
  http::field_list all;
  if (!id.empty()) all.add("lambda-runtime-aws-request-id", id);
  if (!deadline.empty()) all.add("Lambda-Runtime-Deadline-Ms", deadline);
  return all;
}

TEST(lambda_api, an_invocation_is_described_by_fields) {
  auto all = fields("8476a536-e9f4-11e8", "1790000000123");
  all.add("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-2:123456789012:function:f");
  all.add("Lambda-Runtime-Trace-Id", "Root=1-2-3");
  all.add("Lambda-Runtime-Client-Context", "{}");
  all.add("Lambda-Runtime-Cognito-Identity", "{\"a\":1}");
  all.add("Lambda-Runtime-Aws-Tenant-Id", "t");
  const auto about = read_context(all, context());
  ASSERT_TRUE(about);
  EXPECT_EQ(about->request_id, "8476a536-e9f4-11e8");
  EXPECT_EQ(about->deadline, instant(1'790'000'000'123ms));
  EXPECT_EQ(about->function_arn, "arn:aws:lambda:eu-west-2:123456789012:function:f");
  EXPECT_EQ(about->trace_id, "Root=1-2-3");
  EXPECT_EQ(about->client_context, "{}");
  EXPECT_EQ(about->cognito_identity, "{\"a\":1}");
  EXPECT_EQ(about->tenant_id, "t");
}

TEST(lambda_api, a_deadline_that_is_none_is_never) {
  for (const char* text : {"", "soon", "12x", "-1", "99999999999999999999", "999999999999999"}) {
    const auto about = read_context(fields("id", text), context());
    ASSERT_TRUE(about) << text;
    EXPECT_EQ(about->deadline, instant::max()) << text;
    EXPECT_EQ(about->remaining(), std::chrono::milliseconds::max()) << text;
  }
}

// It becomes a part of a path.
TEST(lambda_api, a_request_id_that_no_path_can_hold_is_refused) {
  for (const std::string& id : {std::string(), std::string("../next"), std::string("a b"), std::string("a?b"),
                                std::string("a%2fb"), std::string(257, 'x')}) {
    const auto about = read_context(fields(id, ""), context());
    ASSERT_FALSE(about) << id;
    EXPECT_EQ(about.error().code(), errc::transport) << id;
  }
}

TEST(lambda_context, remaining_time_runs_out) {
  testing::virtual_clock time;
  kept_lines lines;
  const logger log(lines, log_level::debug, time);
  context about(log, time, time);
  about.deadline = time.now() + 3s;
  EXPECT_EQ(about.remaining(), 3'000ms);
  time.advance(2'999'500us);
  EXPECT_EQ(about.remaining(), 0ms);
  time.advance(1h);
  EXPECT_EQ(about.remaining(), 0ms);
}

TEST(lambda_context, remaining_time_changed_when_the_clock_was_set) {
  testing::virtual_clock time;
  kept_lines lines;
  const logger log(lines, log_level::debug, time);
  context about(log, time, time);
  about.deadline = time.now() + 3s;
  time.jump(-24h);
  time.advance(1s);
  EXPECT_EQ(about.remaining(), 2s);
  time.jump(48h);
  EXPECT_EQ(about.remaining(), 2s);
  EXPECT_EQ(context(about).remaining(), 2s) << "of a copy";
}

TEST(lambda_logger, lines_are_json) {
  testing::virtual_clock time;
  kept_lines lines;
  const logger log(lines, log_level::info, time);
  log.write(log_level::debug, "r", "not wanted");
  log.write(log_level::info, "r\"1", "two\nlines \xff", {{"number", -5}, {"text", std::string_view("caf\xc3\xa9")}});
  time.advance(61'234ms);
  log.write(log_level::error, "", std::string(5'000, 'x'));
  EXPECT_TRUE(lines.all().starts_with(
      R"({"timestamp":"2026-01-01T00:00:00.000Z","level":"INFO","requestId":"r\"1","message":"two\nlines ?",)"
      R"("number":-5,"text":"café"})"
      "\n"
      R"({"timestamp":"2026-01-01T00:01:01.234Z","level":"ERROR","message":"xxx)"))
      << lines.all();
  EXPECT_LT(lines.all().size(), 4'400u);
}

}  // namespace
}  // namespace dynamo::lambda
