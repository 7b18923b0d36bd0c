#include <dynamo/vector_search/vector_set.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace dynamo::vector_search;

/// The writer changes all rows from one value to the next before it publishes. So a search sees all of one value, whatever the writer
/// does meanwhile.
TEST(vector_set, searches_of_other_threads_see_whole_publications) {
  constexpr int rows = 200;
  constexpr int publications = 200;
  constexpr std::size_t dimensions = 20;
  vector_set set(dimensions);
  const auto change_all = [&](int value) {
    const std::string payload = std::to_string(value);
    for (int i = 0; i < rows; ++i) {
      set.put(std::to_string(i), std::vector<float>(dimensions, static_cast<float>(value)), payload);
    }
    set.publish();
  };
  change_all(0);

  std::atomic<bool> done = false;
  const auto read = [&] {
    int last = 0;
    int searches = 0;
    while (!done.load() || searches == 0) {
      search s =
          set.begin({.vector = std::vector<float>(dimensions, 0.0F), .kind = distance::dot_product, .top_k = rows});
      while (!s.run(17)) {
      }
      ASSERT_EQ(s.rows_seen(), static_cast<std::size_t>(rows));
      const std::vector<match> found = s.take();
      ASSERT_EQ(found.size(), static_cast<std::size_t>(rows));
      for (const match& m : found) ASSERT_EQ(m.payload, found.front().payload);
      const int seen = std::stoi(found.front().payload);
      ASSERT_LE(last, seen);
      last = seen;
      ++searches;
    }
  };
  {
    std::vector<std::jthread> readers;
    for (int i = 0; i < 3; ++i) readers.emplace_back(read);
    for (int value = 1; value <= publications; ++value) change_all(value);
    done = true;
  }
  search last = set.begin({.vector = std::vector<float>(dimensions, 1.0F), .kind = distance::euclidean, .top_k = 1});
  last.run();
  EXPECT_EQ(last.take().front().payload, std::to_string(publications));
}

}  // namespace
