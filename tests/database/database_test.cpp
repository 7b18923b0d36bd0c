#include <dynamo/database.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include <unistd.h>

namespace {

using namespace dynamo;

class database_files : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "dynamo_database_test_XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static std::string call(const database& db, operation_name op, std::string_view body) {
    const auto answer = db.endpoint()->call(request(op, json::buffer(body)));
    return answer ? std::string(answer->body.view()) : answer.error().describe();
  }
  static std::string make_table(const database& db) {
    return call(db, operation_name::create_table, R"({"TableName":"things","BillingMode":"PAY_PER_REQUEST",
      "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]})");
  }

  std::string folder_;
};

TEST_F(database_files, what_was_put_is_there_after_closing_and_opening) {
  {
    const auto db = database::open(folder_);
    ASSERT_TRUE(db) << db.error().describe();
    make_table(*db);
    EXPECT_EQ(call(*db, operation_name::put_item, R"({"TableName":"things","Item":{"id":{"S":"a"}}})"), "{}");
  }
  const auto again = database::open(folder_);
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ(call(*again, operation_name::get_item, R"({"TableName":"things","Key":{"id":{"S":"a"}}})"),
            R"({"Item":{"id":{"S":"a"}}})");
}

TEST_F(database_files, a_directory_belongs_to_one_database_at_a_time) {
  const auto first = database::open(folder_);
  ASSERT_TRUE(first) << first.error().describe();
  const auto second = database::open(folder_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), errc::in_use) << second.error().describe();
  EXPECT_NE(second.error().message().find(folder_), std::string::npos) << second.error().describe();
}

TEST_F(database_files, several_databases_in_a_process_know_nothing_of_each_other) {
  const auto disk = database::open(folder_);
  const auto memory = database::in_memory();
  const auto other = database::in_memory();
  ASSERT_TRUE(disk && memory && other);
  for (const auto* db : {&*disk, &*memory}) {
    make_table(*db);
    EXPECT_EQ(call(*db, operation_name::put_item, R"({"TableName":"things","Item":{"id":{"S":"a"}}})"), "{}");
  }
  EXPECT_EQ(call(*other, operation_name::list_tables, "{}"), R"({"TableNames":[]})");
  EXPECT_EQ(call(*memory, operation_name::delete_item, R"({"TableName":"things","Key":{"id":{"S":"a"}}})"), "{}");
  EXPECT_EQ(call(*disk, operation_name::get_item, R"({"TableName":"things","Key":{"id":{"S":"a"}}})"),
            R"({"Item":{"id":{"S":"a"}}})");
}

TEST_F(database_files, a_table_made_again_never_shows_the_old_ones_items) {
  const auto db = database::open(folder_);
  ASSERT_TRUE(db);
  make_table(*db);
  call(*db, operation_name::put_item, R"({"TableName":"things","Item":{"id":{"S":"a"}}})");
  call(*db, operation_name::delete_table, R"({"TableName":"things"})");
  make_table(*db);
  EXPECT_EQ(call(*db, operation_name::get_item, R"({"TableName":"things","Key":{"id":{"S":"a"}}})"), "{}");
}

TEST_F(database_files, a_path_that_is_no_directory_is_refused_with_its_name) {
  const std::string file = folder_ + "/file";
  std::fclose(std::fopen(file.c_str(), "w"));
  const auto db = database::open(file);
  ASSERT_FALSE(db);
  EXPECT_NE(db.error().message().find(file), std::string::npos) << db.error().describe();
}

}  // namespace
