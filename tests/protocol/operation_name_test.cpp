#include <dynamo/protocol/operation_name.hpp>

#include <gtest/gtest.h>

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

TEST(operation_name, four_operations_belong_to_the_streams_service) {
  EXPECT_TRUE(is_streams_operation(operation_name::describe_stream));
  EXPECT_TRUE(is_streams_operation(operation_name::list_streams));
  EXPECT_FALSE(is_streams_operation(operation_name::update_time_to_live));
}

}  // namespace
