// What CreateTable takes beside keys and indexes, and how descriptions show it.
#include "table_settings_fixture.hpp"

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;

class created_settings : public table_settings_fixture {};

TEST_F(created_settings, are_described) {
  struct row {
    std::string settings;
    std::string_view name;
    std::string_view text;
  };
  const std::string demand(on_demand);
  for (
      const row& r :
      {row{demand, "BillingModeSummary",
           R"({"BillingMode":"PAY_PER_REQUEST","LastUpdateToPayPerRequestDateTime":1772352000.000})"},
       row{demand, "ProvisionedThroughput",
           R"({"NumberOfDecreasesToday":0,"ReadCapacityUnits":0,"WriteCapacityUnits":0})"},
       row{demand, "WarmThroughput", R"({"ReadUnitsPerSecond":12000,"Status":"ACTIVE","WriteUnitsPerSecond":4000})"},
       row{demand, "OnDemandThroughput", "-"},
       row{demand, "SSEDescription", "-"},
       row{demand, "TableClassSummary", "-"},
       row{demand, "DeletionProtectionEnabled", "false"},
       row{demand, "TableId", R"("00000000-0000-4000-8000-000000000001")"},
       row{demand, "TableArn", R"("arn:aws:dynamodb:local:000000000000:table/things")"},
       row{std::string(provisioned), "BillingModeSummary", "-"},
       row{std::string(provisioned), "ProvisionedThroughput",
           R"({"NumberOfDecreasesToday":0,"ReadCapacityUnits":5,"WriteCapacityUnits":6})"},
       row{std::string(provisioned), "WarmThroughput",
           R"({"ReadUnitsPerSecond":5,"Status":"ACTIVE","WriteUnitsPerSecond":6})"},
       row{demand + R"(,"DeletionProtectionEnabled":true)", "DeletionProtectionEnabled", "true"},
       row{demand + R"(,"OnDemandThroughput":{"MaxReadRequestUnits":10,"MaxWriteRequestUnits":20})",
           "OnDemandThroughput", R"({"MaxReadRequestUnits":10,"MaxWriteRequestUnits":20})"},
       row{demand + R"(,"OnDemandThroughput":{"MaxReadRequestUnits":10})", "OnDemandThroughput",
           R"({"MaxReadRequestUnits":10,"MaxWriteRequestUnits":-1})"},
       row{demand + R"(,"OnDemandThroughput":{"MaxReadRequestUnits":-1,"MaxWriteRequestUnits":-1})",
           "OnDemandThroughput", "-"},
       row{demand + R"(,"WarmThroughput":{"ReadUnitsPerSecond":15000,"WriteUnitsPerSecond":5000})", "WarmThroughput",
           R"({"ReadUnitsPerSecond":15000,"Status":"ACTIVE","WriteUnitsPerSecond":5000})"},
       row{demand + R"(,"WarmThroughput":{"WriteUnitsPerSecond":5000})", "WarmThroughput",
           R"({"ReadUnitsPerSecond":12000,"Status":"ACTIVE","WriteUnitsPerSecond":5000})"},
       row{demand + R"(,"TableClass":"STANDARD")", "TableClassSummary", R"({"TableClass":"STANDARD"})"},
       row{demand + R"(,"TableClass":"STANDARD_INFREQUENT_ACCESS")", "TableClassSummary",
           R"({"TableClass":"STANDARD_INFREQUENT_ACCESS"})"},
       row{demand + R"(,"SSESpecification":{"Enabled":false})", "SSEDescription", "-"},
       row{demand + R"(,"SSESpecification":{})", "SSEDescription", "-"},
       row{demand + R"(,"SSESpecification":{"Enabled":true})", "SSEDescription",
           R"({"KMSMasterKeyArn":"arn:aws:kms:local:000000000000:key/00000000-0000-4000-8000-000000000000",)"
           R"("SSEType":"KMS","Status":"ENABLED"})"},
       row{demand +
               R"(,"SSESpecification":{"Enabled":true,"SSEType":"KMS","KMSMasterKeyId":"arn:aws:kms:eu-west-2:1:key/k"})",
           "SSEDescription",
           R"({"KMSMasterKeyArn":"arn:aws:kms:eu-west-2:1:key/k","SSEType":"KMS","Status":"ENABLED"})"}}) {
    open_in_memory();
    const std::string made = create(r.settings);
    EXPECT_EQ(text_member(member(made, "TableDescription").value_or(""), "TableStatus"), "CREATING") << made;
    EXPECT_EQ(shown(r.name), r.text) << r.settings;
  }
}

