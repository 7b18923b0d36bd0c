#include "canned_endpoint.hpp"
#include "films.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <span>

/// What is sent when a vector index is declared and searched, and what its answers become.
namespace {

using namespace films;
using dynamo::errc;
using dynamo::scored;
using dynamo::top_k;
using dynamo::test::canned_endpoint;

class vector_search : public ::testing::Test {
 protected:
  std::shared_ptr<canned_endpoint> wire = std::make_shared<canned_endpoint>();
  dynamo::table<schema> table{wire};
  const std::vector<float> vector{1, -0.5F, 0.1F};

  template <class Call>
  std::string sent(Call&& call) {
    const auto answer = std::forward<Call>(call).run();
    return answer ? wire->last() : answer.error().describe();
  }
};

TEST_F(vector_search, indexes_are_created_with_their_search_schemas) {
  wire->answer("{}");
  wire->answer(R"({"Table":{"TableStatus":"ACTIVE","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}})");
  const auto created = table.create_if_absent().run();
  ASSERT_TRUE(created) << created.error().describe();
  EXPECT_EQ(
      wire->requests.front().body,
      R"({"TableName":"films","AttributeDefinitions":[{"AttributeName":"genre","AttributeType":"S"},)"
      R"({"AttributeName":"id","AttributeType":"S"},{"AttributeName":"title","AttributeType":"S"},)"
      R"({"AttributeName":"year","AttributeType":"N"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
      R"("VectorIndexes":[{"IndexName":"by_meaning","VectorAttribute":{"AttributeName":"meaning"},"Dimensions":3,)"
      R"("DistanceFunction":"COSINE","Projection":{"ProjectionType":"ALL"}},)"
      R"({"IndexName":"by_genre","VectorAttribute":{"AttributeName":"meaning"},"Dimensions":3,)"
      R"("DistanceFunction":"DOT_PRODUCT","SearchSchema":[)"
      R"({"AttributeName":"genre","SearchSchemaElementType":"HASH"},)"
      R"({"AttributeName":"year","SearchSchemaElementType":"INLINE_FILTER"},)"
      R"({"AttributeName":"title","SearchSchemaElementType":"INLINE_FILTER"}],)"
      R"("Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["title"]}},)"
      R"({"IndexName":"by_colour","VectorAttribute":{"AttributeName":"colour"},"Dimensions":2,)"
      R"("DistanceFunction":"EUCLIDEAN","Projection":{"ProjectionType":"KEYS_ONLY"}}],)"
      R"("BillingMode":"PAY_PER_REQUEST"})");
}

TEST_F(vector_search, asks_for_whole_items_by_name_so_that_their_vectors_come) {
  EXPECT_EQ(sent(table.search(by_meaning{}, vector, top_k(10))),
            R"({"TableName":"films","IndexName":"by_meaning","SearchVector":[{"N":"1"},{"N":"-0.5"},{"N":"0.1"}],)"
            R"("TopK":10,"ProjectionExpression":"#0, #1, #2, #3, #4, #5","ExpressionAttributeNames":{"#0":"colour",)"
            R"("#1":"genre","#2":"id","#3":"meaning","#4":"title","#5":"year"}})");
  EXPECT_EQ(wire->requests.back().operation, dynamo::operation_name::search_vectors);
  EXPECT_EQ(wire->requests.back().repeats, dynamo::repeatable::yes);
}

TEST_F(vector_search, compares_the_partition_key_and_filters) {
  EXPECT_EQ(sent(table.search<card>(by_genre{}, vector, top_k(1), genre == "drama", year == 1999)),
            R"({"TableName":"films","IndexName":"by_genre","SearchVector":[{"N":"1"},{"N":"-0.5"},{"N":"0.1"}],)"
            R"("TopK":1,"SearchConditionExpression":"#0 = :0 AND #1 = :1","ProjectionExpression":"#2, #3",)"
            R"("ExpressionAttributeNames":{"#0":"genre","#1":"year","#2":"id","#3":"title"},)"
            R"("ExpressionAttributeValues":{":0":{"S":"drama"},":1":{"N":"1999"}}})");
  EXPECT_NE(sent(table.search<card>(by_genre{}, vector, top_k(1), genre == "drama")).find(R"("#0 = :0")"),
            std::string::npos);
}

TEST_F(vector_search, takes_arrays_and_spans) {
  const std::string expected = R"("SearchVector":[{"N":"0"},{"N":"255"}])";
  EXPECT_NE(sent(table.search<coloured>(by_colour{}, std::array<float, 2>{0, 255}, top_k(3))).find(expected),
            std::string::npos);
  const std::vector<float> longer{7, 0, 255};
  EXPECT_NE(sent(table.search<coloured>(by_colour{}, std::span(longer).subspan(1), top_k(3))).find(expected),
            std::string::npos);
  EXPECT_NE(sent(table.search<coloured>(by_colour{}, std::span(longer).last<2>(), top_k(3))).find(expected),
            std::string::npos);
}

TEST_F(vector_search, of_a_vector_that_does_not_fit_sends_nothing) {
  const auto refused = [&](const std::vector<float>& searched) {
    const auto answer = table.search(by_meaning{}, searched, top_k(10)).run();
    return answer                                            ? "accepted"
           : answer.error().code() == errc::invalid_argument ? answer.error().message()
                                                             : "another error";
  };
  EXPECT_EQ(refused({1, 2}), "the search vector has 2 elements; the vectors of the index `by_meaning` have 3");
  EXPECT_EQ(refused({}), "the search vector has 0 elements; the vectors of the index `by_meaning` have 3");
  EXPECT_EQ(refused({1, std::numeric_limits<float>::quiet_NaN(), 2}),
            "element 1 of the search vector is not a finite number");
  EXPECT_EQ(refused({1, 2, -std::numeric_limits<float>::infinity()}),
            "element 2 of the search vector is not a finite number");
  EXPECT_TRUE(wire->requests.empty());
}

TEST_F(vector_search, answers_items_with_their_scores) {
  wire->answer(
      R"({"SearchResults":[)"
      R"({"Item":{"id":{"S":"a"},"genre":{"S":"drama"},"title":{"S":"A"},"meaning":{"L":[{"N":"1"},{"N":"-0.5"},{"N":"0.1"}]},)"
      R"("colour":{"L":[{"N":"0"},{"N":"7"}]},"year":{"N":"1999"}},"Score":0},)"
      R"({"Score":1.25e-1,"Item":{"meaning":{"L":[{"N":"1"},{"N":"0"},{"N":"0"}]},"id":{"S":"b"},"genre":{"S":"drama"},"title":{"S":"B"}}}],)"
      R"("ConsumedCapacity":{"VectorSearchRequestBytes":1024}})");
  const auto found = table.search(by_meaning{}, vector, top_k(2)).run();
  ASSERT_TRUE(found) << found.error().describe();
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0].score, 0);
  EXPECT_EQ((*found)[0].item.id, "a");
  EXPECT_EQ((*found)[0].item.meaning, vector);
  EXPECT_EQ((*found)[0].item.year, 1999);
  EXPECT_EQ((*found)[0].item.colour, (std::array<float, 2>{0, 7}));
  EXPECT_EQ((*found)[1].score, 0.125);
  EXPECT_EQ((*found)[1].item.title, "B");
  EXPECT_FALSE((*found)[1].item.colour);
}

