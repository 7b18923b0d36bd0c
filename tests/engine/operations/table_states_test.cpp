// States of tables that tools ask for: continuous backups, contributor insights, Kinesis destinations, replicas.
#include "attachments_fixture.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace dynamo::engine_tests {
namespace {

using enum operation_name;

class table_states : public attachments {
 protected:
  std::string type_of(operation_name op, const std::string& body) {
    const auto came = db_->call(request(op, json::buffer(body)));
    return came ? "none" : came.error().detail().type;
  }
  static std::string recovery_body(const std::string& specification) {
    return R"({"TableName":"orders","PointInTimeRecoverySpecification":)" + specification + "}";
  }
  static std::string insights_body(const std::string& more) { return R"({"TableName":"orders",)" + more + "}"; }
  std::string listed(const std::string& body) { return told(list_contributor_insights, body); }
};

const std::string recovery_off = R"({"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED",)"
                                 R"("PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"DISABLED"}}})";

std::string recovery_on(const std::string& earliest, const std::string& latest, int days) {
  return R"({"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED","PointInTimeRecoveryDescription":{)"
         R"("EarliestRestorableDateTime":)" +
         earliest + R"(,"LatestRestorableDateTime":)" + latest +
         R"(,"PointInTimeRecoveryStatus":"ENABLED","RecoveryPeriodInDays":)" + std::to_string(days) + "}}}";
}

TEST_F(table_states, of_continuous_backups_are_kept) {
  make("orders");
  EXPECT_EQ(told(describe_continuous_backups, name_body("orders")), recovery_off);
  EXPECT_EQ(told(update_continuous_backups, recovery_body(R"({"PointInTimeRecoveryEnabled":false})")), recovery_off);
  EXPECT_EQ(told(update_continuous_backups, recovery_body(R"({"PointInTimeRecoveryEnabled":true})")),
            recovery_on("1772352000.000", "1772352000.000", 35));
  time_.advance(std::chrono::hours(1));
  EXPECT_EQ(told(describe_continuous_backups, name_body("orders")),
            recovery_on("1772352000.000", "1772355300.000", 35));
  // Another period keeps the time since when; what is older than the period cannot be restored.
  EXPECT_EQ(
      told(update_continuous_backups, recovery_body(R"({"PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":1})")),
      recovery_on("1772352000.000", "1772355300.000", 1));
  time_.advance(std::chrono::hours(47));
  reopen();
  EXPECT_EQ(told(describe_continuous_backups, name_body("orders")), recovery_on("1772438400.000", "1772524500.000", 1));
  EXPECT_EQ(stored_kinds(), "b");
  EXPECT_EQ(told(update_continuous_backups, recovery_body(R"({"PointInTimeRecoveryEnabled":false})")), recovery_off);
  EXPECT_EQ(stored_kinds(), "");
}

