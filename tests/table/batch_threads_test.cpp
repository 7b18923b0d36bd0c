#include "batch_service.hpp"
#include "elsewhere.hpp"
#include "shop.hpp"

#include <gtest/gtest.h>

#include <thread>

/// Batches whose answers come from other threads, some inside start() and some much later.
namespace {

using namespace shop;
using dynamo::test::batch_service;
using dynamo::test::elsewhere;

std::vector<user> make_users(int count) {
  std::vector<user> all;
  for (int i = 0; i < count; ++i) all.push_back({"u" + std::to_string(i), i});
  return all;
}
dynamo::batch_policy hurried() {
  return dynamo::batch_policy().parallel(6).retries(20).waits(std::chrono::milliseconds(1),
                                                              std::chrono::milliseconds(2));
}

TEST(batch_threads, a_blocking_call_takes_answers_from_any_thread) {
  auto service = std::make_shared<batch_service>("email");
  dynamo::table<shop::users> users{std::make_shared<elsewhere>(service)};
  const std::vector<user> all = make_users(1'500);
  const auto written = users.batch_put(all, hurried()).run();
  ASSERT_TRUE(written && written->complete());
  EXPECT_EQ(service->items.size(), all.size());
  const auto found = users.batch_get(all, hurried()).run();
  ASSERT_TRUE(found && found->complete());
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(found->items[i].value()->age, all[i].age);
}

TEST(batch_threads, callers_do_not_get_into_each_others_way) {
  auto service = std::make_shared<batch_service>("email");
  dynamo::table<shop::users> users{std::make_shared<elsewhere>(service)};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&users, i] {
      std::vector<user> mine;
      for (int n = 0; n < 200; ++n) mine.push_back({"c" + std::to_string(i) + "-" + std::to_string(n), n});
      const auto written = users.batch_put(mine, hurried()).run();
      EXPECT_TRUE(written && written->complete());
      const auto found = users.batch_get(mine, hurried()).run();
      EXPECT_TRUE(found && found->complete());
    });
  }
  for (std::thread& one : callers) one.join();
  EXPECT_EQ(service->items.size(), 800u);
}

}  // namespace
