#include <dynamo/base/error.hpp>
#include <dynamo/base/log.hpp>
#include <dynamo/base/random.hpp>

#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace dynamo {
namespace {

constexpr int threads = 4;

template <class Work>
void in_threads(Work work) {
  std::vector<std::jthread> running;
  for (int i = 0; i < threads; ++i) running.emplace_back(work);
}

TEST(ErrorThreads, CopiesLiveAndDieInDifferentThreads) {
  const error shared(errc::transport, "lost");
  in_threads([&] {
    for (int i = 0; i < 2000; ++i) {
      error copy = shared;
      const error another = copy;
      copy = error(errc::validation, "mine");
      EXPECT_EQ(another.message(), "lost");
    }
  });
  EXPECT_EQ(shared.code(), errc::transport);
}

TEST(LogThreads, TheSinkIsCalledOnceAtATime) {
  int calls = 0;  // not atomic: the promise is what is tested
  set_log_sink([&](log_level, std::string_view) { ++calls; });
  in_threads([] {
    for (int i = 0; i < 500; ++i) log(log_level::info, "message");
  });
  set_log_sink({});
  EXPECT_EQ(calls, threads * 500);
}

TEST(RandomThreads, NoIdentifierIsMadeTwice) {
  std::mutex mutex;
  std::set<std::string> seen;
  in_threads([&] {
    for (int i = 0; i < 500; ++i) {
      auto id = make_request_id(system_random());
      const std::scoped_lock lock(mutex);
      seen.insert(std::move(id));
    }
  });
  EXPECT_EQ(seen.size(), threads * 500U);
}

}  // namespace
}  // namespace dynamo
