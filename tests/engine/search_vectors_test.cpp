// SearchVectors: what it finds, what it answers, what it refuses.
#include "vector_fixture.hpp"

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using enum operation_name;

class vector_searches : public vector_fixture {
 protected:
  std::string raw(const std::string& body) { return told(operation_name::search_vectors, body); }
};

const std::string all = R"(,"Projection":{"ProjectionType":"ALL"})";

TEST_F(vector_searches, scores_by_the_three_distances) {
  make_docs(index("cosine", "COSINE") + "," + index("euclid", "EUCLIDEAN") + "," + index("dot", "DOT_PRODUCT"));
  put_doc("same", floats{1, 0, 0});
  put_doc("twice", floats{2, 0, 0});
  put_doc("right", floats{0, 3, 0});
  put_doc("back", floats{-1, 0, 0});
  put_doc("zero", floats{0, 0, 0});
  const floats unit{1, 0, 0};
  EXPECT_EQ(found(search(unit, 10, "", "euclid")), "same:0 twice:1 zero:1 back:2 right:3.1622776601683795");
  EXPECT_EQ(found(search(unit, 3, "", "dot")).substr(0, 14), "twice:2 same:1");
  const std::string by_angle = found(search(unit, 10, "", "cosine"));
  EXPECT_NE(by_angle.find("right:1"), std::string::npos) << by_angle;
  EXPECT_NE(by_angle.find("zero:1"), std::string::npos) << "a zero vector is at a right angle to all: " << by_angle;
  EXPECT_TRUE(by_angle.ends_with("back:2")) << by_angle;
  EXPECT_EQ(found(search({0, 0, 0}, 1, "", "cosine")).substr(found(search({0, 0, 0}, 1, "", "cosine")).find(':')),
            ":1");
}

TEST_F(vector_searches, orders_equal_scores_as_scan_does) {
  make_docs(index());
  for (int i = 0; i < 50; ++i) put_doc(std::to_string(i), floats{1, 1, 1});
  std::string scanned;
  for (const std::string& item :
       elements(member(call(scan, R"({"TableName":"docs","Limit":10})").body, "Items").value_or("[]"))) {
    scanned += (scanned.empty() ? "" : " ") + text_member(member(item, "pk").value_or(""), "S") + ":0";
  }
  EXPECT_EQ(found(search({1, 1, 1}, 10)), scanned);
}

TEST_F(vector_searches, answers_what_is_projected) {
  make_docs(index("near") + "," + index("keys", "EUCLIDEAN", R"(,"Projection":{"ProjectionType":"KEYS_ONLY"})") + "," +
            index("some", "EUCLIDEAN", R"(,"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["m"]})"));
  put_doc("a", R"({"L":[{"N":"0.1"},{"N":"16777217"},{"N":"1e-60"}]})",
          R"(,"m":{"M":{"x":{"N":"1"},"y":{"N":"2"}}},"z":{"S":"z"})");
  const auto item = [&](const std::string& name, const std::string& projection) {
    const std::string came =
        search({0, 0, 0}, 1, projection.empty() ? "" : R"(,"ProjectionExpression":")" + projection + "\"", name);
    const auto results = elements(member(came, "SearchResults").value_or("[]"));
    return results.size() == 1 ? member(results.front(), "Item").value_or("?") : came;
  };
  EXPECT_EQ(item("near", ""), R"({"m":{"M":{"x":{"N":"1"},"y":{"N":"2"}}},"pk":{"S":"a"},"z":{"S":"z"}})");
  EXPECT_EQ(item("keys", ""), R"({"pk":{"S":"a"}})");
  EXPECT_EQ(item("some", ""), R"({"m":{"M":{"x":{"N":"1"},"y":{"N":"2"}}},"pk":{"S":"a"}})");
  EXPECT_EQ(item("some", "m.y"), R"({"m":{"M":{"y":{"N":"2"}}}})");
  EXPECT_EQ(item("keys", "pk, v"), R"({"pk":{"S":"a"},"v":{"L":[{"N":"0.1"},{"N":"16777216"},{"N":"0"}]}})");
  EXPECT_EQ(item("near", "v[1]"), R"({"v":{"L":[{"N":"16777216"}]}})");
  EXPECT_EQ(item("near", "nothing"), "{}");
  EXPECT_EQ(item("keys", "z"),
            "validation: One or more parameter values were invalid: Vector index keys does not project [z]");
  EXPECT_EQ(call(get_item, R"({"TableName":"docs","Key":{"pk":{"S":"a"}},"ProjectionExpression":"v"})").body,
            R"({"Item":{"v":{"L":[{"N":"0.1"},{"N":"16777217"},{"N":"0.)" + std::string(59, '0') + R"(1"}]}}})");
}

