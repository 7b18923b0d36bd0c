// A store with rows of one vector index, and the indexes in memory beside it; commits are made by hand.
#pragma once

#include "../vector_fixture.hpp"

#include <engine/rows/vector_row.hpp>
#include <engine/storage/key_space.hpp>
#include <engine/vector_memory/vector_memory.hpp>

namespace dynamo::engine_tests {

using engine::vector_memory;
using engine::write_batch;

class vector_memory_fixture : public ::testing::Test {
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

}  // namespace dynamo::engine_tests
