// The whole list of operations: each is executed, or says in one way that this engine does not do it.
#include <dynamo/protocol/operation_facts.hpp>
#include <dynamo/protocol/service_error.hpp>
#include <engine/engine.hpp>
#include <engine/operation_table.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace {

using namespace dynamo;
using enum operation_name;

class every_operation : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = engine::open_in_memory({});
    ASSERT_TRUE(opened) << opened.error().describe();
    endpoint_ = *opened;
  }
  std::string told(operation_name op, std::string_view body) {
    const auto came = endpoint_->call(request(op, json::buffer(body)));
    if (came) return std::string(came->body.view());
    const error_detail& why = came.error().detail();
    const std::string type = why.type.empty() ? std::string(wire_type(why.code)) : why.type;
    return type.substr(type.find('#') + 1) + ": " + why.message;
  }

  std::shared_ptr<endpoint> endpoint_;
};

TEST_F(every_operation, answers_or_is_not_supported_in_one_way) {
  for (const operation_facts& of : all_operations()) {
    for (const std::string_view body : {"{}", R"({"TableName":"nothing"})"}) {
      const auto came = endpoint_->call(request(of.operation, json::buffer(body)));
      if (engine::execution_of(of.operation) == nullptr) {
        ASSERT_FALSE(came) << of.name;
        EXPECT_EQ(came.error().code(), errc::not_supported) << of.name;
        EXPECT_EQ(told(of.operation, body), "UnknownOperationException: " + std::string(of.name) +
                                                " is not supported by the embedded engine yet");
      } else if (!came) {
        EXPECT_TRUE(came.error().from_service()) << of.name << ' ' << came.error().describe();
        EXPECT_NE(came.error().code(), errc::internal_server_error) << of.name << ' ' << came.error().describe();
      }
    }
  }
}

// What is left: docs/compatibility.md names it. Who builds one of these takes it out here and there.
TEST_F(every_operation, that_is_not_supported_is_known) {
  const std::set<operation_name> left{create_backup,
                                      create_global_table,
                                      describe_time_to_live,
                                      disable_kinesis_streaming_destination,
                                      enable_kinesis_streaming_destination,
                                      export_table_to_point_in_time,
                                      import_table,
                                      restore_table_from_backup,
                                      restore_table_to_point_in_time,
                                      start_bulk_put_items,
                                      transact_get_items,
                                      transact_write_items,
                                      update_global_table,
                                      update_global_table_settings,
                                      update_kinesis_streaming_destination,
                                      update_table_replica_auto_scaling,
                                      update_time_to_live};
  for (const operation_facts& of : all_operations()) {
    EXPECT_TRUE(engine::execution_of(of.operation) != nullptr || left.contains(of.operation)) << of.name;
  }
}

// A parameter that is not supported is told as an operation is.
TEST_F(every_operation, refuses_its_unsupported_parameters_in_the_same_way) {
  const std::string table = R"("TableName":"things")";
  const struct {
    operation_name op;
    std::string body, parameter;
  } rows[] = {
      {update_table, "{" + table + R"(,"ReplicaUpdates":[{"Create":{"RegionName":"eu-west-1"}}]})", "ReplicaUpdates"},
      {update_table, "{" + table + R"(,"MultiRegionConsistency":"STRONG"})", "MultiRegionConsistency"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(told(row.op, row.body),
              "UnknownOperationException: " + row.parameter + " is not supported by the embedded engine yet");
  }
}

TEST_F(every_operation, that_lists_what_is_never_there_answers_an_empty_list) {
  const struct {
    operation_name op;
    std::string body, said;
  } rows[] = {
      {list_backups, "{}", R"({"BackupSummaries":[]})"},
      {list_backups, R"({"TableName":"nothing","Limit":5,"BackupType":"ALL","TimeRangeLowerBound":1.5})",
       R"({"BackupSummaries":[]})"},
      {list_exports, R"({"MaxResults":25})", R"({"ExportSummaries":[]})"},
      {list_imports, "{}", R"({"ImportSummaryList":[]})"},
      {list_global_tables, R"({"RegionName":"eu-west-1"})", R"({"GlobalTables":[]})"},
      {list_bulk_operations, "{}", R"({"BulkOperationsSummaryList":[]})"},
      {list_backups, R"({"BackupType":"NONE"})",
       "ValidationException: 1 validation error detected: Value 'NONE' at 'backupType' failed to satisfy constraint: "
       "Member must satisfy enum value set: [USER, SYSTEM, AWS_BACKUP, ALL]"},
      {list_exports, R"({"MaxResults":26})",
       "ValidationException: 1 validation error detected: Value '26' at 'maxResults' failed to satisfy constraint: "
       "Member must have value less than or equal to 25"},
  };
  for (const auto& row : rows) EXPECT_EQ(told(row.op, row.body), row.said) << row.body;
}

TEST_F(every_operation, that_names_what_is_never_there_does_not_find_it) {
  const std::string arn = "arn:aws:dynamodb:local:000000000000:table/things/backup/1";
  const struct {
    operation_name op;
    std::string member, name, said;
  } rows[] = {
      {describe_backup, "BackupArn", arn, "BackupNotFoundException: Backup not found: " + arn},
      {delete_backup, "BackupArn", arn, "BackupNotFoundException: Backup not found: " + arn},
      {describe_export, "ExportArn", arn, "ExportNotFoundException: Export not found: " + arn},
      {describe_import, "ImportArn", arn, "ImportNotFoundException: Import not found: " + arn},
      {describe_bulk_operation, "BulkOperationArn", arn, "ResourceNotFoundException: Bulk operation not found: " + arn},
      {cancel_bulk_operation, "BulkOperationArn", arn, "ResourceNotFoundException: Bulk operation not found: " + arn},
      {describe_global_table, "GlobalTableName", "things",
       "GlobalTableNotFoundException: Global table not found: things"},
      {describe_global_table_settings, "GlobalTableName", "things",
       "GlobalTableNotFoundException: Global table not found: things"},
      {describe_backup, "BackupArn", "short",
       "ValidationException: 1 validation error detected: Value 'short' at 'backupArn' failed to satisfy constraint: "
       "Member must have length greater than or equal to 37"},
      {describe_global_table, "GlobalTableName", "a b",
       "ValidationException: 1 validation error detected: Value 'a b' at 'globalTableName' failed to satisfy constraint: "
       "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"},
  };
  for (const auto& row : rows) EXPECT_EQ(told(row.op, R"({")" + row.member + R"(":")" + row.name + "\"}"), row.said);
}

}  // namespace
