#include <dynamo/json/buffer.hpp>

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace dynamo::json {
namespace {

TEST(buffer, may_be_destroyed_on_another_thread) {
  for (int round = 0; round < 20; ++round) {
    std::vector<buffer> made_elsewhere;
    std::thread maker([&] {
      for (int i = 0; i < 10; ++i) made_elsewhere.emplace_back("made on thread " + std::to_string(i));
    });
    maker.join();
    EXPECT_EQ(made_elsewhere[3].view(), "made on thread 3");
    std::thread owner([texts = std::move(made_elsewhere)]() mutable { texts.clear(); });
    owner.join();
  }
}

/// Lives in a thread-local object that is destroyed after the pool's own.
struct late {
  buffer text;
  ~late() {
    text.append("still usable");
    buffer another{"and so is another"};
  }
};

TEST(buffer, outlives_the_pool_of_its_thread) {
  std::thread short_lived([] {
    thread_local late first;  // destroyed last: the pool registers its end when the first block comes back
    first.text.append("x");
    buffer returned{"to the pool"};
  });
  short_lived.join();
}

}  // namespace
}  // namespace dynamo::json