TEST_F(vector_searches, takes_conditions) {
  make_docs(
      index("near", "EUCLIDEAN",
            R"(,"SearchSchema":[{"AttributeName":"c","SearchSchemaElementType":"HASH"},)"
            R"({"AttributeName":"y","SearchSchemaElementType":"INLINE_FILTER"},)"
            R"({"AttributeName":"b","SearchSchemaElementType":"INLINE_FILTER"}])" +
                all) +
          "," +
          index("free", "EUCLIDEAN",
                R"(,"SearchSchema":[{"AttributeName":"y","SearchSchemaElementType":"INLINE_FILTER"}])" + all) +
          "," + index("plain"),
      R"(,{"AttributeName":"c","AttributeType":"S"},{"AttributeName":"y","AttributeType":"N"},{"AttributeName":"b","AttributeType":"B"})");
  for (int i = 0; i < 8; ++i) {
    put_doc(std::to_string(i), floats{static_cast<float>(i), 0, 0},
            std::string(R"(,"c":{"S":")") + (i < 4 ? "x" : "y") + R"("},"y":{"N":")" + std::to_string(i % 2) + "\"}" +
                (i % 4 == 1 ? R"(,"b":{"B":"AAE="})" : ""));
  }
  const auto with = [&](const std::string& condition, const std::string& values, const std::string& name = "near") {
    return found(search({0, 0, 0}, 10,
                        R"(,"SearchConditionExpression":")" + condition + "\"" +
                            (values.empty() ? "" : R"(,"ExpressionAttributeValues":{)" + values + "}"),
                        name));
  };
  const std::string x = R"(":x":{"S":"x"})", y = R"(":y":{"N":"1.0"})", b = R"(":b":{"B":"AAE="})";
  EXPECT_EQ(with("c = :x", x), "0:0 1:1 2:2 3:3");
  EXPECT_EQ(with(":x = c", x), "0:0 1:1 2:2 3:3");
  EXPECT_EQ(with("c = :x AND y = :y", x + "," + y), "1:1 3:3");
  EXPECT_EQ(with("b = :b AND (c = :x AND y = :y)", x + "," + y + "," + b), "1:1");
  EXPECT_EQ(with("y = :y", y, "free"), "1:1 3:3 5:5 7:7");
  EXPECT_EQ(found(search({0, 0, 0}, 2, "", "free")), "0:0 1:1");

  const std::string bad = "validation: Invalid SearchConditionExpression: ";
  EXPECT_EQ(found(search({0, 0, 0})),
            "validation: SearchConditionExpression must be provided when SearchSchema has a HASH key");
  EXPECT_EQ(with("y = :y", y), bad + "There is no condition on the HASH attribute c of the SearchSchema");
  for (const std::string condition : {"c > :x", "c = :x AND y <> :y", "c = :x AND y < :y", "c = :x OR y = :y",
                                      "NOT c = :x AND y = :y", "c = :x AND y IN (:y)", "begins_with(c, :x) AND y = :y",
                                      "c = :x AND y BETWEEN :y AND :y", "c = :x AND attribute_exists(y) AND y = :y"}) {
    const std::string values = condition.find(":y") == std::string::npos ? x : x + "," + y;
    EXPECT_EQ(with(condition, values), bad + "Invalid comparator used in SearchConditionExpression") << condition;
  }
  EXPECT_EQ(with("c = :x AND c = :x", x), bad + "There is more than one condition on the attribute c");
  EXPECT_EQ(with("z = :x", x, "plain"), bad + "Attribute z is not in the SearchSchema of index plain");
  EXPECT_EQ(with("c.d = :x", x), bad + "Conditions on nested attributes are not supported");
  EXPECT_EQ(with("c = y", ""), bad + "A condition must compare an attribute of the SearchSchema with a value");
  EXPECT_EQ(
      with("c = :x", R"(":x":{"N":"1"})"),
      "validation: One or more parameter values were invalid: Condition parameter type does not match schema type");
  EXPECT_EQ(with("c = :x AND", x), bad + R"(Syntax error; token: "<EOF>", near: "AND")");
  EXPECT_EQ(with("", ""), bad + "The expression can not be empty;");
  EXPECT_EQ(with("c = :x", x + "," + y),
            "validation: Value provided in ExpressionAttributeValues unused in expressions: keys: {:y}");
}