TEST_F(vector_search, that_finds_nothing_answers_an_empty_list) {
  for (const char* answer : {R"({"SearchResults":[]})", "{}"}) {
    wire->answer(answer);
    const auto found = table.search(by_meaning{}, vector, top_k(2)).run();
    ASSERT_TRUE(found) << found.error().describe();
    EXPECT_TRUE(found->empty());
  }
}

TEST_F(vector_search, an_item_that_cannot_be_read_is_named) {
  wire->answer(R"({"SearchResults":[{"Item":{"id":{"S":"a"},"title":{"N":"5"}},"Score":0}]})");
  const auto found = table.search<card>(by_genre{}, vector, top_k(2), genre == "drama").run();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), errc::decoding);
  EXPECT_NE(found.error().message().find(R"((item {"id":{"S":"a"}}))"), std::string::npos) << found.error().message();
}

TEST_F(vector_search, an_answer_that_is_not_json_is_an_error) {
  for (const char* answer :
       {R"({"SearchResults":[{"Item":{"id":)", R"({"SearchResults":[{"Score":0}})", R"({"SearchResults":{}})"}) {
    wire->answer(answer);
    const auto found = table.search<card>(by_genre{}, vector, top_k(2), genre == "drama").run();
    ASSERT_FALSE(found) << answer;
    EXPECT_EQ(found.error().code(), errc::decoding) << answer;
  }
}

TEST_F(vector_search, verify_tells_what_differs) {
  const auto differences = [&](std::string_view indexes) {
    wire->answer(
        R"({"Table":{"TableStatus":"ACTIVE","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[)"
        R"({"AttributeName":"id","AttributeType":"S"},{"AttributeName":"genre","AttributeType":"S"},)"
        R"({"AttributeName":"title","AttributeType":"S"},{"AttributeName":"year","AttributeType":"S"}],"VectorIndexes":[)" +
        std::string(indexes) + "]}}");
    return table.verify().run().value();
  };
  using sentences = std::vector<std::string>;
  const std::string meaning =
      R"({"IndexName":"by_meaning","VectorAttribute":{"AttributeName":"meaning"},"Dimensions":3,"DistanceFunction":"COSINE",)"
      R"("IndexStatus":"ACTIVE","Projection":{"ProjectionType":"ALL"}})";
  const std::string genres =
      R"(,{"IndexName":"by_genre","VectorAttribute":{"AttributeName":"meaning"},"Dimensions":4,"DistanceFunction":"COSINE",)"
      R"("SearchSchema":[{"AttributeName":"genre","SearchSchemaElementType":"HASH"}],)"
      R"("Projection":{"ProjectionType":"KEYS_ONLY"}})";
  EXPECT_EQ(
      differences(meaning + genres + R"(,{"IndexName":"other","Dimensions":3})"),
      (sentences{"vector index `by_genre` has attribute `meaning`, 4 dimensions, COSINE, HASH genre; the schema says "
                 "attribute `meaning`, 3 dimensions, DOT_PRODUCT, HASH genre, INLINE_FILTER title, INLINE_FILTER year",
                 "vector index `by_genre` projects KEYS_ONLY; the schema says INCLUDE (`title`)",
                 "key attribute `year` is of type S; the schema says N", "vector index `by_colour` is missing",
                 "vector index `other` is not in the schema"}));
}

}  // namespace
