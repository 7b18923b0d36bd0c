#include <dynamo/decorators/faulty.hpp>

#include <dynamo/testing/virtual_clock.hpp>

#include <decorators/scripted_endpoint.hpp>
#include <gtest/gtest.h>
#include <support/wire.hpp>

#include <memory>
#include <string>

namespace dynamo {
namespace {

using namespace std::chrono_literals;
using testing::virtual_clock;
using testing_support::elements;
using testing_support::kept_outcome;
using testing_support::member;
using testing_support::outcome_of;
using testing_support::scripted_endpoint;

request put() { return {operation_name::put_item, json::buffer(R"({"TableName":"t"})")}; }

class Faulty : public ::testing::TestWithParam<bool> {
 protected:
  result<reply> outcome(request r) { return outcome_of(*via, std::move(r), GetParam(), time); }
  std::chrono::microseconds passed() const { return time.now() - start; }

  virtual_clock time;
  instant start = time.now();
  std::shared_ptr<scripted_endpoint> inner = std::make_shared<scripted_endpoint>();
  std::shared_ptr<fault_plan> plan = std::make_shared<fault_plan>(1);
  std::shared_ptr<endpoint> via = faulty(inner, plan, time);
};
INSTANTIATE_TEST_SUITE_P(, Faulty, ::testing::Bool(),
                         [](const auto& way) { return way.param ? "Started" : "Blocking"; });

TEST_P(Faulty, PassesOnWhatMeetsNoFault) {
  inner->answer(R"({"a":1})");
  inner->answer(error(errc::validation, "no"));
  EXPECT_EQ(outcome(put())->body.view(), R"({"a":1})");
  EXPECT_EQ(outcome(put()).error().code(), errc::validation);
}

TEST_P(Faulty, DealsOutTheErrorsOfTheCloud) {
  struct {
    fault what;
    errc code;
    bool unknown, executed;
    std::string type;
  } const cases[] = {
      {fault::throttle, errc::throttled, false, false,
       "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"},
      {fault::internal_error, errc::internal_server_error, true, false,
       "com.amazonaws.dynamodb.v20120810#InternalServerError"},
      {fault::lost_request, errc::transport, true, false, ""},
      {fault::lost_reply, errc::transport, true, true, ""},
  };
  for (const auto& each : cases) {
    plan = std::make_shared<fault_plan>(1);
    plan->add(fault_rule(each.what).at_call(1));
    via = faulty(inner, plan, time);
    const std::size_t before = inner->calls();
    const auto answer = outcome(put());
    ASSERT_FALSE(answer) << to_string(each.what);
    EXPECT_EQ(answer.error().code(), each.code);
    EXPECT_TRUE(answer.error().retryable());
    EXPECT_EQ(answer.error().outcome_unknown(), each.unknown) << to_string(each.what);
    EXPECT_EQ(answer.error().detail().type, each.type);
    EXPECT_EQ(inner->calls() - before, each.executed ? 1U : 0U) << to_string(each.what);
    EXPECT_EQ(plan->dealt(each.what), 1U);
    EXPECT_TRUE(outcome(put()));
  }
}

TEST_P(Faulty, ALostRequestLooksLikeALostReply) {
  plan->add(fault_rule(fault::lost_request).at_call(1)).add(fault_rule(fault::lost_reply));
  const auto request_lost = outcome(put()), reply_lost = outcome(put());
  EXPECT_EQ(request_lost.error().describe(), reply_lost.error().describe());
}

TEST_P(Faulty, AReadThatFailsInsideTheServiceHasNoOutcomeToDoubt) {
  plan->add(fault_rule(fault::internal_error));
  EXPECT_FALSE(outcome({operation_name::query, json::buffer("{}")}).error().outcome_unknown());
}

TEST_P(Faulty, ADelayedCallIsExecutedLater) {
  plan->add(fault_rule(fault::delay).lasting(3s));
  inner->answer(R"({"a":1})");
  EXPECT_EQ(outcome(put())->body.view(), R"({"a":1})");
  EXPECT_EQ(passed(), 3s);
}

TEST_P(Faulty, ADelayEndsWithTheDeadlineAndNothingIsSent) {
  plan->add(fault_rule(fault::delay).lasting(3s));
  request r = put();
  r.deadline = time.steady_now() + 1s;
  EXPECT_EQ(outcome(std::move(r)).error().code(), errc::timed_out);
  EXPECT_EQ(passed(), 1s);
  EXPECT_EQ(inner->calls(), 0U);
}

TEST_P(Faulty, ADelayEndsWhenTheCallIsStopped) {
  plan->add(fault_rule(fault::delay).lasting(3s));
  request r = put();
  std::stop_source stop;
  r.stop = stop.get_token();
  if (GetParam()) {
    kept_outcome kept;
    via->start(std::move(r), kept);
    stop.request_stop();
    ASSERT_TRUE(kept.done());
    EXPECT_EQ(kept.answer().error().code(), errc::cancelled);
  } else {
    stop.request_stop();
    EXPECT_EQ(via->call(std::move(r)).error().code(), errc::cancelled);
  }
  EXPECT_EQ(inner->calls(), 0U);
}

TEST_P(Faulty, OfAPartialBatchTheRestComesBackAsUnprocessed) {
  plan->add(fault_rule(fault::partial_batch));
  inner->answer(R"({"UnprocessedItems":{}})");
  const auto answer = outcome({operation_name::batch_write_item, json::buffer(R"({"RequestItems":{"t":[1,2,3,4]}})")});
  ASSERT_TRUE(answer);
  const auto sent = elements(*member(*member(inner->requests().at(0).body, "RequestItems"), "t"));
  const auto rest = elements(*member(*member(answer->body.view(), "UnprocessedItems"), "t"));
  EXPECT_EQ(sent.size() + rest.size(), 4U);
  EXPECT_FALSE(sent.empty());
  EXPECT_FALSE(rest.empty());
}

TEST_P(Faulty, OfAPartialBatchThatFailsTheErrorComesBack) {
  plan->add(fault_rule(fault::partial_batch));
  inner->answer(error(errc::resource_not_found, "no table"));
  const auto answer = outcome({operation_name::batch_write_item, json::buffer(R"({"RequestItems":{"t":[1,2]}})")});
  EXPECT_EQ(answer.error().code(), errc::resource_not_found);
}

TEST_P(Faulty, ABatchOfOneIsThrottledInstead) {
  plan->add(fault_rule(fault::partial_batch));
  const auto answer = outcome({operation_name::batch_write_item, json::buffer(R"({"RequestItems":{"t":[1]}})")});
  EXPECT_EQ(answer.error().code(), errc::throttled);
  EXPECT_EQ(inner->calls(), 0U);
}

}  // namespace
}  // namespace dynamo
