// An index comes into memory and goes again, while another thread commits.
#include "vector_memory_fixture.hpp"

#include <atomic>
#include <charconv>
#include <thread>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;

class memory_of_vectors_beside_commits : public vector_memory_fixture {
 protected:
  // What the search found under "a"; 0 if the index is not there.
  int found_value() {
    const std::string text = found();
    int value = 0;
    if (const auto at = text.find("a:"); at != std::string::npos) {
      std::from_chars(text.data() + at + 2, text.data() + text.size(), value);
    }
    return value;
  }
};

// found() also compares each result with the row in the search's moment.
TEST_F(memory_of_vectors_beside_commits, shows_what_was_told_and_no_half_of_a_write) {
  constexpr int writes = 3'000, rounds_min = 50;
  put("a", 1);
  put("b", 1);
  std::atomic<int> told = 1;
  std::atomic<bool> goes_on = true;
  std::thread writer([&] {
    for (int i = 2; i <= writes || goes_on; ++i) {
      write_batch batch;
      batch.put(key("a"), value(static_cast<float>(i)));
      batch.put(key("b"), value(static_cast<float>(i)));
      commit(batch);
      told = i;
    }
  });
  int rounds = 0;
  while (rounds < rounds_min || told < writes) {
    ASSERT_TRUE(memory_.register_for_filling(index_));
    bool filled = fill(*rows_->snapshot());
    while (!filled) filled = memory_.end_filling(index_.id);
    for (int searches = 0; searches < 5; ++searches) {
      const int before = told;
      const std::string text = found();
      const int value = found_value();
      EXPECT_GE(value, before);
      if (const auto blank = text.find(' '); blank != std::string::npos) {
        EXPECT_EQ(text.substr(2, blank - 2), text.substr(blank + 3)) << text;
      }
    }
    memory_.drop(index_.id);
    ++rounds;
  }
  goes_on = false;
  writer.join();
  make();
  EXPECT_EQ(found_value(), told.load());
}

}  // namespace
