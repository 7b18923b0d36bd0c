// Changes of several keys on several threads: none waits for another in a circle, and each has all of its keys.
#include <engine/commit/key_locks.hpp>

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <thread>
#include <vector>

namespace dynamo::engine {
namespace {

TEST(KeyLocksThreads, ListsInAnyOrderWaitForEachOtherAndHaveAllTheyNamed) {
  constexpr std::size_t keys = 6;
  constexpr int each = 2'000;
  key_locks locks;
  std::array<int, keys> counts{};  // each guarded by the stripe of its number
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(t);
      for (int i = 0; i < each; ++i) {
        const std::vector<std::size_t> stripes{random() % keys, random() % keys, random() % keys};
        key_locks::guard_list held;
        held.lock(locks, stripes);
        for (const std::size_t stripe : stripes) ++counts[stripe];
        held.release();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  int all = 0;
  for (const int count : counts) all += count;
  EXPECT_EQ(all, 4 * each * 3);
}

}  // namespace
}  // namespace dynamo::engine