TEST_F(table_states, of_continuous_backups_have_their_own_exceptions) {
  EXPECT_EQ(told(describe_continuous_backups, name_body("orders")), "resource_not_found: Table not found: orders");
  const std::string enable = recovery_body(R"({"PointInTimeRecoveryEnabled":true})");
  for (const auto& [op, body] :
       {std::pair(describe_continuous_backups, name_body("orders")), std::pair(update_continuous_backups, enable)}) {
    EXPECT_EQ(type_of(op, body), "com.amazonaws.dynamodb.v20120810#TableNotFoundException");
  }
  make("orders");
  const std::string constraint = " failed to satisfy constraint: Member must ";
  const std::string at = "'pointInTimeRecoverySpecification.recoveryPeriodInDays'";
  const struct {
    std::string specification, said;
  } rows[] = {
      {"{}",
       "Value null at 'pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled'" + constraint + "not be null"},
      {"null", "Value null at 'pointInTimeRecoverySpecification'" + constraint + "not be null"},
      {R"({"PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":0})",
       "Value '0' at " + at + constraint + "have value greater than or equal to 1"},
      {R"({"PointInTimeRecoveryEnabled":true,"RecoveryPeriodInDays":36})",
       "Value '36' at " + at + constraint + "have value less than or equal to 35"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(told(update_continuous_backups, recovery_body(row.specification)),
              "validation: 1 validation error detected: " + row.said);
  }
}

TEST_F(table_states, of_contributor_insights_are_kept_by_table_and_index) {
  make("orders");
  EXPECT_EQ(told(describe_contributor_insights, name_body("orders")),
            R"({"ContributorInsightsStatus":"DISABLED","TableName":"orders"})");
  EXPECT_EQ(
      told(update_contributor_insights, insights_body(R"("ContributorInsightsAction":"ENABLE")")),
      R"({"ContributorInsightsMode":"ACCESSED_AND_THROTTLED_KEYS","ContributorInsightsStatus":"ENABLING","TableName":"orders"})");
  const std::string index = R"("IndexName":"by_value")";
  EXPECT_EQ(told(describe_contributor_insights, insights_body(index)),
            R"({"ContributorInsightsStatus":"DISABLED","IndexName":"by_value","TableName":"orders"})");
  time_.advance(std::chrono::seconds(1));
  EXPECT_EQ(
      told(
          update_contributor_insights,
          insights_body(index + R"(,"ContributorInsightsAction":"ENABLE","ContributorInsightsMode":"THROTTLED_KEYS")")),
      R"({"ContributorInsightsMode":"THROTTLED_KEYS","ContributorInsightsStatus":"ENABLING","IndexName":"by_value","TableName":"orders"})");
  reopen();
  EXPECT_EQ(told(describe_contributor_insights, name_body("orders")),
            R"({"ContributorInsightsMode":"ACCESSED_AND_THROTTLED_KEYS","ContributorInsightsRuleList":[],)"
            R"("ContributorInsightsStatus":"ENABLED","LastUpdateDateTime":1772352000.000,"TableName":"orders"})");
  EXPECT_EQ(
      told(describe_contributor_insights, insights_body(index)),
      R"({"ContributorInsightsMode":"THROTTLED_KEYS","ContributorInsightsRuleList":[],)"
      R"("ContributorInsightsStatus":"ENABLED","LastUpdateDateTime":1772352001.000,"IndexName":"by_value","TableName":"orders"})");
  EXPECT_EQ(
      told(update_contributor_insights, insights_body(index + R"(,"ContributorInsightsAction":"DISABLE")")),
      R"({"ContributorInsightsMode":"THROTTLED_KEYS","ContributorInsightsStatus":"DISABLING","IndexName":"by_value","TableName":"orders"})");
  EXPECT_EQ(told(describe_contributor_insights, insights_body(index)),
            R"({"ContributorInsightsMode":"THROTTLED_KEYS","ContributorInsightsStatus":"DISABLED",)"
            R"("LastUpdateDateTime":1772352001.000,"IndexName":"by_value","TableName":"orders"})");
  drop("orders");
  EXPECT_EQ(stored_kinds(), "");
}

TEST_F(table_states, of_contributor_insights_are_listed_in_pages) {
  for (const char* const table : {"ccc", "aaa", "bbb"}) make(table);
  must(update_contributor_insights,
       R"({"TableName":"bbb","IndexName":"by_value","ContributorInsightsAction":"ENABLE"})");
  std::string all, token;
  int pages = 0;
  do {
    const answer page = call(list_contributor_insights,
                             R"({"MaxResults":4)" + (token.empty() ? "" : R"(,"NextToken":")" + token + "\"") + "}");
    ASSERT_TRUE(page.ok) << page.to_string();
    for (const std::string& one : elements(member(page.body, "ContributorInsightsSummaries").value_or("[]"))) {
      all += text_member(one, "TableName") + "." + text_member(one, "IndexName") + "=" +
             text_member(one, "ContributorInsightsStatus") + " ";
    }
    token = text_member(page.body, "NextToken");
    ++pages;
  } while (!token.empty());
  EXPECT_EQ(
      all,
      "aaa.=DISABLED aaa.by_value=DISABLED bbb.=DISABLED bbb.by_value=ENABLED ccc.=DISABLED ccc.by_value=DISABLED ");
  EXPECT_EQ(pages, 2);
  EXPECT_EQ(
      listed(name_body("bbb")),
      R"({"ContributorInsightsSummaries":[{"ContributorInsightsStatus":"DISABLED","TableName":"bbb"},)"
      R"({"ContributorInsightsMode":"ACCESSED_AND_THROTTLED_KEYS","ContributorInsightsStatus":"ENABLED","IndexName":"by_value","TableName":"bbb"}]})");
  EXPECT_EQ(listed(name_body("zzz")), "resource_not_found: Requested resource not found: Table: zzz not found");
  EXPECT_EQ(listed(R"({"NextToken":"?"})"), "validation: Invalid NextToken");
}

TEST_F(table_states, of_contributor_insights_are_checked) {
  make("orders");
  const std::string one_error = "validation: 1 validation error detected: ",
                    constraint = " failed to satisfy constraint: Member must ";
  const struct {
    operation_name op;
    std::string body, said;
  } rows[] = {
      {describe_contributor_insights, name_body("others"),
       "resource_not_found: Requested resource not found: Table: others not found"},
      {update_contributor_insights, R"({"TableName":"others","ContributorInsightsAction":"ENABLE"})",
       "resource_not_found: Requested resource not found: Table: others not found"},
      {describe_contributor_insights, insights_body(R"("IndexName":"nothing")"),
       "resource_not_found: Requested resource not found: Index: nothing not found"},
      {update_contributor_insights, insights_body(R"("IndexName":"nothing","ContributorInsightsAction":"ENABLE")"),
       "resource_not_found: Requested resource not found: Index: nothing not found"},
      {update_contributor_insights, name_body("orders"),
       one_error + "Value null at 'contributorInsightsAction'" + constraint + "not be null"},
      {update_contributor_insights, insights_body(R"("ContributorInsightsAction":"ON")"),
       one_error + "Value 'ON' at 'contributorInsightsAction'" + constraint +
           "satisfy enum value set: [ENABLE, DISABLE]"},
      {update_contributor_insights,
       insights_body(R"("ContributorInsightsAction":"ENABLE","ContributorInsightsMode":"ALL")"),
       one_error + "Value 'ALL' at 'contributorInsightsMode'" + constraint +
           "satisfy enum value set: [ACCESSED_AND_THROTTLED_KEYS, THROTTLED_KEYS]"},
      {list_contributor_insights, R"({"MaxResults":101})",
       one_error + "Value '101' at 'maxResults'" + constraint + "have value less than or equal to 100"},
  };
  for (const auto& row : rows) EXPECT_EQ(told(row.op, row.body), row.said) << row.body;
}

TEST_F(table_states, of_what_a_table_never_has_are_empty) {
  make("orders");
  EXPECT_EQ(told(describe_kinesis_streaming_destination, name_body("orders")),
            R"({"KinesisDataStreamDestinations":[],"TableName":"orders"})");
  EXPECT_EQ(told(describe_table_replica_auto_scaling, name_body("orders")),
            R"({"TableAutoScalingDescription":{"Replicas":[],"TableName":"orders","TableStatus":"ACTIVE"}})");
  for (const operation_name op : {describe_kinesis_streaming_destination, describe_table_replica_auto_scaling}) {
    EXPECT_EQ(told(op, name_body("others")),
              "resource_not_found: Requested resource not found: Table: others not found");
  }
}

}  // namespace
}  // namespace dynamo::engine_tests
