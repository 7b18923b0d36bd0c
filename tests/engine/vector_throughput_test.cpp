// Throughput that is enforced, where a table has a vector index: DynamoDB meters vector indexes apart from the read and write units of their
// table ("Monitoring vector index capacity", Developer Guide), and says of no rate that they may take.
#include "throughput_fixture.hpp"
#include "vector_fixture.hpp"

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using namespace std::chrono_literals;
using enum operation_name;

class throughput_of_vectors : public throughput_fixture {
 protected:
  static constexpr int dimensions = 1'000;

  void make_docs(int read, int write) {
    make(on_demand(), R"(,"OnDemandThroughput":{"MaxReadRequestUnits":)" + std::to_string(read) +
                          R"(,"MaxWriteRequestUnits":)" + std::to_string(write) +
                          R"(},"VectorIndexes":[{"IndexName":"near","VectorAttribute":{"AttributeName":"v"},
      "Dimensions":)" + std::to_string(dimensions) +
                          R"(,"DistanceFunction":"EUCLIDEAN","Projection":{"ProjectionType":"ALL"}}])");
  }
  std::string putting_vector(const std::string& pk) {
    return putting("{" + key_of(pk) + R"(,"v":)" + to_list(floats(dimensions, 0.125F)) + "}");
  }
  std::string searching() {
    return outcome(call(search_vectors, R"({"TableName":"things","IndexName":"near","TopK":3,"SearchVector":)" +
                                            to_search(floats(dimensions, 1)) + "}"));
  }
};

TEST_F(throughput_of_vectors, writes_of_the_table_count_four_bytes_a_dimension) {
  make_docs(100, 10);
  EXPECT_EQ(putting_vector("a"), "ok");
  EXPECT_EQ(putting_vector("b"), "ok");
  EXPECT_EQ(putting_vector("c"), "ok") << "8 of 10 units were taken";
  EXPECT_EQ(putting_vector("d"), "TableWriteMaxOnDemandThroughputExceeded of things");
  EXPECT_EQ(searching(), "ok") << "and what a search answers is in the index, or it is not";
  time_.advance(1s);
  EXPECT_EQ(putting_vector("d"), "ok");
}

TEST_F(throughput_of_vectors, searches_and_rows_of_the_index_take_no_units) {
  make_docs(1, 1'000);
  for (int i = 0; i < 20; ++i) ASSERT_EQ(putting_vector(std::to_string(i)), "ok") << i;
  for (int i = 0; i < 50; ++i) ASSERT_EQ(searching(), "ok") << i;
  EXPECT_EQ(getting("1", R"(,"ConsistentRead":true)"), "ok") << "no search took what is there for reads";
  EXPECT_EQ(getting("1"), "TableReadMaxOnDemandThroughputExceeded of things");
  EXPECT_EQ(searching(), "ok") << "nor does one wait for it";
}

}  // namespace
