#include "elsewhere.hpp"
#include "shop.hpp"

#include <dynamo/database.hpp>

#include <gtest/gtest.h>
#include <support/wired.hpp>

#include <set>
#include <thread>

/// Scans in parallel segments whose answers come from other threads, some inside start() and some when nobody waits any more.
namespace {

using namespace shop;
using dynamo::test::elsewhere;

constexpr int never = std::numeric_limits<int>::max();

class merged_scan_threads : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db_) << db_.error().describe();
    const dynamo::table<shop::users> users(*db_);
    ASSERT_TRUE(users.create_if_absent().run());
    for (int i = 0; i < count; ++i) all_.push_back({"u" + std::to_string(i), i});
    ASSERT_TRUE(users.batch_put(all_).run()->complete());
  }
  static constexpr int count = 100;
  dynamo::result<dynamo::testing_support::wired_database> db_ =
      dynamo::testing_support::wired(dynamo::database::in_memory());
  std::vector<user> all_;
};

TEST_F(merged_scan_threads, find_every_item_once) {
  const dynamo::table<shop::users> users(std::make_shared<elsewhere>(db_->endpoint(), never));
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&users, i] {
      std::multiset<int> found;
      const auto segments = dynamo::parallel(static_cast<std::uint32_t>(2 + 2 * i));
      for (auto&& one : users.scan(segments, dynamo::page_size(3)).items()) {
        ASSERT_TRUE(one) << one.error().describe();
        found.insert(one->age);
      }
      EXPECT_EQ(found.size(), static_cast<std::size_t>(count));
      EXPECT_EQ(std::set<int>(found.begin(), found.end()).size(), found.size());
    });
  }
  for (std::thread& one : callers) one.join();
}

TEST_F(merged_scan_threads, given_up_leave_their_endpoint_to_its_owner) {
  for (int i = 0; i < 100; ++i) {
    // Destroyed by this thread, with answers under way; by one of its own, it would wait for itself.
    const dynamo::table<shop::users> users(std::make_shared<elsewhere>(db_->endpoint(), never));
    auto stream = users.scan(dynamo::parallel(8), dynamo::page_size(1)).page_stream();
    for (int pages = i % 4; pages != 0; --pages) EXPECT_TRUE(stream.next().run());
  }
}

}  // namespace
