#include <dynamo/protocol/operation.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace dynamo;

/// Answers every call with the same thing and remembers what it was asked.
class canned final : public endpoint {
 public:
  explicit canned(std::string body) : body_(std::move(body)) {}
  result<reply> call(request r) override {
    asked.emplace_back(r.body.view());
    deadline = r.deadline;
    stop = r.stop;
    reply answer{json::buffer(std::string_view(body_))};
    answer.request_id = "R1";
    answer.attempts = 2;
    return answer;
  }
  void start(request r, reply_sink& sink) override { sink.complete(call(std::move(r))); }

  std::vector<std::string> asked;
  std::optional<std::chrono::steady_clock::time_point> deadline;
  std::stop_token stop;

 private:
  std::string body_;
};

operation<std::string> text_of(std::shared_ptr<endpoint> via, std::string_view body) {
  return {std::move(via), request(operation_name::get_item, json::buffer(body)),
          [](reply&& answer, void*) -> result<std::string> { return std::string(answer.body.view()); }};
}

TEST(operation, run_makes_the_call_and_decodes_the_reply) {
  const auto via = std::make_shared<canned>(R"({"Item":{}})");
  EXPECT_EQ(text_of(via, "{}").run().value(), R"({"Item":{}})");
  EXPECT_EQ(via->asked, std::vector<std::string>{"{}"});
}

TEST(operation, details_bring_capacity_request_id_and_attempts) {
  const auto via = std::make_shared<canned>(R"({"Item":{},"ConsumedCapacity":{"TableName":"t","CapacityUnits":1.5}})");
  const auto found = text_of(via, R"({"TableName":"t"})").with_details().run();
  ASSERT_TRUE(found);
  EXPECT_EQ(via->asked.front(), R"({"TableName":"t","ReturnConsumedCapacity":"TOTAL"})");
  EXPECT_EQ(found->details.capacity_units, 1.5);
  EXPECT_EQ(found->details.request_id, "R1");
  EXPECT_EQ(found->details.attempts, 2u);
}

TEST(operation, a_time_is_a_deadline_and_the_earliest_counts) {
  const auto via = std::make_shared<canned>("{}");
  const auto before = std::chrono::steady_clock::now();
  ASSERT_TRUE(text_of(via, "{}").within(std::chrono::hours(1)).within(std::chrono::hours(2)).run());
  ASSERT_TRUE(via->deadline);
  EXPECT_GE(*via->deadline, before + std::chrono::hours(1));
  EXPECT_LE(*via->deadline, std::chrono::steady_clock::now() + std::chrono::hours(1));
}

TEST(operation, a_token_goes_with_the_request) {
  const auto via = std::make_shared<canned>("{}");
  std::stop_source source;
  ASSERT_TRUE(text_of(via, "{}").until_stopped(source.get_token()).with_details().run());
  source.request_stop();
  EXPECT_TRUE(via->stop.stop_requested());
}

TEST(operation, run_twice_sent_an_empty_body) {
  const auto via = std::make_shared<canned>("{}");
  auto call = text_of(via, "{}");
  ASSERT_TRUE(std::move(call).run());
  for (int again = 0; again < 2; ++again) {
    const auto outcome = std::move(call).run();  // NOLINT(bugprone-use-after-move): on purpose
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code(), errc::invalid_argument);
    EXPECT_TRUE(outcome.error().message().starts_with("This operation was run before")) << outcome.error().message();
  }
  EXPECT_EQ(via->asked.size(), 1u);
  auto first = text_of(via, "{}");
  const auto second = std::move(first);
  EXPECT_FALSE(std::move(first).run());                 // NOLINT(bugprone-use-after-move)
  EXPECT_FALSE(std::move(first).with_details().run());  // NOLINT(bugprone-use-after-move)
}

TEST(operation, without_an_endpoint_crashed) {
  const auto outcome = text_of(nullptr, "{}").run();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), errc::invalid_argument);
  EXPECT_TRUE(outcome.error().message().starts_with("There is no endpoint")) << outcome.error().message();
}

TEST(operation, what_could_not_be_encoded_is_never_sent) {
  const auto via = std::make_shared<canned>("{}");
  operation<std::string> call(via, fail(errc::invalid_argument, "NaN is no number"),
                              [](reply&&, void*) -> result<std::string> { return "sent"; });
  const auto outcome = std::move(call).run();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message(), "NaN is no number");
  EXPECT_TRUE(via->asked.empty());
}

}  // namespace
