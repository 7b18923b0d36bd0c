#include <dynamo/decorators/fault_plan.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace dynamo {
namespace {

using namespace std::chrono_literals;

request put(std::string_view table = "t") {
  json::buffer body(R"({"TableName":")");
  body.append(table);
  body.append(R"("})");
  return {operation_name::put_item, std::move(body)};
}
request batch() { return {operation_name::batch_write_item, json::buffer(R"({"RequestItems":{"t":[],"u":[]}})")}; }

/// The fates of so many puts, a letter each.
std::string fates(fault_plan& plan, int calls) {
  std::string all;
  for (int i = 0; i < calls; ++i) {
    const fault_decision decided = plan.decide(put());
    all += decided.what ? to_string(*decided.what).front() : '.';
  }
  return all;
}

TEST(FaultPlan, RulesSayWhichCallsTheyConcern) {
  fault_plan plan(1);
  plan.add(fault_rule(fault::throttle).at_call(2))
      .add(fault_rule(fault::internal_error).at_calls(4, 5))
      .add(fault_rule(fault::lost_reply).on(operation_name::get_item))
      .add(fault_rule(fault::lost_reply).at_table("other"))
      .add(fault_rule(fault::lost_request).with_probability(0))
      .add(fault_rule(fault::partial_batch));
  EXPECT_EQ(fates(plan, 6), ".t.ii.");
  EXPECT_EQ(plan.decide({operation_name::get_item, json::buffer("{}")}).what, fault::lost_reply);
  EXPECT_EQ(plan.decide(put("other")).what, fault::lost_reply);
  EXPECT_EQ(plan.decide(batch()).what, fault::partial_batch);
  EXPECT_EQ(plan.calls(), 9U);
}

TEST(FaultPlan, CountsTheCallsOfEachRuleApart) {
  fault_plan plan(1);
  plan.add(fault_rule(fault::throttle).at_table("u").at_call(2));
  EXPECT_FALSE(plan.decide(put("u")).what);
  EXPECT_FALSE(plan.decide(put("t")).what);
  EXPECT_EQ(plan.decide(batch()).what, fault::throttle);  // names t and u
  EXPECT_FALSE(plan.decide(put("u")).what);
}

TEST(FaultPlan, TheFirstRuleThatHitsDecidesAndDelaysAddUp) {
  fault_plan plan(1);
  plan.add(fault_rule(fault::delay).lasting(10ms))
      .add(fault_rule(fault::lost_reply))
      .add(fault_rule(fault::throttle))
      .add(fault_rule(fault::delay).lasting(5ms));
  const fault_decision decided = plan.decide(put());
  EXPECT_EQ(decided.what, fault::lost_reply);
  EXPECT_EQ(decided.delay, 15ms);
  EXPECT_EQ(plan.dealt(fault::delay), 2U);
  EXPECT_EQ(plan.dealt(fault::throttle), 0U);
  EXPECT_EQ(plan.dealt(), 3U);
}

TEST(FaultPlan, TheSameSeedGivesTheSameFaultsAndAnotherOthers) {
  const auto with_seed = [](std::uint64_t seed) {
    fault_plan plan(seed);
    plan.add(fault_rule(fault::throttle).with_probability(0.3))
        .add(fault_rule(fault::lost_reply).with_probability(0.3));
    return fates(plan, 200);
  };
  EXPECT_EQ(with_seed(7), with_seed(7));
  EXPECT_NE(with_seed(7), with_seed(8));
}

TEST(FaultPlan, ProbabilityIsTheShareOfCalls) {
  for (const double p : {0.01, 0.25, 0.5, 0.99}) {
    fault_plan plan(42);
    plan.add(fault_rule(fault::throttle).with_probability(p));
    fates(plan, 10'000);
    EXPECT_NEAR(static_cast<double>(plan.dealt()) / 10'000, p, 0.02);
  }
}

TEST(FaultPlan, CallsThatARuleDoesNotConcernChangeNothingForIt) {
  const auto of_table_t = [](bool others_between) {
    fault_plan plan(3);
    plan.add(fault_rule(fault::throttle).at_table("t").with_probability(0.5));
    std::string all;
    for (int i = 0; i < 100; ++i) {
      if (others_between && i % 3 == 0) {
        EXPECT_FALSE(plan.decide(put("u")).what);
      }
      all += plan.decide(put("t")).what ? 't' : '.';
    }
    return all;
  };
  EXPECT_EQ(of_table_t(false), of_table_t(true));
}

TEST(FaultPlan, TellsWhatItDealtOut) {
  fault_plan plan(1);
  plan.add(fault_rule(fault::throttle).at_table("u"));
  plan.decide(put("t"));
  plan.decide(put("u"));
  const auto history = plan.history();
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].what, fault::throttle);
  EXPECT_EQ(history[0].operation, operation_name::put_item);
  EXPECT_EQ(history[0].table, "u");
  EXPECT_EQ(history[0].call, 2U);
}

TEST(FaultPlan, HistoryIsBounded) {
  fault_plan plan(1);
  plan.add(fault_rule(fault::throttle));
  for (std::size_t i = 0; i < fault_plan::history_max + 5; ++i) plan.decide(put());
  EXPECT_EQ(plan.history().size(), fault_plan::history_max);
  EXPECT_EQ(plan.history().front().call, 6U);
  EXPECT_EQ(plan.dealt(), fault_plan::history_max + 5);
}

TEST(FaultPlan, APausedPlanLetsEverythingPassAndCountsNothing) {
  fault_plan plan(1);
  plan.add(fault_rule(fault::throttle).at_call(2));
  plan.decide(put());
  plan.pause();
  EXPECT_EQ(fates(plan, 3), "...");
  plan.resume();
  EXPECT_EQ(fates(plan, 2), "t.");
}

TEST(Fault, EveryOneHasAName) {
  EXPECT_EQ(to_string(fault::throttle), "throttle");
  EXPECT_EQ(to_string(fault::partial_batch), "partial_batch");
}

}  // namespace
}  // namespace dynamo
