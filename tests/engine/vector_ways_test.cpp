// The two ways of a search, from memory and row by row: byte for byte the same
// responses, whatever was written.
#include "../support/seeds.hpp"
#include "vector_fixture.hpp"

#include <random>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using enum operation_name;

class ways_of_searching : public vector_fixture {
 protected:
  using draws = std::mt19937_64;
  static std::size_t draw(draws& random, std::size_t n) { return random() % n; }

  std::shared_ptr<endpoint> open(std::size_t vector_memory_bytes) {
    database_options how = options();
    how.vector_memory_bytes = vector_memory_bytes;
    auto opened = engine::open_in_memory(how);
    EXPECT_TRUE(opened);
    return *opened;
  }
  void on_each(operation_name op, const std::string& body) {
    for (const auto& db : dbs_) {
      const answer came = testing_support::call(*db, op, body);
      ASSERT_TRUE(came.ok) << came.to_string();
    }
  }
  static floats draw_vector(draws& random, std::size_t dimensions) {
    floats vector(dimensions);
    for (float& one : vector) one = static_cast<float>(static_cast<int>(draw(random, 2'001)) - 1'000) / 256.0F;
    if (draw(random, 20) == 0) vector.assign(dimensions, 0);
    return vector;
  }
  std::string item(draws& random, std::size_t dimensions) {
    std::string text = R"({"pk":{"S":")" + std::to_string(draw(random, 120)) + "\"}";
    if (draw(random, 10) > 0) text += R"(,"v":)" + to_list(draw_vector(random, dimensions));
    if (draw(random, 6) > 0) text += R"(,"c":{"S":")" + std::string(1 + draw(random, 2), 'c') + "\"}";
    if (draw(random, 6) > 0) text += R"(,"y":{"N":")" + std::to_string(draw(random, 3)) + "\"}";
    return text + "}";
  }

  std::vector<std::shared_ptr<endpoint>> dbs_;
};

TEST_F(ways_of_searching, answer_the_same) {
  const std::string c = R"({"AttributeName":"c","SearchSchemaElementType":"HASH"})",
                    y = R"({"AttributeName":"y","SearchSchemaElementType":"INLINE_FILTER"})";
  testing_support::for_each_seed(6, [&](draws& random) {
    const std::size_t dimensions = std::array<std::size_t, 5>{1, 3, 16, 100, 257}[draw(random, 5)];
    const auto size = static_cast<int>(dimensions);
    dbs_ = {open(0), open(64u << 20), open(40'000)};  // the last one has to give up now and then
    std::string indexes;
    for (const std::string distance : {"COSINE", "EUCLIDEAN", "DOT_PRODUCT"}) {
      indexes +=
          index(distance, distance, R"(,"SearchSchema":[)" + y + R"(],"Projection":{"ProjectionType":"ALL"})", size) +
          ",";
    }
    indexes += index("hashed", "COSINE",
                     R"(,"SearchSchema":[)" + c + "," + y + R"(],"Projection":{"ProjectionType":"KEYS_ONLY"})", size);
    on_each(create_table,
            table(indexes, R"(,{"AttributeName":"c","AttributeType":"S"},{"AttributeName":"y","AttributeType":"N"})"));
    for (int step = 0; step < 300 && !HasFailure(); ++step) {
      if (draw(random, 5) == 0) {
        on_each(delete_item, R"({"TableName":"docs","Key":{"pk":{"S":")" + std::to_string(draw(random, 120)) + "\"}}}");
      } else {
        on_each(put_item, R"({"TableName":"docs","Item":)" + item(random, dimensions) + "}");
      }
      if (step % 4 != 0) continue;
      const bool hashed = draw(random, 4) == 0, filtered = draw(random, 2) == 0;
      std::string more, values;
      if (hashed) more = "c = :c", values = R"(":c":{"S":"cc"})";
      if (filtered)
        more += hashed ? " AND y = :y" : "y = :y", values += std::string(hashed ? "," : "") + R"(":y":{"N":"1"})";
      if (!more.empty())
        more = R"(,"SearchConditionExpression":")" + more + R"(","ExpressionAttributeValues":{)" + values + "}";
      const std::string name = hashed ? "hashed" : std::array{"COSINE", "EUCLIDEAN", "DOT_PRODUCT"}[draw(random, 3)];
      const std::string body = R"({"TableName":"docs","IndexName":")" + name +
                               R"(","ReturnConsumedCapacity":"TOTAL","TopK":)" + std::to_string(1 + draw(random, 30)) +
                               more + R"(,"SearchVector":)" + to_search(draw_vector(random, dimensions)) + "}";
      const std::string rows = testing_support::call(*dbs_[0], operation_name::search_vectors, body).to_string();
      EXPECT_TRUE(rows.starts_with("{")) << rows;
      for (std::size_t i = 1; i < dbs_.size(); ++i) {
        EXPECT_EQ(testing_support::call(*dbs_[i], operation_name::search_vectors, body).to_string(), rows) << body;
      }
    }
    dbs_.clear();
  });
}

}  // namespace
