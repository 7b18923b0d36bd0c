// What is attached to a table, changed by several threads, also while the table comes and goes.
#include "attachments_fixture.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace dynamo::engine_tests {
namespace {

using enum operation_name;

class attachments_of_threads : public attachments {};

// What is on its way to the disk counts: each request builds on the one before.
TEST_F(attachments_of_threads, are_all_kept) {
  make("orders");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 5; ++i) {
        const std::string key = std::string(1, static_cast<char>('a' + t)) + std::to_string(i);
        EXPECT_EQ(tag("orders", tag_json(key, "")), "{}");
        EXPECT_EQ(untag("orders", i % 2 == 1 ? "\"" + key + "\"" : ""), "{}");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(tags_of("orders"), "a0= a2= a4= b0= b2= b4= c0= c2= c4= d0= d2= d4=");
}

// A change that was prepared for a table that is gone is written for none: no row stays behind.
TEST_F(attachments_of_threads, go_with_their_table) {
  std::atomic<bool> done = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      const std::string tagging =
          resource_body(arn_of_table("orders"), R"("Tags":[)" + tag_json(std::to_string(t), "") + "]");
      const std::string enabling = R"({"TableName":"orders","ContributorInsightsAction":"ENABLE"})";
      while (!done) {
        const answer came = t == 0 ? call(update_contributor_insights, enabling) : call(tag_resource, tagging);
        EXPECT_TRUE(came.ok || came.code == errc::resource_not_found || came.code == errc::resource_in_use)
            << came.to_string();
      }
    });
  }
  for (int i = 0; i < 20; ++i) {
    make("orders");
    must(update_table, stream_body("orders", true));
    drop("orders");
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(stored_kinds(), "");
}

}  // namespace
}  // namespace dynamo::engine_tests
