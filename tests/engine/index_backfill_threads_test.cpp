// An index is filled while other threads write to the same items.
#include "../support/index_rows.hpp"
#include "../support/seeds.hpp"
#include "stream_fixture.hpp"

#include <array>
#include <atomic>
#include <random>
#include <thread>

// TSan's search for deadlocks takes minutes where one change holds the locks of a hundred keys. key_locks asserts their order itself.
extern "C" const char* __tsan_default_options();
extern "C" const char* __tsan_default_options() { return "detect_deadlocks=0"; }

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using enum operation_name;

class filled_indexes : public ::testing::Test {
 protected:
  static constexpr unsigned keys = 1'500;

  void SetUp() override {
    auto opened = engine::open_in_memory({});
    ASSERT_TRUE(opened) << opened.error().describe();
    db_ = *opened;
    must(create_table, R"({"TableName":"things","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
      "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"})");
    std::mt19937_64 random(1);
    for (unsigned i = 0; i < keys; ++i) put(i, random());
  }
  void must(operation_name op, const std::string& body) {
    const answer came = testing_support::call(*db_, op, body);
    ASSERT_TRUE(came.ok) << came.to_string();
  }
  static std::string key(unsigned pk) { return R"("pk":{"S":")" + std::to_string(pk) + "\"}"; }
  void put(unsigned pk, std::uint64_t value) {
    must(put_item, R"({"TableName":"things","Item":{)" + key(pk) + R"(,"v":{"S":")" + std::to_string(value % 50) +
                       "\"},\"w\":{\"N\":\"" + std::to_string(value % 1'000) + "\"}}}");
  }
  void write(std::mt19937_64& random) {
    const auto pk = static_cast<unsigned>(random() % keys);
    switch (random() % 4) {
      case 0: return must(delete_item, R"({"TableName":"things","Key":{)" + key(pk) + "}}");
      case 1:
        return must(update_item, R"({"TableName":"things","Key":{)" + key(pk) +
                                     R"(},"UpdateExpression":"SET v = :v","ExpressionAttributeValues":{":v":{"S":")" +
                                     std::to_string(random() % 50) + "\"}}}");
      default: return put(pk, random());
    }
  }
  std::string table() {
    return member(testing_support::call(*db_, describe_table, R"({"TableName":"things"})").body, "Table").value_or("");
  }
  answer add(const std::string& projection) {
    return testing_support::call(*db_, update_table, R"({"TableName":"things",
      "AttributeDefinitions":[{"AttributeName":"v","AttributeType":"S"}],"GlobalSecondaryIndexUpdates":[{"Create":{
        "IndexName":"by_v","KeySchema":[{"AttributeName":"v","KeyType":"HASH"}],
        "Projection":{"ProjectionType":")" + projection + "\"}}}]}");
  }
  answer remove() {
    return testing_support::call(
        *db_, update_table,
        R"({"TableName":"things","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"by_v"}}]})");
  }
  bool is_filling() { return table().find("Backfilling") != std::string::npos; }

  std::shared_ptr<endpoint> db_;
};

TEST_F(filled_indexes, are_as_their_table_is) {
  int round = 0;
  testing_support::for_each_seed(6, [&](std::mt19937_64& seeds) {
    std::atomic<bool> writing = true;
    std::array<std::jthread, 3> writers;
    for (std::jthread& writer : writers) {
      writer = std::jthread([&, first = seeds()] {
        std::mt19937_64 random(first);
        while (writing && !HasFailure()) write(random);
      });
    }
    const answer added = add(++round % 2 == 0 ? "ALL" : "KEYS_ONLY");
    while (added.ok && is_filling()) std::this_thread::yield();
    writing = false;
    for (std::jthread& writer : writers) writer.join();
    ASSERT_TRUE(added.ok) << added.to_string();
    EXPECT_EQ(testing_support::compare_indexes(*db_, "things"), "");
    const answer removed = remove();
    ASSERT_TRUE(removed.ok) << removed.to_string();
  });
}

TEST_F(filled_indexes, come_and_go_beside_writers) {
  std::atomic<bool> writing = true;
  std::array<std::jthread, 2> writers;
  for (unsigned t = 0; t < writers.size(); ++t) {
    writers[t] = std::jthread([&, t] {
      std::mt19937_64 random(t);
      while (writing && !HasFailure()) write(random);
    });
  }
  const auto until_it_is_done = [](const auto& what) {
    answer came = what();
    while (came.code == errc::resource_in_use) came = what();  // it is just being opened to readers
    EXPECT_TRUE(came.ok) << came.to_string();
  };
  for (int round = 0; round < 20 && !HasFailure(); ++round) {
    until_it_is_done([&] { return add("KEYS_ONLY"); });
    for (int i = 0; i < round % 5; ++i) std::this_thread::yield();
    until_it_is_done([&] { return remove(); });
  }
  until_it_is_done([&] { return add("ALL"); });
  while (is_filling()) std::this_thread::yield();
  writing = false;
  for (std::jthread& writer : writers) writer.join();
  EXPECT_EQ(testing_support::compare_indexes(*db_, "things"), "");
}

}  // namespace
