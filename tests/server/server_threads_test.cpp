#include "served.hpp"

#include <gtest/gtest.h>
#include <support/wire.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace dynamo {
namespace {

using testing_support::call_text;
using testing_support::create_table_text;
using testing_support::member;
using testing_support::served;

constexpr int writers = 6;
constexpr int rounds = 40;

std::string key(int thread, int round) {
  return R"("id":{"S":")" + std::to_string(thread) + "/" + std::to_string(round) + "\"}";
}

/// Each client reads back what it wrote, on one connection, and all of them count on one item.
void write_and_read(const served& s, int thread, std::atomic<int>& wrong) {
  auto client = s.connect();
  const auto ask = [&](std::string_view operation, const std::string& body) {
    const auto got = client.ask(call_text(operation, body));
    if (!got || got->status != 200) ++wrong;
    return got ? got->body : std::string();
  };
  for (int round = 0; round < rounds; ++round) {
    ask("PutItem", R"({"TableName":"things","Item":{)" + key(thread, round) + "}}");
    ask("UpdateItem", R"({"TableName":"things","Key":{"id":{"S":"counter"}},"UpdateExpression":"ADD n :one",)"
                      R"("ExpressionAttributeValues":{":one":{"N":"1"}}})");
    const std::string found = ask("GetItem", R"({"TableName":"things","Key":{)" + key(thread, round) + "}}");
    if (found != R"({"Item":{)" + key(thread, round) + "}}") ++wrong;
  }
}

TEST(server_threads, many_clients_lose_nothing) {
  server_options options;
  options.listen.threads = 3;
  const served s(options);
  ASSERT_EQ(s.call("CreateTable", create_table_text).status, 200);
  std::atomic<int> wrong{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < writers; ++i) clients.emplace_back([&, i] { write_and_read(s, i, wrong); });
  for (auto& each : clients) each.join();
  EXPECT_EQ(wrong, 0);
  const auto counted = s.call("GetItem", R"({"TableName":"things","Key":{"id":{"S":"counter"}}})");
  EXPECT_EQ(member(*member(counted.body, "Item"), "n"), R"({"N":")" + std::to_string(writers * rounds) + "\"}");
}

TEST(server_threads, stopping_under_load_answers_or_closes) {
  for (int run = 0; run < 5; ++run) {
    server_options options;
    options.listen.threads = 2;
    served s(options);
    ASSERT_EQ(s.call("CreateTable", create_table_text).status, 200);
    std::atomic<int> answered{0};
    std::atomic<int> wrong{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back([&, i] {
        auto client = s.connect();
        for (int round = 0;; ++round) {
          const auto got = client.ask(call_text("PutItem", R"({"TableName":"things","Item":{)" + key(i, round) + "}}"));
          if (!got) return;
          if (got->status != 200) ++wrong;
          ++answered;
        }
      });
    }
    while (answered < 20) std::this_thread::yield();
    s.on().stop(std::chrono::milliseconds(run % 2 == 0 ? 0 : 10'000));
    for (auto& each : clients) each.join();
    EXPECT_EQ(wrong, 0);
  }
}

}  // namespace
}  // namespace dynamo
