#include <remote/endpoints/request_arn.hpp>

#include <dynamo/protocol/operation_facts.hpp>

#include <gtest/gtest.h>

namespace dynamo::aws {
namespace {

std::string arn_in(operation_name of, std::string_view body) {
  return arn_of_request(of, json::buffer(body)).value_or("-");
}

TEST(arns_of_requests, are_found_where_each_operation_has_them) {
  const struct {
    operation_name operation;
    std::string_view body, arn;
  } rows[] = {
      {operation_name::get_item, R"({"Key":{"a":{"S":"arn:x"}},"TableName":"arn:t"})", "arn:t"},
      {operation_name::get_item, R"({"Key":{"a":{"S":"arn:x"}},"TableName":"t"})", "-"},
      {operation_name::get_item, R"({"TableName":"t"})", "-"},
      {operation_name::query, R"({"TableName":"arn:t"})", "arn:t"},
      {operation_name::list_tables, R"({"TableName":"arn:t"})", "-"},
      {operation_name::execute_statement, R"({"TableName":"arn:t"})", "-"},
      {operation_name::describe_stream, R"({"StreamArn":"arn:s"})", "arn:s"},
      {operation_name::get_shard_iterator, R"({"ShardId":"x","StreamArn":"arn:s"})", "arn:s"},
      {operation_name::get_records, R"({"ShardIterator":"arn:s|1|abc"})", "arn:s|1|abc"},
      {operation_name::list_streams, R"({"TableName":"arn:t"})", "-"},
      {operation_name::tag_resource, R"({"TableName":"arn:t","ResourceArn":"arn:r"})", "arn:r"},
      {operation_name::describe_backup, R"({"BackupArn":"arn:b"})", "arn:b"},
      {operation_name::describe_bulk_operation, R"({"BulkOperationArn":"arn:b"})", "arn:b"},
      {operation_name::search_vectors, R"({"TableName":"arn:t"})", "arn:t"},
      {operation_name::describe_export, R"({"ExportArn":"arn:e"})", "arn:e"},
      {operation_name::describe_import, R"({"ImportArn":"arn:i"})", "arn:i"},
      {operation_name::list_exports, R"({"TableArn":"arn:t"})", "arn:t"},
      {operation_name::describe_global_table, R"({"GlobalTableName":"arn:g"})", "arn:g"},
      {operation_name::restore_table_from_backup, R"({"BackupArn":"arn:b","TargetTableName":"arn:t"})", "arn:t"},
      {operation_name::import_table, R"({"TableCreationParameters":{"TableName":"arn:t"}})", "arn:t"},
      {operation_name::batch_get_item, R"({"RequestItems":{"arn:a":{"Keys":[]},"arn:b":{}}})", "arn:a"},
      {operation_name::batch_write_item, R"({"RequestItems":{"a":[],"arn:b":[]}})", "-"},
      {operation_name::transact_get_items,
       R"({"TransactItems":[{"Get":{"Key":{},"TableName":"arn:a"}},{"Get":{"TableName":"arn:b"}}]})", "arn:a"},
      {operation_name::transact_write_items, R"({"TransactItems":[{"ConditionCheck":{"TableName":"arn:a"}}]})",
       "arn:a"},
      {operation_name::transact_write_items,
       R"({"TransactItems":[{"Put":{"TableName":"a"}},{"Put":{"TableName":"arn:b"}}]})", "-"},
  };
  for (const auto& row : rows) EXPECT_EQ(arn_in(row.operation, row.body), row.arn) << row.body;
}

TEST(arns_of_requests, are_not_found_in_bodies_of_another_form) {
  for (const operation_facts& of : all_operations()) {
    for (const std::string_view body :
         {"", "\"arn:a\"", "[\"arn:a\"]", "{\"arn:a\"", R"({"TableName":["arn:a"]})", R"({"TableName":{"a":"arn:a"}})",
          R"({"RequestItems":["arn:a"]})", R"({"RequestItems":{}, "x":"arn:a"})", R"({"TransactItems":{"a":"arn:a"}})",
          R"({"TransactItems":[],"x":"arn:a"})", R"({"TransactItems":["arn:a"]})",
          R"({"TransactItems":[{}],"x":"arn:a"})", R"({"TransactItems":[{"Put":"arn:a"}]})",
          R"({"TransactItems":[{"Put":{"TableName":1,"x":"arn:a"}}]})", R"({"TableCreationParameters":"arn:a"})",
          R"({"x":"arn:a",})"}) {
      EXPECT_EQ(arn_in(of.operation, body), "-") << of.name << " " << body;
    }
  }
}

}  // namespace
}  // namespace dynamo::aws
