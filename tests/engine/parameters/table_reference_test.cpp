// A table named by its ARN: what is read as one, and what is not.
#include <engine/parameters/table_reference.hpp>

#include <gtest/gtest.h>

#include <string>

namespace dynamo::engine {
namespace {

TEST(table_reference, the_arn_of_a_table_is_cut_to_its_name) {
  struct row {
    std::string arn;
    std::string_view name;  ///< empty: none
  };
  const std::string head = "arn:aws:dynamodb:eu-west-2:000000000000:table/";
  for (const row& r :
       {row{head + "users", "users"}, row{head + "a", "a"}, row{head + "a.b-c_D9", "a.b-c_D9"},
        row{"arn:aws-cn:dynamodb:cn-north-1:123456789012:table/users", "users"},
        row{"arn:aws:dynamodb:local:me:table/users", "users"}, row{head + std::string(256, 'x'), ""}, row{head, ""},
        row{head + "users/index/by_name", ""}, row{head + "users/stream/2026-01-01T00:00:00.000", ""},
        row{head + "us ers", ""}, row{"arn:aws:dynamodb:eu-west-2:000000000000:stream/users", ""},
        row{"arn:aws:sqs:eu-west-2:000000000000:table/users", ""}, row{"arn:aws:dynamodb:eu-west-2:table/users", ""},
        row{"arn:aws:dynamodb::000000000000:table/users", ""}, row{"arn:aws:dynamodb:eu-west-2::table/users", ""},
        row{"arn:" + std::string(1'024, 'a') + ":dynamodb:eu-west-2:000000000000:table/users", ""}, row{"arn:", ""},
        row{"users", ""}, row{"", ""}}) {
    EXPECT_EQ(table_name_in_arn(r.arn).value_or(""), r.name) << r.arn;
  }
}

TEST(table_reference, names_have_1_to_255_letters) {
  const std::string longest = "arn:aws:dynamodb:eu-west-2:000000000000:table/" + std::string(255, 'x');
  EXPECT_EQ(table_name_in_arn(longest), std::string(255, 'x'));
  EXPECT_TRUE(is_table_name("a"));
  EXPECT_TRUE(is_table_name(std::string(255, 'a')));
  EXPECT_FALSE(is_table_name(std::string(256, 'a')));
  EXPECT_FALSE(is_table_name(""));
  EXPECT_FALSE(is_table_name("a:b"));
}

}  // namespace
}  // namespace dynamo::engine