TEST_F(vector_searches, counts_the_bytes_that_it_looks_at) {
  make_docs(index());
  for (int i = 0; i < 5; ++i) put_doc(std::to_string(i), floats{static_cast<float>(i), 0, 0});
  for (const std::string report : {"TOTAL", "INDEXES"}) {  // 5 * 12, and "pk" with a letter twice
    EXPECT_EQ(
        member(search({0, 0, 0}, 2, R"(,"ReturnConsumedCapacity":")" + report + "\""), "ConsumedCapacity").value_or(""),
        R"({"VectorSearchRequestBytes":66.0})");
  }
  EXPECT_EQ(search({0, 0, 0}, 1, R"(,"ReturnConsumedCapacity":"NONE")"),
            R"({"SearchResults":[{"Item":{"pk":{"S":"0"}},"Score":0}]})");
}

TEST_F(vector_searches, reads_its_request_strictly) {
  make_docs(index());
  const std::string name = R"("TableName":"docs","IndexName":"near")",
                    vector = R"("SearchVector":[{"N":"1"},{"N":"2"},{"N":"3"}])";
  const std::string good = name + "," + vector;
  const struct {
    std::string body, said;
  } rows[] = {
      {R"({"TableName":null})", "serialization: invalid type: null, expected a string at line 1 column 17"},
      {R"({"SearchVector":null})", "serialization: invalid type: null, expected a sequence at line 1 column 20"},
      {R"({"TopK":null})", "serialization: invalid type: null, expected i32 at line 1 column 12"},
      {"{\n \"TopK\": null}", "serialization: invalid type: null, expected i32 at line 2 column 13"},
      {R"({"TableName":5})", "serialization: invalid type: integer `5`, expected a string at line 1 column 14"},
      {R"({"TopK":"5"})", "serialization: invalid type: string \"5\", expected i32 at line 1 column 11"},
      {R"({"TopK":2.5})", "serialization: invalid type: floating point `2.5`, expected i32 at line 1 column 11"},
      {R"({"TopK":9999999999})",
       "serialization: invalid value: integer `9999999999`, expected i32 at line 1 column 18"},
      {R"({"TableName":{"a":1}})", "serialization: invalid type: map, expected a string at line 1 column 13"},
      {R"({"IndexName":"x"})", "validation: missing field `TableName` at line 1 column 17"},
      {R"({"TableName":"docs"})", "validation: missing field `IndexName` at line 1 column 20"},
      {"{" + name + "}",
       "validation: missing field `SearchVector` at line 1 column " + std::to_string(name.size() + 2)},
      {"{" + good + "}", "validation: missing field `TopK` at line 1 column " + std::to_string(good.size() + 2)},
      {"{" + good + R"(,"TopK":101})",
       "validation: Provided TopK value '101' is out of valid range. The value must be between 1 and 100 inclusive"},
      {"{" + good + R"(,"TopK":0})",
       "validation: 1 validation error detected: Value '0' at 'topK' failed to satisfy constraint: Member must have value "
       "greater than or equal to 1"},
      {R"({"TableName":"nothing","IndexName":"near","SearchVector":[{"S":"1"}],"TopK":1})",
       "validation: Search vector contains invalid values. All values in the search vector must be a 32-bit "
       "floating-point number attribute"},
      {R"({"TableName":"nothing","IndexName":"near","SearchVector":[{"N":"NaN"}],"TopK":1})",
       "validation: Search vector contains invalid values. All values in the search vector must be a 32-bit "
       "floating-point number attribute"},
      {R"({"TableName":"nothing","IndexName":"near","SearchVector":[{"N":"1e39"}],"TopK":1})",
       "validation: Search vector contains invalid values. All values in the search vector must be a 32-bit "
       "floating-point number attribute"},
      {R"({"TableName":"nothing","IndexName":"near","SearchVector":[{"N":"1"}],"TopK":1})",
       "resource_not_found: Requested resource not found"},
      {R"({"TableName":"docs","IndexName":"nothing","SearchVector":[{"N":"1"}],"TopK":1})",
       "validation: The table does not have the specified index: nothing"},
      {R"({"TableName":"docs","IndexName":"near","SearchVector":[{"N":"1"}],"TopK":1})",
       "validation: Input search vector dimension 1 does not match vector index dimension 3"},
      {R"({"TableName":"docs","IndexName":"no","SearchVector":[],"TopK":1,"ReturnConsumedCapacity":"ALL"})",
       "validation: 3 validation errors detected: Value 'no' at 'indexName' failed to satisfy constraint: Member must have "
       "length greater than or equal to 3; Value 'ALL' at 'returnConsumedCapacity' failed to satisfy constraint: Member "
       "must satisfy enum value set: [INDEXES, TOTAL, NONE]; Value '[]' at 'searchVector' failed to satisfy constraint: "
       "Member must have length greater than or equal to 1"},
  };
  for (const auto& row : rows) EXPECT_EQ(raw(row.body), row.said) << row.body;
  EXPECT_EQ(raw("{" + good + R"(,"TopK":1,"ReturnConsumedCapacity":null,"Unknown":[1]})"), R"({"SearchResults":[]})");
  EXPECT_EQ(raw("{\"TableName\":\"arn:aws:dynamodb:local:000000000000:table/docs\",\"IndexName\":\"near\"," + vector +
                R"(,"TopK":1})"),
            R"({"SearchResults":[]})");
}

TEST_F(vector_searches, is_the_only_way_to_read_the_index) {
  make_docs(index());
  EXPECT_EQ(told(scan, R"({"TableName":"docs","IndexName":"near"})"),
            "validation: Scan operation not supported on this index type");
  EXPECT_EQ(told(query, R"({"TableName":"docs","IndexName":"near","KeyConditionExpression":"pk = :p",
    "ExpressionAttributeValues":{":p":{"S":"a"}}})"),
            "validation: Query operation not supported on this index type");
}

TEST_F(vector_searches, reads_in_slices) {
  make_docs(index("near", "EUCLIDEAN", all, 1'000));
  floats vector(1'000, 0);
  for (int i = 0; i < 400; ++i) {  // some megabytes
    vector[0] = static_cast<float>(i);
    put_doc(std::to_string(i), vector);
  }
  vector[0] = 77.25F;
  kept_answer came;
  db_->start(request(operation_name::search_vectors,
                     json::buffer(R"({"TableName":"docs","IndexName":"near","TopK":3,"SearchVector":)" +
                                  to_search(vector) + "}")),
             came);
  EXPECT_EQ(found(came.get().to_string()), "77:0.25 78:0.75 76:1.25");
}

}  // namespace
