// What writes do to vector indexes: checks, upkeep, capacity.
#include "vector_fixture.hpp"

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using enum operation_name;

class vector_writes : public vector_fixture {
 protected:
  static std::string with_schema() {
    return R"(,"SearchSchema":[{"AttributeName":"c","SearchSchemaElementType":"HASH"},)"
           R"({"AttributeName":"y","SearchSchemaElementType":"INLINE_FILTER"}],"Projection":{"ProjectionType":"KEYS_ONLY"})";
  }
  static std::string definitions() {
    return R"(,{"AttributeName":"c","AttributeType":"S"},{"AttributeName":"y","AttributeType":"N"})";
  }
};

TEST_F(vector_writes, are_checked) {
  make_docs(index("near", "EUCLIDEAN", with_schema()), definitions());
  const std::string start = "validation: One or more parameter values were invalid. Invalid ";
  const struct {
    std::string vector, more, said;
  } rows[] = {
      {to_list(floats{1, 2}), "", start + "size for parameter v, Expected: 3, Actual: 2 IndexName: near"},
      {to_list(floats{1, 2, 3, 4}), "", start + "size for parameter v, Expected: 3, Actual: 4 IndexName: near"},
      {R"({"L":[]})", "", start + "size for parameter v, Expected: 3, Actual: 0 IndexName: near"},
      {R"({"L":[{"N":"1"},{"S":"2"},{"N":"3"}]})", "",
       start + "type for parameter v[1], Expected: 32-bit floating point number, Actual: S. IndexName: near"},
      {R"({"L":[{"N":"1"},{"N":"2"},{"L":[]}]})", "",
       start + "type for parameter v[2], Expected: 32-bit floating point number, Actual: L. IndexName: near"},
      {R"({"S":"1 2 3"})", "",
       start + "type for parameter v, Expected: 32-bit floating point number list IndexName: near"},
      {R"({"NS":["1","2","3"]})", "",
       start + "type for parameter v, Expected: 32-bit floating point number list IndexName: near"},
      {R"({"L":[{"N":"1"},{"N":"1e39"},{"N":"3"}]})", "",
       start + "value for parameter v[1], Expected: 32-bit floating point number. IndexName: near"},
      {R"({"L":[{"N":"3.4e38"},{"N":"-3.4e38"},{"N":"1e-50"}]})", "", "{}"},
      {to_list(floats{1, 2, 3}), R"(,"c":{"N":"1"})",
       "validation: One or more parameter values were invalid: Type mismatch for Index Key c Expected: S Actual: N "
       "IndexName: near"},
      {to_list(floats{1, 2, 3}), R"(,"y":{"S":"1"})",
       "validation: One or more parameter values were invalid: Type mismatch for Index Key y Expected: N Actual: S "
       "IndexName: near"},
      {to_list(floats{1, 2, 3}), R"(,"c":{"S":""})",
       "validation: One or more parameter values are not valid. A value specified for a secondary index key is not "
       "supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: near, "
       "IndexKey: c"},
  };
  for (const auto& row : rows) EXPECT_EQ(put_doc("a", row.vector, row.more), row.said) << row.vector << row.more;
  EXPECT_EQ(told(put_item, R"({"TableName":"docs","Item":{"pk":{"S":"b"},"c":{"S":"x"}}})"), "{}") << "no vector";
  EXPECT_EQ(told(update_item, R"({"TableName":"docs","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET v[3] = :a",
    "ExpressionAttributeValues":{":a":{"N":"1"}}})"),
            start + "size for parameter v, Expected: 3, Actual: 4 IndexName: near");
  EXPECT_EQ(told(transact_write_items, R"({"TransactItems":[{"Put":{"TableName":"docs","Item":{"pk":{"S":"t"},"v":)" +
                                           to_list(floats{1}) + "}}}]}")
                .substr(0, 11),
            "transaction");
  EXPECT_EQ(told(batch_write_item, R"({"RequestItems":{"docs":[{"PutRequest":{"Item":{"pk":{"S":"t"},"v":)" +
                                       to_list(floats{1}) + "}}}]}}"),
            start + "size for parameter v, Expected: 3, Actual: 1 IndexName: near");
}

