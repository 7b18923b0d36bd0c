// Vector indexes in memory: they are as the store is, or they are not used.
#include <engine/vector_memory/vector_memory.hpp>

#include "../vector_fixture.hpp"

#include <engine/rows/vector_row.hpp>
#include <engine/storage/key_space.hpp>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using engine::vector_memory;
using engine::write_batch;

class memory_of_vectors : public ::testing::Test {
 protected:
  void SetUp() override {
    index_.id = 9;
    index_.name = "near";
    index_.attribute = "v";
    index_.dimensions = 2;
    index_.filters = {{"y", attribute_type::N}};
  }
  std::string key(const std::string& name) const {
    json::buffer prefix;
    engine::append_vector_prefix(prefix, rows_->prefix(), index_.id);
    return std::string(prefix.view()) + name;
  }
  static std::string value(float x, const std::string& item = "{}") {
    std::string row(engine::vector_row_header_size, '\0');
    engine::write_row_header(row.data(), 1);
    row[engine::vector_row_header_size - 1] = 2;
    const float vector[2] = {x, 0};
    return row.append(reinterpret_cast<const char*>(vector), sizeof vector) + item;
  }
  /// A write as the committer makes it; `between` runs when it is in the store
  /// and nobody was told.
  template <class Between>
  void commit(const write_batch& batch, Between between) {
    const std::vector<const write_batch*> batches{&batch};
    memory_.before_write(batches);
    ASSERT_TRUE(rows_->write(batches));
    between();
    memory_.after_write(batches, true);
  }
  void commit(const write_batch& batch) {
    commit(batch, [] {});
  }
  void put(const std::string& name, float x, const std::string& item = "{}") {
    write_batch batch;
    batch.put(key(name), value(x, item));
    commit(batch);
  }
  void erase(const std::string& name) {
    write_batch batch;
    batch.erase(key(name));
    commit(batch);
  }
  /// Copies all rows of a snapshot.
  bool fill(const engine::store_reader& from) {
    const std::string begin = key("");
    for (auto at = from.range(begin, engine::after_prefix(begin), engine::direction::forward); at->valid();
         at->next()) {
      const vector_memory::row row{at->key().substr(rows_->prefix().size()), at->value()};
      if (!memory_.fill(index_.id, {&row, 1})) return false;
    }
    return memory_.end_filling(index_.id);
  }
  void make() {
    ASSERT_TRUE(memory_.register_for_filling(index_));
    ASSERT_TRUE(fill(*rows_->snapshot()));
  }
  /// "a:0 b:1" of a search at 0, with the rows as the search's moment has them;
  /// "-" if the index is not there.
  std::string found() {
    auto begun = memory_.begin(
        index_, {.vector = {0, 0}, .kind = vector_search::distance::euclidean, .top_k = 10, .filter = {}});
    if (!begun) return "-";
    begun->search.run();
    std::string text;
    for (const vector_search::match& one : begun->search.take()) {
      json::buffer row;
      engine::value_copier copy(row);
      const auto there = begun->moment->get(std::string(rows_->prefix()) + one.id, copy);
      EXPECT_TRUE(there && *there) << one.id;
      std::vector<float> vector;
      EXPECT_TRUE(engine::read_vector_row(row.view(), vector));
      EXPECT_EQ(std::abs(vector.at(0)), one.score) << "another row";
      text += (text.empty() ? "" : " ") + one.id.substr(5) + ":" + shortest(one.score);
    }
    return text;
  }

  const std::unique_ptr<engine::store> rows_ = *engine::open_memory_store({});
  engine::vector_index_descriptor index_;
  vector_memory memory_{*rows_, 4u << 20};
};

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
