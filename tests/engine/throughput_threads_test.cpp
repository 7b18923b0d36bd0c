// Many writers at once: what they consume together is what the table has, whoever comes first.
#include "throughput_fixture.hpp"

#include <atomic>
#include <thread>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using namespace std::chrono_literals;

class throughput_of_many : public throughput_fixture {};

TEST_F(throughput_of_many, is_what_the_table_has) {
  constexpr int writers = 8;
  make(units(500, 500));
  for (int second = 0; second < 2; ++second) {
    std::atomic<int> written = 0;
    std::atomic<int> read = 0;
    std::vector<std::thread> threads;
    for (int writer = 0; writer < writers; ++writer) {
      threads.emplace_back([&, writer] {
        const auto key = [&](int i) { return std::to_string(writer) + "-" + std::to_string(i % 7); };
        for (int i = 0; putting_key(key(i)) == "ok"; ++i) ++written;
        for (int i = 0; getting(key(i), R"(,"ConsistentRead":true)") == "ok"; ++i) ++read;
      });
    }
    for (std::thread& one : threads) one.join();
    // Requests that are checked at the same time may all be admitted; what they took beyond is missing in the next second.
    EXPECT_GE(written, 500 - writers);
    EXPECT_LE(written, 500 + writers);
    EXPECT_GE(read, 500 - writers);
    EXPECT_LE(read, 500 + writers);
    time_.advance(1s);
  }
}

}  // namespace
