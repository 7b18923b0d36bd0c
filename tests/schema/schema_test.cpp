#include <dynamo/schema/schema.hpp>

#include <gtest/gtest.h>

namespace {

struct User {
  std::string user_id;
  std::string email;
  std::int64_t created_at = 0;
  std::optional<std::string> team;
};
using by_email = dynamo::global_index<"by_email", dynamo::partition_key<&User::email>>;
using by_team = dynamo::global_index<"by_team", dynamo::partition_key<&User::team, &User::email>,
                                     dynamo::sort_key<&User::created_at>>;
struct users_schema : dynamo::schema<"users", User, dynamo::partition_key<&User::user_id>,
                                     dynamo::sort_key<&User::created_at>, by_email, by_team> {};

TEST(schema, describes_keys_and_indexes) {
  const dynamo::detail::schema_description& about = users_schema::description;
  EXPECT_EQ(about.table.name, "users");
  ASSERT_EQ(about.table.partition_count, 1u);
  EXPECT_EQ(about.table.partition[0].name, "user_id");
  EXPECT_EQ(about.table.partition[0].type, dynamo::attribute_type::S);
  ASSERT_EQ(about.table.sort_count, 1u);
  EXPECT_EQ(about.table.sort[0].name, "created_at");
  EXPECT_EQ(about.table.sort[0].type, dynamo::attribute_type::N);
  ASSERT_EQ(about.index_count, 2u);
  EXPECT_EQ(about.indexes[0].name, "by_email");
  EXPECT_EQ(about.indexes[1].partition_count, 2u);
  EXPECT_EQ(about.indexes[1].partition[0].name, "team");
  EXPECT_EQ(about.indexes[1].sort[0].name, "created_at");
}

TEST(schema, knows_which_members_are_keys) {
  static_assert(users_schema::is_key<&User::user_id>);
  static_assert(users_schema::is_key<&User::created_at>);
  static_assert(!users_schema::is_key<&User::email>);
  static_assert(users_schema::has_index<by_email>);
  SUCCEED();
}

}  // namespace