TEST_F(created_settings, that_cannot_be_are_refused) {
  struct row {
    std::string settings;
    std::string words;
  };
  const std::string demand(on_demand);
  const std::string found = "validation: 1 validation error detected: ";
  for (
      const row& r :
      {row{R"("BillingMode":"PAY_PER_REQUEST",)" + std::string(provisioned),
           invalid +
               "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"},
       row{R"("BillingMode":"PROVISIONED")",
           invalid + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"},
       row{R"("ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":1})",
           found +
               "Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member must have "
               "value greater than or equal to 1"},
       row{demand + R"(,"OnDemandThroughput":{"MaxReadRequestUnits":0})",
           invalid + "MaxReadRequestUnits must be at least 1, or -1, which takes the limit away"},
       row{std::string(provisioned) + R"(,"OnDemandThroughput":{"MaxReadRequestUnits":1})",
           invalid + "OnDemandThroughput of the table can be specified only when BillingMode is PAY_PER_REQUEST"},
       row{demand + R"(,"WarmThroughput":{"ReadUnitsPerSecond":11999})",
           invalid + "WarmThroughput of the table cannot be decreased. Current ReadUnitsPerSecond: 12000, requested: "
                     "11999. Current WriteUnitsPerSecond: 4000, requested: 4000"},
       row{demand + R"(,"TableClass":"COLD")",
           found + "Value 'COLD' at 'tableClass' failed to satisfy constraint: Member must satisfy enum value set: "
                   "[STANDARD, STANDARD_INFREQUENT_ACCESS]"},
       row{demand + R"(,"SSESpecification":{"Enabled":true,"SSEType":"AES256"})",
           invalid + "SSEType AES256 is not supported"},
       row{demand + R"(,"SSESpecification":{"Enabled":true,"KMSMasterKeyId":"k"})",
           invalid + "SSEType KMS is required if KMSMasterKeyId is specified"},
       row{demand + R"(,"SSESpecification":{"SSEType":"KMS"})",
           invalid + "SSEType and KMSMasterKeyId can be specified only when Enabled is true"},
       row{demand + R"(,"GlobalTableSourceArn":"arn:x")",
           "not_supported: GlobalTableSourceArn is not supported by the embedded engine yet"},
       row{demand + R"(,"GlobalTableSettingsReplicationMode":"ENABLED")",
           "not_supported: GlobalTableSettingsReplicationMode is not supported by the embedded engine yet"}}) {
    EXPECT_EQ(create(r.settings), r.words) << r.settings;
  }
  EXPECT_EQ(told(operation_name::list_tables, "{}"), R"({"TableNames":[]})");
}

TEST_F(created_settings, of_an_index_are_described_and_checked) {
  create_indexed(on_demand,
                 R"(,"OnDemandThroughput":{"MaxWriteRequestUnits":3},"WarmThroughput":{"ReadUnitsPerSecond":13000})");
  EXPECT_EQ(shown_of_index("OnDemandThroughput"), R"({"MaxReadRequestUnits":-1,"MaxWriteRequestUnits":3})");
  EXPECT_EQ(shown_of_index("WarmThroughput"),
            R"({"ReadUnitsPerSecond":13000,"Status":"ACTIVE","WriteUnitsPerSecond":4000})");
  open_in_memory();
  EXPECT_EQ(create_indexed(provisioned, "," + units(1, 1) + R"(,"OnDemandThroughput":{"MaxWriteRequestUnits":3})"),
            invalid + "OnDemandThroughput of the index by_v can be specified only when BillingMode is PAY_PER_REQUEST");
}

TEST_F(created_settings, that_nobody_asked_for_only_describe_table_shows) {
  const std::string made = member(create_indexed(on_demand), "TableDescription").value_or("");
  EXPECT_EQ(member(made, "BillingModeSummary"), R"({"BillingMode":"PAY_PER_REQUEST"})");
  EXPECT_EQ(made.find("WarmThroughput"), std::string::npos) << made;
  open_in_memory();
  const std::string warmed =
      member(create(std::string(on_demand) + R"(,"WarmThroughput":{"ReadUnitsPerSecond":15000})"), "TableDescription")
          .value_or("");
  EXPECT_EQ(member(warmed, "WarmThroughput"),
            R"({"ReadUnitsPerSecond":15000,"Status":"CREATING","WriteUnitsPerSecond":4000})");
}

TEST_F(created_settings, protect_a_table_and_the_answer_to_its_deletion_shows_no_keys) {
  create(std::string(on_demand) + R"(,"DeletionProtectionEnabled":true)");
  const std::string_view name = R"({"TableName":"things"})";
  EXPECT_EQ(told(operation_name::delete_table, name),
            "validation: Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
            "protection first.");
  update(R"("DeletionProtectionEnabled":false)");
  const std::string gone = member(told(operation_name::delete_table, name), "TableDescription").value_or("");
  EXPECT_EQ(text_member(gone, "TableStatus"), "DELETING");
  EXPECT_EQ(text_member(gone, "TableName"), "things");
  for (const char* absent : {"AttributeDefinitions", "KeySchema", "CreationDateTime", "WarmThroughput"}) {
    EXPECT_EQ(member(gone, absent), std::nullopt) << absent;
  }
}

TEST_F(created_settings, are_there_after_a_restart) {
  reopen();
  create_indexed(std::string(on_demand) +
                     R"(,"TableClass":"STANDARD_INFREQUENT_ACCESS","SSESpecification":{"Enabled":true},)"
                     R"("OnDemandThroughput":{"MaxReadRequestUnits":10},"DeletionProtectionEnabled":true)",
                 R"(,"WarmThroughput":{"ReadUnitsPerSecond":13000})");
  const std::string before = described();
  EXPECT_NE(before.find("STANDARD_INFREQUENT_ACCESS"), std::string::npos) << before;
  reopen();
  EXPECT_EQ(described(), before);
}

}  // namespace
