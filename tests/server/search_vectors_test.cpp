// Vector indexes over HTTP: the served database answers as the one in this process does.
#include <dynamo/database.hpp>

#include <gtest/gtest.h>
#include <support/wire.hpp>
#include <support/wired.hpp>

#include <string>

namespace dynamo {
namespace {

TEST(search_vectors_over_http, answers_as_in_process) {
  const auto db = database::in_memory();
  ASSERT_TRUE(db);
  testing_support::wire served(db->endpoint(), testing_support::wire::kind::http);
  const auto told = [&](operation_name op, std::string_view body) {
    return testing_support::call(served, op, body).to_string();
  };
  const std::string made = told(operation_name::create_table, R"({"TableName":"docs","BillingMode":"PAY_PER_REQUEST",
    "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
    "VectorIndexes":[{"IndexName":"near","VectorAttribute":{"AttributeName":"v"},"Dimensions":2,"DistanceFunction":"EUCLIDEAN",
      "Projection":{"ProjectionType":"KEYS_ONLY"}}]})");
  ASSERT_NE(made.find(R"("DistanceFunction":"EUCLIDEAN")"), std::string::npos) << made;
  EXPECT_EQ(
      told(operation_name::put_item, R"({"TableName":"docs","Item":{"pk":{"S":"a"},"v":{"L":[{"N":"3"},{"N":"4"}]}}})"),
      "{}");
  const std::string search = R"({"TableName":"docs","IndexName":"near","SearchVector":[{"N":"0"},{"N":"0"}],"TopK":)";
  EXPECT_EQ(
      told(operation_name::search_vectors, search + R"(5,"ReturnConsumedCapacity":"INDEXES"})"),
      R"({"ConsumedCapacity":{"VectorSearchRequestBytes":11.0},"SearchResults":[{"Item":{"pk":{"S":"a"}},"Score":5}]})");
  EXPECT_EQ(
      told(operation_name::search_vectors, search + "101}"),
      "validation: Provided TopK value '101' is out of valid range. The value must be between 1 and 100 inclusive");
  EXPECT_EQ(told(operation_name::search_vectors, R"({"TableName":null})"),
            "serialization: invalid type: null, expected a string at line 1 column 17");
  EXPECT_EQ(
      told(operation_name::put_item, R"({"TableName":"docs","Item":{"pk":{"S":"a"},"v":{"L":[{"N":"3"}]}}})"),
      "validation: One or more parameter values were invalid. Invalid size for parameter v, Expected: 2, Actual: 1 "
      "IndexName: near");
}

}  // namespace
}  // namespace dynamo
