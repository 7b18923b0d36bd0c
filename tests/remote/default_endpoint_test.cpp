#include <dynamo/remote/default_endpoint.hpp>

#include <dynamo/remote.hpp>

#include <gtest/gtest.h>
#include <support/without_aws.hpp>

#include <memory>
#include <string>
#include <utility>

namespace dynamo {
namespace {

/// Answers its own name.
class named final : public endpoint {
 public:
  explicit named(std::string name) : name_(std::move(name)) {}
  result<reply> call(request) override { return reply(json::buffer(name_)); }
  void start(request r, reply_sink& sink) override { sink.complete(call(std::move(r))); }

 private:
  std::string name_;
};

struct kept final : reply_sink {
  std::string body;
  void complete(result<reply> answer) noexcept override {
    body = answer ? std::string(answer->body.view()) : answer.error().describe();
  }
};

/// What the default endpoint answers; both ways to call must agree.
std::string answer() {
  const auto called = default_endpoint()->call(request(operation_name::list_tables, json::buffer("{}")));
  kept started;
  default_endpoint()->start(request(operation_name::list_tables, json::buffer("{}")), started);
  const std::string body = called ? std::string(called->body.view()) : called.error().describe();
  EXPECT_EQ(body, started.body);
  return body;
}

class DefaultEndpoint : public ::testing::Test {
 protected:
  void SetUp() override { testing_support::forget_aws(); }
  void TearDown() override { EXPECT_TRUE(set_default_endpoint(nullptr, if_set::replace)); }
  std::shared_ptr<endpoint> first = std::make_shared<named>("first");
  std::shared_ptr<endpoint> second = std::make_shared<named>("second");
};

TEST_F(DefaultEndpoint, WithoutOneTheErrorSaysHowToWorkWithoutAws) {
  EXPECT_EQ(current_default_endpoint(), nullptr);
  const std::string text = answer();
  EXPECT_TRUE(text.starts_with("invalid_argument: No default endpoint is set, and DynamoDB cannot be one: No region"))
      << text;
  EXPECT_NE(text.find("database::in_memory()"), std::string::npos);
  EXPECT_NE(text.find("database::open("), std::string::npos);
}

TEST_F(DefaultEndpoint, WithoutCredentialsTheFirstCallSaysWhereItLooked) {
  ::setenv("AWS_REGION", "eu-west-1", 1);
  const std::string text = answer();
  EXPECT_TRUE(text.starts_with("unavailable: ")) << text;
  for (const char* const place : {"environment variables", "profile", "dynamo::database"}) {
    EXPECT_NE(text.find(place), std::string::npos) << place << " is not in: " << text;
  }
  EXPECT_EQ(current_default_endpoint(), nullptr) << "nobody has set it";
}

remote_options in_region(const std::string& region) {
  remote_options options;
  options.region = region;
  options.credentials = auth::credentials("AKID", "secret");
  return options;
}

TEST_F(DefaultEndpoint, InitAgainIsFineWithEqualOptionsAndReplacesOthers) {
  ASSERT_TRUE(init(in_region("eu-west-1")));
  const auto made = current_default_endpoint();
  ASSERT_NE(made, nullptr);
  EXPECT_TRUE(init(in_region("eu-west-1")));
  EXPECT_EQ(current_default_endpoint(), made);
  EXPECT_TRUE(init(in_region("eu-central-1")));
  EXPECT_NE(current_default_endpoint(), made);
  EXPECT_EQ(init(in_region("no such region")).error().code(), errc::invalid_argument);
}

TEST_F(DefaultEndpoint, InitReplacesNothingThatTheProgramSet) {
  ASSERT_TRUE(set_default_endpoint(first));
  EXPECT_EQ(init(in_region("eu-west-1")).error().code(), errc::in_use);
  EXPECT_EQ(answer(), "first");
}

TEST_F(DefaultEndpoint, InitIsStillEqualAfterAScopeThatHadAnother) {
  ASSERT_TRUE(init(in_region("eu-west-1")));
  const auto made = current_default_endpoint();
  ASSERT_TRUE(set_default_endpoint(first, if_set::replace));
  ASSERT_TRUE(set_default_endpoint(made, if_set::replace));
  EXPECT_TRUE(init(in_region("eu-west-1")));
  EXPECT_EQ(current_default_endpoint(), made);
}

TEST_F(DefaultEndpoint, TheOneThatIsSetGetsTheCalls) {
  ASSERT_TRUE(set_default_endpoint(first));
  EXPECT_EQ(answer(), "first");
  EXPECT_EQ(current_default_endpoint(), first);
}

TEST_F(DefaultEndpoint, AnotherOneIsRefusedUnlessItReplaces) {
  ASSERT_TRUE(set_default_endpoint(first));
  EXPECT_TRUE(set_default_endpoint(first));
  EXPECT_EQ(set_default_endpoint(second).error().code(), errc::in_use);
  EXPECT_EQ(set_default_endpoint(nullptr).error().code(), errc::in_use);
  EXPECT_EQ(answer(), "first");
  EXPECT_TRUE(set_default_endpoint(second, if_set::replace));
  EXPECT_EQ(answer(), "second");
}

TEST_F(DefaultEndpoint, AHolderFollowsEveryChange) {
  const std::shared_ptr<endpoint> held = default_endpoint();
  ASSERT_TRUE(set_default_endpoint(first));
  EXPECT_EQ(held->call(request(operation_name::list_tables, json::buffer("{}")))->body.view(), "first");
  EXPECT_EQ(held, default_endpoint());
}

TEST_F(DefaultEndpoint, WhatWasReplacedIsReleased) {
  ASSERT_TRUE(set_default_endpoint(first));
  ASSERT_TRUE(set_default_endpoint(second, if_set::replace));
  EXPECT_EQ(first.use_count(), 1);
}

TEST_F(DefaultEndpoint, DoesNotForwardToItself) {
  EXPECT_EQ(set_default_endpoint(default_endpoint()).error().code(), errc::invalid_argument);
}

}  // namespace
}  // namespace dynamo
