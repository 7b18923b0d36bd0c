// What UpdateTable changes of a table that is there: billing, throughput, class, encryption, protection.
#include "table_settings_fixture.hpp"

#include <chrono>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using std::chrono::hours;
using std::chrono::minutes;

class updated_settings : public table_settings_fixture {
 protected:
  /// The update succeeds, and its answer says UPDATING.
  void must(std::string_view settings) {
    const std::string came = update(settings);
    EXPECT_EQ(text_member(member(came, "TableDescription").value_or(""), "TableStatus"), "UPDATING") << came;
  }
};

TEST_F(updated_settings, of_nothing_are_refused) {
  create(on_demand);
  const std::string words =
      "validation: At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
      "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required";
  EXPECT_EQ(told(operation_name::update_table, R"({"TableName":"things"})"), words);
  EXPECT_EQ(told(operation_name::update_table, R"({"TableName":"nothing"})"), words);
  EXPECT_EQ(told(operation_name::update_table, R"({"TableName":"nothing","DeletionProtectionEnabled":true})"),
            "resource_not_found: Requested resource not found: Table: nothing not found");
}

TEST_F(updated_settings, are_described) {
  struct row {
    std::string_view settings;
    std::string_view name;
    std::string_view text;
  };
  create(on_demand);
  for (const row& r :
       {row{R"("DeletionProtectionEnabled":true)", "DeletionProtectionEnabled", "true"},
        row{R"("DeletionProtectionEnabled":false)", "DeletionProtectionEnabled", "false"},
        row{R"("SSESpecification":{"Enabled":true,"SSEType":"KMS","KMSMasterKeyId":"k"})", "SSEDescription",
            R"({"KMSMasterKeyArn":"arn:aws:kms:local:000000000000:key/k","SSEType":"KMS","Status":"ENABLED"})"},
        row{R"("SSESpecification":{"Enabled":false})", "SSEDescription", "-"},
        row{R"("OnDemandThroughput":{"MaxReadRequestUnits":4,"MaxWriteRequestUnits":5})", "OnDemandThroughput",
            R"({"MaxReadRequestUnits":4,"MaxWriteRequestUnits":5})"},
        row{R"("OnDemandThroughput":{"MaxReadRequestUnits":-1})", "OnDemandThroughput",
            R"({"MaxReadRequestUnits":-1,"MaxWriteRequestUnits":5})"},
        row{R"("OnDemandThroughput":{"MaxWriteRequestUnits":-1})", "OnDemandThroughput", "-"},
        row{R"("WarmThroughput":{"ReadUnitsPerSecond":13000})", "WarmThroughput",
            R"({"ReadUnitsPerSecond":13000,"Status":"ACTIVE","WriteUnitsPerSecond":4000})"},
        row{R"("TableClass":"STANDARD_INFREQUENT_ACCESS")", "TableClassSummary",
            R"({"LastUpdateDateTime":1772352000.000,"TableClass":"STANDARD_INFREQUENT_ACCESS"})"},
        row{R"("BillingMode":"PAY_PER_REQUEST")", "BillingModeSummary",
            R"({"BillingMode":"PAY_PER_REQUEST","LastUpdateToPayPerRequestDateTime":1772352000.000})"}}) {
    must(r.settings);
    EXPECT_EQ(shown(r.name), r.text) << r.settings;
    EXPECT_EQ(shown("TableStatus"), R"("ACTIVE")");
  }
}

