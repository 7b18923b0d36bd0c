// A vector index is filled, and searched, while other threads write to the same items.
#include "../support/seeds.hpp"
#include "vector_fixture.hpp"

#include <atomic>
#include <random>
#include <set>
#include <thread>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using enum operation_name;

class filled_vectors : public vector_fixture {
 protected:
  static constexpr unsigned keys = 90;

  void SetUp() override {
    auto opened = engine::open_in_memory({});
    ASSERT_TRUE(opened) << opened.error().describe();
    db_ = *opened;
    make_docs("");
    std::mt19937_64 random(1);
    for (unsigned i = 0; i < 5'000; ++i) put_number(10'000 + i, 0);
    for (unsigned i = 0; i < keys; ++i) put_number(i, static_cast<unsigned>(random() % 1'000) + 1);
  }
  // Whatever lies far away comes after what has a key below `keys`.
  void put_number(unsigned pk, unsigned value) {
    const float far = pk < keys ? 0.0F : 1e6F;
    EXPECT_EQ(put_doc(std::to_string(pk), floats{static_cast<float>(value), far, 0}), "{}");
  }
  void write(std::mt19937_64& random) {
    const auto pk = static_cast<unsigned>(random() % keys);
    if (random() % 4 == 0) {
      must(delete_item, R"({"TableName":"docs","Key":{"pk":{"S":")" + std::to_string(pk) + "\"}}}");
    } else {
      put_number(pk, static_cast<unsigned>(random() % 1'000) + 1);
    }
  }
  // "pk:value" of the items near the origin, by reading each; and as the index has them.
  std::set<std::string> read() {
    std::set<std::string> all;
    for (unsigned pk = 0; pk < keys; ++pk) {
      const std::string item =
          call(get_item, R"({"TableName":"docs","Key":{"pk":{"S":")" + std::to_string(pk) + "\"}}}").body;
      const auto vector = member(member(item, "Item").value_or("{}"), "v");
      if (!vector) continue;
      all.insert(std::to_string(pk) + ":" + text_member(elements(member(*vector, "L").value_or("[]")).front(), "N"));
    }
    return all;
  }
  std::set<std::string> searched() {
    std::set<std::string> all;
    const std::string text = found(search({0, 0, 0}, 100)) + " ";
    for (std::size_t from = 0; from + 1 < text.size();) {
      const auto blank = text.find(' ', from);
      const std::string one = text.substr(from, blank - from);
      if (std::stod(one.substr(one.find(':') + 1)) < 1e5) all.insert(one);
      from = blank + 1;
    }
    return all;
  }
};

TEST_F(filled_vectors, are_as_their_table_is) {
  testing_support::for_each_seed(3, [&](std::mt19937_64& seeds) {
    std::atomic<bool> writing = true;
    std::array<std::jthread, 2> writers;
    for (std::jthread& writer : writers) {
      writer = std::jthread([&, first = seeds()] {
        std::mt19937_64 random(first);
        while (writing && !HasFailure()) write(random);
      });
    }
    const answer added = call(update_table, add_index(index()));
    while (added.ok && description().find("Backfilling") != std::string::npos) std::this_thread::yield();
    for (int i = 0; i < 5; ++i) {  // beside the writers: results are in order, and each comes once
      const std::string came = search({0, 0, 0}, 50);
      EXPECT_TRUE(came.starts_with(R"({"SearchResults":[)")) << came;
      std::set<std::string> once;
      double last = 0;
      for (const std::string& one : elements(member(came, "SearchResults").value_or("[]"))) {
        const double score = std::stod(member(one, "Score").value_or("nan"));
        EXPECT_GE(score, last) << came;
        last = score;
        EXPECT_TRUE(once.insert(member(one, "Item").value_or("")).second) << came;
      }
    }
    writing = false;
    for (std::jthread& writer : writers) writer.join();
    ASSERT_TRUE(added.ok) << added.to_string();
    EXPECT_EQ(searched(), read());
    must(update_table, remove_index("near"));
  });
}

}  // namespace
