#include <support/prefixed_tables.hpp>

#include <dynamo/database.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

/// Parts of an account, of which a test has one: tests/support/prefixed_tables.hpp.
namespace {

using dynamo::operation_name;
using namespace dynamo::testing_support;

TEST(prefixed_tables, requests_name_tables_with_the_prefix) {
  struct row {
    const char* body;
    const char* prefixed;
  };
  for (
      const row& r :
      {row{R"({"TableName":"users","Limit":1})", R"({"TableName":"p_users","Limit":1})"}, row{"{}", "{}"},
       row{R"({"TableName":""})", R"({"TableName":""})"}, row{R"({"TableName":"ab"})", R"({"TableName":"ab"})"},
       row{R"({"TableName":7})", R"({"TableName":7})"}, row{R"({"TableName":)", R"({"TableName":)"},
       row{R"({"TableName":"arn:aws:dynamodb:r:1:table/users"})",
           R"({"TableName":"arn:aws:dynamodb:r:1:table/p_users"})"},
       row{R"({"ExclusiveStartTableName":"users"})", R"({"ExclusiveStartTableName":"p_users"})"},
       row{R"({"StreamArn":"arn:aws:dynamodb:r:1:table/users/stream/2"})",
           R"({"StreamArn":"arn:aws:dynamodb:r:1:table/p_users/stream/2"})"},
       row{R"({"ResourceArn":"arn:aws:dynamodb:r:1:table/users"})",
           R"({"ResourceArn":"arn:aws:dynamodb:r:1:table/p_users"})"},
       row{R"({"ShardIterator":"arn:aws:dynamodb:r:1:table/users/stream/2|1|AAAA"})",
           R"({"ShardIterator":"arn:aws:dynamodb:r:1:table/p_users/stream/2|1|AAAA"})"},
       row{R"({"ShardIterator":"AAAA"})", R"({"ShardIterator":"AAAA"})"},
       row{R"({"RequestItems":{"users":{"Keys":[]},"orders":[1]}})",
           R"({"RequestItems":{"p_users":{"Keys":[]},"p_orders":[1]}})"},
       row{R"({"TransactItems":[{"Put":{"TableName":"users","Item":{"TableName":{"S":"users"}}}},{"Get":{"TableName":"orders"}}]})",
           R"({"TransactItems":[{"Put":{"TableName":"p_users","Item":{"TableName":{"S":"users"}}}},{"Get":{"TableName":"p_orders"}}]})"},
       row{R"({"Statement":"SELECT * FROM \"users\".\"by_x\" WHERE \"a\" = 'b'"})",
           R"({"Statement":"SELECT * FROM \"p_users\".\"by_x\" WHERE \"a\" = 'b'"})"},
       row{R"({"Statements":[{"Statement":"UPDATE \"users\" SET a = 1"},{"Statement":"INSERT INTO \"users\" VALUE {}"}]})",
           R"({"Statements":[{"Statement":"UPDATE \"p_users\" SET a = 1"},{"Statement":"INSERT INTO \"p_users\" VALUE {}"}]})"},
       row{R"({"Item":{"TableName":{"S":"users"}}})", R"({"Item":{"TableName":{"S":"users"}}})"}}) {
    EXPECT_EQ(with_prefixed_tables(r.body, "p_"), r.prefixed);
  }
  EXPECT_EQ(without_prefix("p_users and p_orders, p", "p_"), "users and orders, p");
  EXPECT_EQ(without_prefix("", "p_"), "");
}

class two_parts : public ::testing::Test {
 protected:
  std::shared_ptr<prefixed_tables> part(const std::string& prefix) {
    return std::make_shared<prefixed_tables>(db_->endpoint(), prefix,
                                             [this](std::string_view name) { noted_.emplace_back(name); });
  }
  static answer create(dynamo::endpoint& in) {
    return call(
        in, operation_name::create_table,
        R"({"TableName":"users","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
        R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]})");
  }
  static std::string listed(dynamo::endpoint& in, const std::string& body = "{}") {
    return call(in, operation_name::list_tables, body).to_string();
  }

  dynamo::result<dynamo::database> db_ = dynamo::database::in_memory();
  std::vector<std::string> noted_;
};

TEST_F(two_parts, have_tables_of_one_name_and_do_not_see_each_other) {
  auto a = part("a_of_test_");
  auto b = part("b_of_test_");
  const answer made = create(*a);
  ASSERT_TRUE(made.ok) << made.to_string();
  EXPECT_EQ(made.body.find("a_of_test_"), std::string::npos) << made.body;
  EXPECT_EQ(listed(*b), R"({"TableNames":[]})");
  ASSERT_TRUE(create(*b).ok);
  const answer again = create(*b);
  EXPECT_EQ(again.to_string(), "resource_in_use: Table already exists: users");
  EXPECT_EQ(again.body.find("b_of_test_"), std::string::npos) << again.body;
  EXPECT_EQ(noted_, (std::vector<std::string>{"a_of_test_users", "b_of_test_users", "b_of_test_users"}));
  EXPECT_EQ(listed(*a), R"({"TableNames":["users"]})");
  EXPECT_EQ(listed(*a, R"({"ExclusiveStartTableName":"users"})"), R"({"TableNames":[]})");

  ASSERT_TRUE(call(*a, operation_name::put_item, R"({"TableName":"users","Item":{"id":{"S":"x"}}})").ok);
  const std::string get = R"({"TableName":"users","Key":{"id":{"S":"x"}}})";
  EXPECT_EQ(call(*a, operation_name::get_item, get).body, R"({"Item":{"id":{"S":"x"}}})");
  EXPECT_EQ(call(*b, operation_name::get_item, get).body, "{}");

  a.reset();
  EXPECT_EQ(listed(*db_->endpoint()), R"({"TableNames":["b_of_test_users"]})") << "a part deletes what it made";
  ASSERT_TRUE(call(*b, operation_name::delete_table, R"({"TableName":"users"})").ok);
  EXPECT_EQ(listed(*db_->endpoint()), R"({"TableNames":[]})");
}

}  // namespace
