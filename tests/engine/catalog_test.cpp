// What a database counts and lists about itself: ids and epochs that run out, a catalog that cannot be read, and counts of items.
#include "engine/store_fixture.hpp"

#include <engine/engine.hpp>
#include <engine/storage/big_endian.hpp>

#include <support/wire.hpp>

namespace dynamo::engine {
namespace {

using testing_support::call;
using testing_support::member;

constexpr std::string_view create_things =
    R"({"TableName":"things","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],)"
    R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})";

class CatalogTest : public ::testing::Test {
 protected:
  std::string path() const { return directory_ / "db"; }
  void make_database() {
    const auto db = open(path(), {});
    ASSERT_TRUE(db) << db.error().describe();
  }
  void set_counter(std::string_view name, std::uint32_t value) {
    std::string bytes(sizeof value, '\0');
    store_big_endian(bytes.data(), value);
    ASSERT_TRUE(put(*must_open(path()), "m" + std::string(name), bytes));
  }
  scratch_directory directory_;
  logged said_;
};

TEST_F(CatalogTest, IdsOfTablesWereUsedTwiceOnceTheyHadRunOut) {
  make_database();
  set_counter("next_id", 0xffff'ffff - 1);
  const auto db = *open(path(), {});
  EXPECT_TRUE(call(*db, operation_name::create_table, create_things).ok);
  std::string another(create_things);
  another.replace(another.find("things"), 6, "others");
  const auto refused = call(*db, operation_name::create_table, another);
  EXPECT_TRUE(refused.to_string().starts_with("limit_exceeded: This database has used up its 4,294,967,295 ids"))
      << refused.to_string();
  EXPECT_TRUE(call(*db, operation_name::put_item, R"({"TableName":"things","Item":{"id":{"S":"a"}}})").ok);
}

TEST_F(CatalogTest, EpochsWereUsedTwiceOnceTheyHadRunOut) {
  make_database();
  set_counter("epoch", 0xffff'ffff - 1);
  EXPECT_TRUE(open(path(), {}));
  const auto refused = open(path(), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), errc::limit_exceeded) << refused.error().describe();
}

TEST_F(CatalogTest, OneThatCannotBeReadIsRefusedBeforeAnythingIsChanged) {
  make_database();
  for (const std::string_view broken : {"{", "", "{\"format\":99}", "\xff\xff"}) {
    ASSERT_TRUE(put(*must_open(path()), "tthings", broken));
    must_open(path());  // moves it from the log to a table
    const rows before = contents_of(path());
    for (int attempt = 0; attempt < 2; ++attempt) {
      const auto refused = open(path(), {});
      ASSERT_FALSE(refused) << broken;
      EXPECT_EQ(contents_of(path()), before) << refused.error().describe();
    }
  }
}

/// In the log and in tables.
TEST_F(CatalogTest, ItemCountWasSevenTimesOff) {
  constexpr int items = 40'000;
  database_options options;
  options.durability = durability::process_crash;
  const auto is_about_right = [](endpoint& of) {
    const std::string table =
        *member(call(of, operation_name::describe_table, R"({"TableName":"things"})").body, "Table");
    const int count = std::stoi(*member(table, "ItemCount"));
    EXPECT_GT(count, items / 2);
    EXPECT_LT(count, items * 2);
  };
  {
    const auto db = *open(path(), options);
    ASSERT_TRUE(call(*db, operation_name::create_table, create_things).ok);
    const std::string text(300, 'x');  // which the disk keeps in a few bytes
    for (int i = 0; i < items; i += 25) {
      std::string body = R"({"RequestItems":{"things":[)";
      for (int j = i; j < i + 25; ++j) {
        body += R"({"PutRequest":{"Item":{"id":{"S":")" + std::to_string(j) + R"("},"t":{"S":")" + text + R"("}}}},)";
      }
      body.back() = ']';
      ASSERT_TRUE(call(*db, operation_name::batch_write_item, body + "}}").ok);
    }
    is_about_right(*db);
  }
  is_about_right(**open(path(), options));
}

}  // namespace
}  // namespace dynamo::engine
