#include <dynamo/protocol/operation_facts.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

using namespace dynamo;

TEST(operation_name, every_operation_reads_back_from_its_wire_name) {
  for (int i = 0; i <= static_cast<int>(operation_name::list_streams); ++i) {
    const auto name = static_cast<operation_name>(i);
    EXPECT_EQ(operation_from(to_string(name)), name) << to_string(name);
  }
}

TEST(operation_name, spelling_is_exact) {
  EXPECT_EQ(operation_from("PutItem"), operation_name::put_item);
  EXPECT_EQ(operation_from("GetRecords"), operation_name::get_records);
  for (const char* unknown : {"", "putItem", "PutItems", "Put", "ZZZ"})
    EXPECT_FALSE(operation_from(unknown)) << unknown;
}

TEST(operation_facts, a_row_for_each_operation_in_their_order) {
  int expected = 0;
  for (const operation_facts& row : all_operations()) {
    EXPECT_EQ(static_cast<int>(row.operation), expected++) << row.name;
    EXPECT_EQ(&facts_of(row.operation), &row);
  }
  EXPECT_EQ(expected, 66);
}

TEST(operation_facts, four_operations_belong_to_the_streams_service) {
  std::string of_streams;
  for (const operation_facts& row : all_operations()) {
    if (row.service == wire_service::streams) of_streams.append(row.name).append(" ");
  }
  EXPECT_EQ(of_streams, "DescribeStream GetRecords GetShardIterator ListStreams ");
  EXPECT_EQ(to_string(wire_service::streams), "DynamoDBStreams_20120810");
  EXPECT_EQ(to_string(wire_service::dynamodb), "DynamoDB_20120810");
}

TEST(operation_facts, what_gets_lists_describes_and_reads_changes_nothing) {
  for (const operation_facts& row : all_operations()) {
    const std::string_view name = row.name;
    const bool by_name = name.starts_with("Get") || name.starts_with("List") || name.starts_with("Describe") ||
                         name == "BatchGetItem" || name == "TransactGetItems" || name == "Query" || name == "Scan" ||
                         name == "SearchVectors";
    EXPECT_EQ(row.effect == operation_effect::reads, by_name) << name;
  }
}

TEST(operation_facts, capacity_is_consumed_by_operations_on_items) {
  std::string reads, writes, statements;
  for (const operation_facts& row : all_operations()) {
    if (row.capacity == capacity_rule::read) reads.append(row.name).append(" ");
    if (row.capacity == capacity_rule::write) writes.append(row.name).append(" ");
    if (row.capacity == capacity_rule::by_statement) statements.append(row.name).append(" ");
  }
  EXPECT_EQ(reads, "BatchGetItem GetItem Query Scan SearchVectors TransactGetItems ");
  EXPECT_EQ(writes, "BatchWriteItem DeleteItem PutItem TransactWriteItems UpdateItem ");
  EXPECT_EQ(statements, "BatchExecuteStatement ExecuteStatement ExecuteTransaction ");
}

}  // namespace