TEST_F(vector_writes, of_every_kind_keep_the_rows) {
  make_docs(index());
  const auto all = [&] { return found(search({0, 0, 0}, 100)); };
  put_doc("a", floats{1, 0, 0});
  EXPECT_EQ(all(), "a:1");
  put_doc("a", floats{2, 0, 0});
  EXPECT_EQ(all(), "a:2");
  must(update_item, R"({"TableName":"docs","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET v[0] = v[0] + :a",
    "ExpressionAttributeValues":{":a":{"N":"1"}}})");
  EXPECT_EQ(all(), "a:3");
  must(batch_write_item, R"({"RequestItems":{"docs":[{"PutRequest":{"Item":{"pk":{"S":"b"},"v":)" +
                             to_list(floats{0, 4, 0}) + R"(}}},{"DeleteRequest":{"Key":{"pk":{"S":"a"}}}}]}})");
  EXPECT_EQ(all(), "b:4");
  must(transact_write_items, R"({"TransactItems":[{"Delete":{"TableName":"docs","Key":{"pk":{"S":"b"}}}},
    {"Put":{"TableName":"docs","Item":{"pk":{"S":"c"},"v":)" +
                                 to_list(floats{0, 0, 5}) + "}}}]}");
  EXPECT_EQ(all(), "c:5");
  must(update_item, R"({"TableName":"docs","Key":{"pk":{"S":"c"}},"UpdateExpression":"REMOVE v"})");
  EXPECT_EQ(all(), "");
  put_doc("c", floats{1, 0, 0});
  must(delete_item, R"({"TableName":"docs","Key":{"pk":{"S":"c"}}})");
  EXPECT_EQ(all(), "");
}

TEST_F(vector_writes, move_rows_from_one_hash_value_to_another) {
  make_docs(index("near", "EUCLIDEAN", with_schema()), definitions());
  const auto of = [&](const std::string& c) {
    return found(
        search({0, 0, 0}, 10,
               R"(,"SearchConditionExpression":"c = :c","ExpressionAttributeValues":{":c":{"S":")" + c + "\"}}"));
  };
  put_doc("a", floats{1, 0, 0}, R"(,"c":{"S":"x"})");
  put_doc("b", floats{2, 0, 0}, R"(,"c":{"S":"x"})");
  put_doc("n", floats{2, 0, 0});
  EXPECT_EQ(of("x"), "a:1 b:2");
  put_doc("a", floats{1, 0, 0}, R"(,"c":{"S":"xx"})");
  EXPECT_EQ(of("x"), "b:2");
  EXPECT_EQ(of("xx"), "a:1");
  must(update_item, R"({"TableName":"docs","Key":{"pk":{"S":"a"}},"UpdateExpression":"REMOVE c"})");
  EXPECT_EQ(of("xx"), "");
}

TEST_F(vector_writes, that_expire_take_the_rows_along) {
  make_docs(index());
  must(update_time_to_live,
       R"({"TableName":"docs","TimeToLiveSpecification":{"AttributeName":"until","Enabled":true}})");
  const auto soon = std::chrono::duration_cast<std::chrono::seconds>(beginning.time_since_epoch()).count() + 60;
  put_doc("a", floats{1, 0, 0}, R"(,"until":{"N":")" + std::to_string(soon) + "\"}");
  put_doc("b", floats{2, 0, 0});
  EXPECT_EQ(found(search({0, 0, 0})), "a:1 b:2");
  for (int steps = 0; found(search({0, 0, 0})) != "b:2"; ++steps) {
    ASSERT_LT(steps, 10'000);
    time_.advance(std::chrono::seconds(1));
    std::this_thread::yield();
  }
}

TEST_F(vector_writes, tell_the_bytes_that_the_index_takes) {
  make_docs(index("near", "EUCLIDEAN", R"(,"Projection":{"ProjectionType":"ALL"})", 512) + "," +
            index("keys", "COSINE", R"(,"Projection":{"ProjectionType":"KEYS_ONLY"})", 512));
  const auto consumed = [&](const std::string& report, const floats& vector, const std::string& more) {
    const std::string came = told(put_item, R"({"TableName":"docs","ReturnConsumedCapacity":")" + report +
                                                R"(","Item":{"pk":{"S":"a"},"v":)" + to_list(vector) + more + "}}");
    return member(came, "ConsumedCapacity").value_or(came);
  };
  const floats ones(512, 1.25F), twos(512, 2.0F);
  // v and 4 * 512, pk and a; t and 3,000 letters. The table counts what the indexes do: 2,049 + 3 + 3,001 bytes.
  const std::string text = R"(,"t":{"S":")" + std::string(3'000, 'x') + "\"}";
  EXPECT_EQ(
      consumed("INDEXES", ones, text),
      R"({"CapacityUnits":5.0,"Table":{"CapacityUnits":5.0},"VectorIndexes":{"near":{"VectorWriteRequestBytes":5053.0},)"
      R"("keys":{"VectorWriteRequestBytes":2052.0}},"TableName":"docs"})");
  EXPECT_EQ(consumed("INDEXES", ones, text),
            R"({"CapacityUnits":5.0,"Table":{"CapacityUnits":5.0},"TableName":"docs"})")
      << "nothing changed";
  EXPECT_EQ(
      consumed("INDEXES", ones, R"(,"t":{"S":"x"})"),
      R"({"CapacityUnits":5.0,"Table":{"CapacityUnits":5.0},"VectorIndexes":{"near":{"VectorWriteRequestBytes":5053.0}},)"
      R"("TableName":"docs"})")
      << "keys has the same row";
  EXPECT_EQ(consumed("TOTAL", twos, ""), R"({"CapacityUnits":3.0,"TableName":"docs"})");
  const std::string transaction = told(
      transact_write_items,
      R"({"ReturnConsumedCapacity":"INDEXES","TransactItems":[{"Put":{"TableName":"docs","Item":{"pk":{"S":"b"},"v":)" +
          to_list(twos) + "}}}]}");
  EXPECT_NE(transaction.find(R"("keys":{"VectorWriteRequestBytes":2052.0})"), std::string::npos) << transaction;
  EXPECT_NE(transaction.find(R"("CapacityUnits":6.0)"), std::string::npos) << transaction;
}

TEST_F(vector_writes, of_small_rows_take_a_kilobyte) {
  make_docs(index());
  const std::string came =
      told(put_item, R"({"TableName":"docs","ReturnConsumedCapacity":"INDEXES","Item":{"pk":{"S":"a"},"v":)" +
                         to_list(floats{1, 2, 3}) + "}}");
  EXPECT_NE(came.find(R"("near":{"VectorWriteRequestBytes":1024.0})"), std::string::npos) << came;
}

}  // namespace