TEST_F(updated_settings, that_cannot_be_are_refused) {
  struct row {
    std::string settings;
    std::string words;
  };
  create_indexed(provisioned, "," + units(1, 1));
  for (
      const row& r :
      {row{units(5, 6),
           "validation: The provisioned throughput for the table will not change. The requested value equals the current "
           "value. Current ReadCapacityUnits provisioned for the table: 5. Requested ReadCapacityUnits: 5. Current "
           "WriteCapacityUnits provisioned for the table: 6. Requested WriteCapacityUnits: 6. Refer to the Amazon "
           "DynamoDB Developer Guide for current limits and how to request higher limits."},
       row{R"("BillingMode":"PROVISIONED")",
           invalid + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"},
       row{R"("BillingMode":"PAY_PER_REQUEST",)" + units(1, 1),
           invalid +
               "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"},
       row{R"("OnDemandThroughput":{"MaxReadRequestUnits":1})",
           invalid + "OnDemandThroughput of the table can be specified only when BillingMode is PAY_PER_REQUEST"},
       row{R"("WarmThroughput":{"ReadUnitsPerSecond":1})",
           invalid + "WarmThroughput of the table cannot be decreased. Current ReadUnitsPerSecond: 5, requested: 1. "
                     "Current WriteUnitsPerSecond: 6, requested: 6"},
       row{units(7, 7) + R"(,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"})",
           invalid + "You cannot modify stream status while updating table IOPS"},
       row{R"("TableClass":"STANDARD","DeletionProtectionEnabled":true)",
           invalid + "TableClass cannot be changed together with other settings of the table"},
       row{of_index(units(1, 1)),
           "validation: The provisioned throughput for the index by_v will not change. The requested value equals the "
           "current value. Current ReadCapacityUnits provisioned for the index by_v: 1. Requested ReadCapacityUnits: 1. "
           "Current WriteCapacityUnits provisioned for the index by_v: 1. Requested WriteCapacityUnits: 1. Refer to the "
           "Amazon DynamoDB Developer Guide for current limits and how to request higher limits."},
       row{units(7, 7) + R"(,"GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by_v"}}])",
           invalid + "Provisioned throughput cannot be changed by the call that adds or removes an index"},
       row{R"("GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"by_w",)" + units(2, 2) + "}}]",
           "resource_not_found: Requested resource not found: Index: by_w of table: things not found"},
       row{R"("GlobalSecondaryIndexUpdates":[{"Update":{"IndexName":"by_v"}}])",
           invalid +
               "At least one of ProvisionedThroughput, OnDemandThroughput or WarmThroughput is required for index: by_v"},
       row{R"("ReplicaUpdates":[{}])", "not_supported: ReplicaUpdates is not supported by the embedded engine yet"},
       row{R"("MultiRegionConsistency":"STRONG")",
           "not_supported: MultiRegionConsistency is not supported by the embedded engine yet"},
       row{R"("GlobalTableWitnessUpdates":[{}])",
           "not_supported: GlobalTableWitnessUpdates is not supported by the embedded engine yet"}}) {
    const std::string before = described();
    EXPECT_EQ(update(r.settings), r.words) << r.settings;
    EXPECT_EQ(described(), before) << r.settings;
  }
}

TEST_F(updated_settings, of_throughput_note_when_it_grew_and_shrank) {
  create_indexed(provisioned, "," + units(1, 1));
  time_.advance(hours(1));
  must(units(10, 6) + "," + of_index(units(3, 1)));
  EXPECT_EQ(shown("ProvisionedThroughput"),
            R"({"LastIncreaseDateTime":1772355600.000,"NumberOfDecreasesToday":0,"ReadCapacityUnits":10,)"
            R"("WriteCapacityUnits":6})");
  EXPECT_EQ(shown_of_index("ProvisionedThroughput"),
            R"({"LastIncreaseDateTime":1772355600.000,"NumberOfDecreasesToday":0,"ReadCapacityUnits":3,)"
            R"("WriteCapacityUnits":1})");
  time_.advance(hours(1));
  must(units(9, 7));
  EXPECT_EQ(
      shown("ProvisionedThroughput"),
      R"({"LastDecreaseDateTime":1772359200.000,"LastIncreaseDateTime":1772359200.000,"NumberOfDecreasesToday":1,)"
      R"("ReadCapacityUnits":9,"WriteCapacityUnits":7})");
  time_.advance(hours(24));
  EXPECT_EQ(member(shown("ProvisionedThroughput"), "NumberOfDecreasesToday"), "0");
}

TEST_F(updated_settings, of_throughput_decrease_four_times_and_then_once_an_hour) {
  create(units(100, 100));
  for (int left = 99; left >= 96; --left) must(units(left, 100));
  EXPECT_EQ(
      update(units(95, 100)),
      "limit_exceeded: Subscriber limit exceeded: the provisioned throughput of the table was decreased 4 times today "
      "(UTC). After 4 decreases another is allowed an hour after the last one: at 2026-03-01T09:00:00");
  must(units(200, 100));
  time_.advance(hours(1));
  must(units(95, 100));
  EXPECT_EQ(member(shown("ProvisionedThroughput"), "NumberOfDecreasesToday"), "5");
  EXPECT_NE(update(units(94, 100)).find("limit_exceeded"), std::string::npos);
}

