// Vector indexes in memory: they are as the store is, or they are not used.
#include "vector_memory_fixture.hpp"

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;

class memory_of_vectors : public vector_memory_fixture {};

TEST_F(memory_of_vectors, is_filled_once_and_follows_the_commits) {
  put("a", 3);
  put("b", 1);
  EXPECT_EQ(found(), "-");
  make();
  EXPECT_FALSE(memory_.register_for_filling(index_)) << "it is there";
  EXPECT_EQ(found(), "b:1 a:3");
  put("c", 2);
  put("a", 0);
  erase("b");
  EXPECT_EQ(found(), "a:0 c:2");
}

TEST_F(memory_of_vectors, takes_what_is_committed_while_it_is_filled) {
  put("a", 1);
  put("b", 2);
  put("c", 3);
  ASSERT_TRUE(memory_.register_for_filling(index_));
  const auto moment = rows_->snapshot();
  put("a", 4);
  erase("b");
  put("d", 5);
  EXPECT_EQ(found(), "-");
  ASSERT_TRUE(fill(*moment));
  EXPECT_EQ(found(), "c:3 a:4 d:5");
}

TEST_F(memory_of_vectors, shows_a_write_when_it_is_settled) {
  put("a", 1);
  make();
  write_batch batch;
  batch.put(key("a"), value(7));
  batch.put(key("b"), value(2));
  commit(batch, [&] { EXPECT_EQ(found(), "a:1") << "with the store as it was before"; });
  EXPECT_EQ(found(), "b:2 a:7");
}

TEST_F(memory_of_vectors, waits_for_a_write_that_was_begun_before_it) {
  put("a", 1);
  write_batch batch;
  batch.put(key("b"), value(2));
  commit(batch, [&] {
    ASSERT_TRUE(memory_.register_for_filling(index_));
    EXPECT_FALSE(fill(*rows_->snapshot()));
    EXPECT_EQ(found(), "-");
  });
  EXPECT_TRUE(memory_.end_filling(index_.id));
  EXPECT_EQ(found(), "a:1 b:2");
}

TEST_F(memory_of_vectors, that_goes_during_a_write_comes_again_as_the_store_is_then) {
  put("a", 1);
  make();
  write_batch batch;
  batch.put(key("a"), value(2));
  commit(batch, [&] { memory_.drop(index_.id); });
  put("a", 3);
  make();
  EXPECT_EQ(found(), "a:3");
  put("a", 4);
  EXPECT_EQ(found(), "a:4");
}

TEST_F(memory_of_vectors, stays_as_the_store_was_when_a_write_fails) {
  put("a", 1);
  make();
  write_batch batch;
  batch.put(key("a"), value(2));
  const std::vector<const write_batch*> batches{&batch};
  memory_.before_write(batches);
  memory_.after_write(batches, false);
  EXPECT_EQ(found(), "a:1");
}

TEST_F(memory_of_vectors, goes_with_its_index) {
  put("a", 1);
  make();
  write_batch batch;
  batch.erase_range(key(""), engine::after_prefix(key("")));
  commit(batch);
  EXPECT_EQ(found(), "-");
  EXPECT_EQ(memory_.bytes(), 0u);
}

TEST_F(memory_of_vectors, leaves_out_what_does_not_fit_for_a_while) {
  vector_memory small(*rows_, 1);
  put("a", 1);
  ASSERT_TRUE(small.register_for_filling(index_));
  const std::string stored = value(1), name = key("a").substr(rows_->prefix().size());
  const vector_memory::row row{name, stored};
  EXPECT_FALSE(small.fill(index_.id, {&row, 1}));
  EXPECT_EQ(small.bytes(), 0u);
  int searches = 1;
  while (!small.register_for_filling(index_)) ++searches;
  EXPECT_EQ(searches, 1'000);
  EXPECT_FALSE(vector_memory(*rows_, 0).register_for_filling(index_));
}

TEST_F(memory_of_vectors, shows_filters_what_they_ask_for) {
  put("a", 1, R"({"y":{"N":"5"}})");
  put("b", 2);
  make();
  std::string seen;
  auto begun = memory_.begin(index_, {.vector = {0, 0},
                                      .kind = vector_search::distance::euclidean,
                                      .top_k = 10,
                                      .filter = [&](std::string_view id, std::string_view payload) {
                                        seen += std::string(id.substr(5)) + "=" +
                                                std::string(vector_memory::filter_value(payload, 0).value_or("-")) +
                                                " ";
                                        EXPECT_FALSE(vector_memory::filter_value(payload, 1));
                                        return false;
                                      }});
  ASSERT_TRUE(begun);
  begun->search.run();
  EXPECT_TRUE(begun->search.take().empty());
  EXPECT_EQ(seen, R"(a={"N":"5"} b=- )");
}

}  // namespace
