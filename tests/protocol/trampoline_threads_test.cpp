#include <dynamo/protocol/detail/trampoline.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace dynamo::detail {
namespace {

// Without the order that the trampoline gives, the thread sanitizer sees two threads at `answer`.
TEST(TrampolineThreads, OneOfTwoThreadsGoesOnAndSeesWhatTheOtherDid) {
  constexpr int requests = 300;
  trampoline jump;
  std::atomic<int> started = 0, done = 0;
  int answer = 0, seen = 0;
  const auto go_on = [&] {
    seen += answer;
    done.fetch_add(1);
  };
  std::jthread answers([&] {
    for (int i = 1; i <= requests; ++i) {
      while (started.load() < i) std::this_thread::yield();
      answer = i;
      if (jump.completed()) go_on();
    }
  });
  int wanted = 0;
  for (int i = 1; i <= requests; ++i) {
    jump.starting();
    started.store(i);
    if (jump.returned()) go_on();
    while (done.load() < i) std::this_thread::yield();
    wanted += i;
  }
  answers.join();
  EXPECT_EQ(done.load(), requests);
  EXPECT_EQ(seen, wanted);
}

}  // namespace
}  // namespace dynamo::detail