TEST_F(updated_settings, of_billing_go_both_ways) {
  create_indexed(on_demand, R"(,"OnDemandThroughput":{"MaxWriteRequestUnits":3})");
  time_.advance(hours(1));
  EXPECT_EQ(
      update(R"("BillingMode":"PROVISIONED")"),
      invalid + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
  EXPECT_EQ(update(R"("BillingMode":"PROVISIONED",)" + units(2, 3)),
            invalid + "ProvisionedThroughput must be specified for index: by_v");
  EXPECT_EQ(
      update(units(2, 3)),
      invalid +
          "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
  must(R"("BillingMode":"PROVISIONED",)" + units(2, 3) + "," + of_index(units(4, 5)));
  EXPECT_EQ(shown("BillingModeSummary"),
            R"({"BillingMode":"PROVISIONED","LastUpdateToPayPerRequestDateTime":1772352000.000})");
  EXPECT_EQ(shown("ProvisionedThroughput"),
            R"({"NumberOfDecreasesToday":0,"ReadCapacityUnits":2,"WriteCapacityUnits":3})");
  EXPECT_EQ(shown_of_index("ProvisionedThroughput"),
            R"({"NumberOfDecreasesToday":0,"ReadCapacityUnits":4,"WriteCapacityUnits":5})");
  EXPECT_EQ(shown_of_index("OnDemandThroughput"), "-");
  EXPECT_EQ(shown_of_index("WarmThroughput"), R"({"ReadUnitsPerSecond":4,"Status":"ACTIVE","WriteUnitsPerSecond":5})");
  EXPECT_EQ(
      update(R"("BillingMode":"PAY_PER_REQUEST",)" + of_index(units(1, 1))),
      invalid +
          "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST");
  time_.advance(hours(1));
  must(R"("BillingMode":"PAY_PER_REQUEST")");
  EXPECT_EQ(shown("BillingModeSummary"),
            R"({"BillingMode":"PAY_PER_REQUEST","LastUpdateToPayPerRequestDateTime":1772359200.000})");
  EXPECT_EQ(shown_of_index("ProvisionedThroughput"),
            R"({"NumberOfDecreasesToday":0,"ReadCapacityUnits":0,"WriteCapacityUnits":0})");
}

TEST_F(updated_settings, of_billing_go_to_on_demand_four_times_in_24_hours) {
  create(provisioned);
  const std::string to_provisioned = R"("BillingMode":"PROVISIONED",)" + units(1, 1);
  const std::string_view to_on_demand = R"("BillingMode":"PAY_PER_REQUEST")";
  for (int i = 0; i < 4; ++i) {
    must(to_on_demand);
    must(to_provisioned);
    time_.advance(hours(1));
  }
  EXPECT_EQ(
      update(to_on_demand),
      "limit_exceeded: Subscriber limit exceeded: Update to PayPerRequest mode are limited to 4 times in 1 day(s).");
  time_.advance(hours(20) - minutes(1));
  EXPECT_NE(update(to_on_demand).find("limit_exceeded"), std::string::npos);
  time_.advance(minutes(1));
  must(to_on_demand);
}

TEST_F(updated_settings, of_the_class_change_twice_in_30_days) {
  create(on_demand);
  must(R"("TableClass":"STANDARD_INFREQUENT_ACCESS")");
  time_.advance(hours(1));
  must(R"("TableClass":"STANDARD")");
  must(R"("TableClass":"STANDARD")");  // changes nothing, and does not count
  EXPECT_EQ(shown("TableClassSummary"), R"({"LastUpdateDateTime":1772355600.000,"TableClass":"STANDARD"})");
  EXPECT_EQ(update(R"("TableClass":"STANDARD_INFREQUENT_ACCESS")"),
            "limit_exceeded: Subscriber limit exceeded: Updates of TableClass are limited to 2 in 30 day(s)");
  time_.advance(hours(30 * 24 - 1));
  must(R"("TableClass":"STANDARD_INFREQUENT_ACCESS")");
}

TEST_F(updated_settings, of_warm_throughput_are_shown_while_they_are_made) {
  create_indexed(on_demand);
  const std::string came = member(update(R"("WarmThroughput":{"ReadUnitsPerSecond":13000},)" +
                                         of_index(R"("WarmThroughput":{"WriteUnitsPerSecond":9000})")),
                                  "TableDescription")
                               .value_or("");
  EXPECT_EQ(member(came, "WarmThroughput"),
            R"({"ReadUnitsPerSecond":13000,"Status":"UPDATING","WriteUnitsPerSecond":4000})");
  EXPECT_EQ(shown_of_index("WarmThroughput"),
            R"({"ReadUnitsPerSecond":12000,"Status":"ACTIVE","WriteUnitsPerSecond":9000})");
}

TEST_F(updated_settings, are_there_after_a_restart) {
  reopen();
  create_indexed(provisioned, "," + units(2, 2));
  time_.advance(hours(1));
  must(units(4, 6) + "," + of_index(units(1, 3)));
  must(R"("TableClass":"STANDARD_INFREQUENT_ACCESS")");
  must(R"("SSESpecification":{"Enabled":true})");
  must(R"("BillingMode":"PAY_PER_REQUEST")");
  must(R"("DeletionProtectionEnabled":true,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"})");
  const std::string before = described();
  EXPECT_NE(before.find("LastDecreaseDateTime"), std::string::npos) << before;
  reopen();
  EXPECT_EQ(described(), before);
}

}  // namespace
