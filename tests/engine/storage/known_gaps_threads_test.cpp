#include "engine/store_fixture.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

namespace dynamo::engine {
namespace {

constexpr int keys = 5000;

std::string key(const store& of, int i) { return std::string(of.prefix()) + std::to_string(100000 + i); }

int rows_in(const store_reader& in, const store& of, direction way, stops where) {
  int found = 0;
  const auto at = in.range(key(of, 0), key(of, keys), way, where);
  for (; at->valid() || at->between_rows(); at->next()) found += at->valid();
  EXPECT_TRUE(at->status());
  return found;
}

// One row moves about among erased keys, each time in one write: a reader that sees none, or two, saw no moment at all.
TEST(known_gaps_threads, a_row_that_moves_about_in_gaps_is_seen_once_by_every_reader) {
  const auto opened = open_memory_store({}).value();
  write_batch all;
  for (int i = 0; i < keys; ++i) all.put(key(*opened, i), "");
  for (int i = 1; i < keys; ++i) all.erase(key(*opened, i));
  ASSERT_TRUE(opened->write({&all}));

  std::atomic<bool> done = false;
  std::thread writer([&] {
    std::mt19937 random(1);
    int at = 0;
    for (int step = 0; step < 4000; ++step) {
      const int to = static_cast<int>(random() % keys);
      write_batch move;
      move.erase(key(*opened, at));
      move.put(key(*opened, to), "");
      if (!opened->write({&move})) ADD_FAILURE() << "the row cannot be moved";
      at = to;
      if (step % 16 == 0) std::this_thread::yield();
    }
    done = true;
  });
  const auto read = [&](direction way) {
    while (!done) {
      for (const stops where : {stops::at_rows, stops::between_rows_too}) {
        EXPECT_EQ(rows_in(*opened, *opened, way, where), 1);
        const auto moment = opened->snapshot();
        EXPECT_EQ(rows_in(*moment, *opened, way, where), 1) << "in a snapshot";
      }
      if (::testing::Test::HasFailure()) return;
    }
  };
  std::thread ahead(read, direction::forward), back(read, direction::backward);
  writer.join();
  ahead.join();
  back.join();
}

}  // namespace
}  // namespace dynamo::engine
