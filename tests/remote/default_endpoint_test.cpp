#include <dynamo/remote/default_endpoint.hpp>

#include <gtest/gtest.h>

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
  void TearDown() override { EXPECT_TRUE(set_default_endpoint(nullptr, if_set::replace)); }
  std::shared_ptr<endpoint> first = std::make_shared<named>("first");
  std::shared_ptr<endpoint> second = std::make_shared<named>("second");
};

TEST_F(DefaultEndpoint, WithoutOneTheErrorSaysHowToWorkWithoutAws) {
  EXPECT_EQ(current_default_endpoint(), nullptr);
  const std::string text = answer();
  EXPECT_TRUE(text.starts_with("not_supported: ")) << text;
  EXPECT_NE(text.find("database::in_memory()"), std::string::npos);
  EXPECT_NE(text.find("database::open("), std::string::npos);
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
