// Readers of indexes while writers move items about: what one read shows is of one moment.
#include "index_fixture.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace dynamo::engine::test {
namespace {

constexpr int items = 8;
constexpr int rounds = 150;

class moving_items : public indexes {
 protected:
  // Each write moves the item in by_director and by_rating; note and director say the same.
  void write(int title, int round) {
    const std::string value = std::to_string(round % 5);
    put(R"({"year":{"N":"1"},"title":{"S":"t)" + std::to_string(title) + R"("},"director":{"S":"d)" + value +
        R"("},"rating":{"N":")" + value + R"("},"note":{"S":"d)" + value + "\"}}");
  }
  void write_and_read(const std::function<void()>& read) {
    for (int title = 0; title < items; ++title) write(title, 0);
    std::atomic<int> writing = 2;
    std::vector<std::thread> threads;
    for (int writer = 0; writer < 2; ++writer) {
      threads.emplace_back([&, writer] {
        for (int round = 1; round <= rounds; ++round) {
          for (int title = writer; title < items; title += 2) write(title, round);
        }
        --writing;
      });
    }
    threads.emplace_back([&] {
      while (writing > 0 && !HasFailure()) read();
    });
    for (std::thread& thread : threads) thread.join();
    read();
  }
  // All items, each once.
  static void expect_whole(const std::string& page) {
    std::set<std::string> titles;
    const auto found = elements(member(page, "Items").value_or("[]"));
    for (const std::string& item : found) titles.insert(member(item, "title").value_or(""));
    EXPECT_EQ(found.size(), static_cast<std::size_t>(items)) << page;
    EXPECT_EQ(titles.size(), static_cast<std::size_t>(items)) << page;
  }
};

TEST_F(moving_items, are_in_an_index_exactly_once_at_every_moment) {
  make_films();
  write_and_read([&] { expect_whole(scan("by_director")); });
  EXPECT_EQ(differences(), "");
}

TEST_F(moving_items, are_fetched_from_the_moment_of_their_index_rows) {
  make_films();
  write_and_read([&] {
    const std::string page = scan("by_rating", R"(,"Select":"ALL_ATTRIBUTES")");
    expect_whole(page);
    const std::string rows = query("by_rating", R"("KeyConditionExpression":"#y = :y AND rating = :r",
      "ExpressionAttributeNames":{"#y":"year"},"ExpressionAttributeValues":{":y":{"N":"1"},":r":{"N":"3"}},
      "ProjectionExpression":"note, rating")");
    for (const std::string& item : elements(member(rows, "Items").value_or("[]"))) {
      EXPECT_EQ(item, R"({"note":{"S":"d3"},"rating":{"N":"3"}})");  // the row says 3, so must the item
    }
  });
}

TEST_F(moving_items, are_in_a_late_index_exactly_once_too) {
  database_options options;
  options.global_index_delay = std::chrono::milliseconds(2);
  open(options);
  make_films();
  for (int title = 0; title < items; ++title) write(title, 0);
  while (elements(member(scan("by_director"), "Items").value_or("[]")).size() < items) std::this_thread::yield();
  write_and_read([&] { expect_whole(scan("by_director")); });
}

}  // namespace
}  // namespace dynamo::engine::test
