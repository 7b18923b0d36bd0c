#include "fake_runtime_api.hpp"

#include <gtest/gtest.h>
#include <support/program.hpp>

#include <csignal>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::lambda {
namespace {

/// A function's program in a process of its own. What it writes to standard error is kept.
class function_program {
 public:
  function_program(const std::string& mode, std::vector<std::string> variables)
      : program_(testing_support::run_program({DYNAMO_LAMBDA_PROGRAM, mode}, testing::child_process::piped::errors,
                                              std::move(variables))) {}

  void terminate() const { program_.send_signal(SIGTERM); }
  /// Its exit status; 128 and more for the signal that ended it.
  int wait() {
    said_ += program_.read_all();
    return program_.wait().status();
  }
  bool said(std::string_view words) const { return said_.find(words) != std::string::npos; }
  const std::string& all() const { return said_; }

 private:
  testing::child_process program_;
  std::string said_;
};

class lambda_program : public ::testing::Test {
 protected:
  ~lambda_program() override { fake->close(); }
  std::string api() const { return "AWS_LAMBDA_RUNTIME_API=127.0.0.1:" + std::to_string(on.port()); }

  std::shared_ptr<fake_runtime_api> fake = std::make_shared<fake_runtime_api>();
  http::listener on = *http::listener::open({}, fake);
};

std::string event(std::string_view message) {
  return R"({"Records":[{"eventName":"INSERT","dynamodb":{"Keys":{"id":{"N":"1"}},"NewImage":{"id":{"N":"1"},"message":)"
         R"({"S":")" +
         std::string(message) + R"("}},"SequenceNumber":"000000000000000000013"}}]})";
}

TEST_F(lambda_program, handles_changes_reports_poison_and_ends_on_sigterm_while_it_waits) {
  function_program function("changes", {api()});
  fake->offer_event(event("fine"));
  EXPECT_EQ(fake->wait_for_message().body, R"({"batchItemFailures":[]})");
  fake->offer_event(event("poison"));
  EXPECT_EQ(fake->wait_for_message().body, R"({"batchItemFailures":[{"itemIdentifier":"000000000000000000013"}]})");
  fake->offer_event(R"({"Records":[{"kinesis":{}}]})");
  EXPECT_EQ(fake->wait_for_message().error_type, "Runtime.InvalidEvent");
  fake->offer_event(event("fine"));
  EXPECT_EQ(fake->wait_for_message().body, R"({"batchItemFailures":[]})");
  fake->wait_until_idle();
  function.terminate();
  EXPECT_EQ(function.wait(), 0);
  EXPECT_TRUE(function.said(R"("message":"a change failed","sequenceNumber":"000000000000000000013",)"
                            R"("error":"the handler threw: poisoned"})"))
      << function.all();
  EXPECT_TRUE(function.said(R"("message":"changes handled","changes":1,"failed":1,"microseconds":)")) << function.all();
}

TEST_F(lambda_program, finishes_what_it_does_when_sigterm_comes) {
  function_program function("stop", {api()});
  fake->offer_event("1");
  EXPECT_EQ(fake->wait_for_message().body, "\"finished\"");
  EXPECT_EQ(function.wait(), 0);
}

TEST_F(lambda_program, serves_any_other_event) {
  function_program function("echo", {api(), "AWS_LAMBDA_MAX_CONCURRENCY=2"});
  fake->offer_event(R"({"any":"thing"})");
  EXPECT_EQ(fake->wait_for_message().body, R"({"any":"thing"})");
  fake->wait_until_idle();
  function.terminate();
  EXPECT_EQ(function.wait(), 0);
  EXPECT_TRUE(function.said("AWS_LAMBDA_MAX_CONCURRENCY is not supported")) << function.all();
}

// As AWS's own runtimes, which put "http://" before what they find and the version after it.
TEST_F(lambda_program, finds_the_api_by_an_address_with_a_scheme_or_a_path) {
  const std::string host = "127.0.0.1:" + std::to_string(on.port());
  for (const auto& [address, prefix] :
       std::vector<std::pair<std::string, std::string>>{{"http://" + host, ""},
                                                        {"HTTP://" + host + "/", ""},
                                                        {host + "/", ""},
                                                        {host + "/emulator/one/", "/emulator/one"}}) {
    function_program function("echo", {"AWS_LAMBDA_RUNTIME_API=" + address});
    fake->offer_event("1");
    EXPECT_EQ(fake->wait_for_message().target,
              prefix + "/2018-06-01/runtime/invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd/response");
    fake->wait_until_idle();
    function.terminate();
    EXPECT_EQ(function.wait(), 0) << function.all();
    fake->forget_who_waits();
  }
}

TEST_F(lambda_program, says_that_it_cannot_begin) {
  function_program function("init", {api()});
  const auto told = fake->wait_for_message();
  EXPECT_EQ(told.target, "/2018-06-01/runtime/init/error");
  EXPECT_EQ(told.error_type, "Runtime.InitFailed");
  EXPECT_EQ(told.body,
            R"({"errorMessage":"unavailable: no table today","errorType":"Runtime.InitFailed","stackTrace":[]})");
  EXPECT_EQ(function.wait(), 1);
}

TEST_F(lambda_program, ends_with_a_status_that_says_why) {
  EXPECT_EQ(function_program("echo", {}).wait(), 2);
  EXPECT_EQ(function_program("echo", {"AWS_LAMBDA_RUNTIME_API="}).wait(), 2);
  for (const char* address : {"https://127.0.0.1:9001", "http://", "http://here:none", "127.0.0.1:9001/?a"}) {
    function_program misled("echo", {std::string("AWS_LAMBDA_RUNTIME_API=") + address});
    EXPECT_EQ(misled.wait(), 2) << address;
    EXPECT_TRUE(misled.said(address)) << misled.all();
  }
  EXPECT_EQ(function_program("init", {}).wait(), 2);
  function_program function("echo", {api()});
  fake->wait_until_idle();
  fake->close();
  EXPECT_EQ(function.wait(), 3);
  on.stop(std::chrono::milliseconds(0));
  function_program late("echo", {api(), "AWS_LAMBDA_LOG_LEVEL=ERROR"});
  EXPECT_EQ(late.wait(), 3);
  EXPECT_TRUE(
      late.said(R"("level":"ERROR","message":"cannot get the next event","error":"Cannot connect to 127.0.0.1:)"))
      << late.all();
  function_program init("init", {api()});
  EXPECT_EQ(init.wait(), 3);
}

}  // namespace
}  // namespace dynamo::lambda
