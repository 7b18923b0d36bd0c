// Vector indexes as CreateTable, UpdateTable and DescribeTable have them.
#include "vector_fixture.hpp"

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using enum operation_name;

class vector_tables : public vector_fixture {};

const std::string all = R"(,"Projection":{"ProjectionType":"ALL"})";
const std::string invalid = "validation: One or more parameter values were invalid: ";
const std::string category = R"(,{"AttributeName":"category","AttributeType":"S"})";

std::string schema(const std::string& attribute, const std::string& role) {
  return R"({"AttributeName":")" + attribute + R"(","SearchSchemaElementType":")" + role + "\"}";
}

TEST_F(vector_tables, are_described) {
  make_docs(index("near", "COSINE",
                  R"(,"SearchSchema":[)" + schema("category", "HASH") + "," + schema("year", "INLINE_FILTER") +
                      R"(],"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["title"]})"),
            category + R"(,{"AttributeName":"year","AttributeType":"N"})");
  put_doc("a", floats{1, 2, 3}, R"(,"category":{"S":"x"},"title":{"S":"A"},"body":{"S":"long"})");
  const std::string table = description();
  EXPECT_EQ(
      member(table, "VectorIndexes").value_or(""),
      R"([{"Dimensions":3,"DistanceFunction":"COSINE","IndexArn":"arn:aws:dynamodb:local:000000000000:table/docs/index/near",)"
      R"("IndexName":"near","IndexSizeBytes":31,"IndexStatus":"ACTIVE","ItemCount":1,)"
      R"("Projection":{"NonKeyAttributes":["title"],"ProjectionType":"INCLUDE"},)"
      R"("SearchSchema":[{"AttributeName":"category","SearchSchemaElementType":"HASH"},)"
      R"({"AttributeName":"year","SearchSchemaElementType":"INLINE_FILTER"}],"VectorAttribute":{"AttributeName":"v"}}])");
  EXPECT_EQ(member(table, "AttributeDefinitions").value_or(""),
            R"([{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"category","AttributeType":"S"},)"
            R"({"AttributeName":"year","AttributeType":"N"}])");
}

TEST_F(vector_tables, are_refused_when_created) {
  std::string six, filters = R"(,"SearchSchema":[)", definitions;
  for (int i = 0; i < 6; ++i) six += (i > 0 ? "," : "") + index("index" + std::to_string(i));
  for (int i = 0; i < 19; ++i) {
    const std::string name = "f" + std::to_string(i);
    filters += (i > 0 ? "," : "") + schema(name, "INLINE_FILTER");
    definitions += R"(,{"AttributeName":")" + name + R"(","AttributeType":"S"})";
  }
  const std::string model = "validation: 1 validation error detected: ";
  const struct {
    std::string body, said;
  } rows[] = {
      {table(index(), "", R"(,"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1})"),
       invalid + "Vector indexes are only supported for PAY_PER_REQUEST tables"},
      {table(six), invalid + "VectorIndex count exceeds the per-table limit of 5"},
      {table(index("near", "COSINE", R"(,"SearchSchema":[)" + schema("category", "HASH") + "]" + all)),
       invalid + "One element in SearchSchema is not defined in attribute definitions"},
      {table(index("near", "COSINE", all), R"(,{"AttributeName":"v","AttributeType":"S"})"),
       invalid +
           "Conflicting attribute definition for 'v'. An attribute cannot be defined in AttributeDefinitions when "
           "used as a VectorAttribute."},
      {table(index("near", "COSINE", all, 3, "pk")),
       invalid +
           "Conflicting attribute definition for 'pk'. An attribute cannot be defined in AttributeDefinitions when "
           "used as a VectorAttribute."},
      {table(index("near", "COSINE", all, 4'097)),
       invalid + "Dimensions of vector index near must be between 1 and 4096"},
      {table(index("near", "COSINE", all, 0)),
       model + "Value '0' at 'vectorIndexes.1.member.dimensions' failed to satisfy constraint: Member must have value "
               "greater than or equal to 1"},
      {table(index("near", "MANHATTAN")),
       model +
           "Value 'MANHATTAN' at 'vectorIndexes.1.member.distanceFunction' failed to satisfy constraint: Member must "
           "satisfy enum value set: [DOT_PRODUCT, COSINE, EUCLIDEAN]"},
      {table(index("near", "COSINE", "")),
       model +
           "Value null at 'vectorIndexes.1.member.projection' failed to satisfy constraint: Member must not be null"},
      {table(index("near", "COSINE", R"(,"SearchSchema":[])" + all)),
       model +
           "Value '[]' at 'vectorIndexes.1.member.searchSchema' failed to satisfy constraint: Member must have length "
           "greater than or equal to 1"},
      {table(index() + "," + index()), invalid + "Duplicate index name: near"},
      {table(index("near", "COSINE", R"(,"Projection":{"ProjectionType":"INCLUDE"})")),
       invalid + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"},
      {table(index("near", "COSINE",
                   R"(,"SearchSchema":[)" + schema("category", "HASH") + "," + schema("pk", "HASH") + "]" + all),
             category),
       invalid + "The SearchSchema has more than one HASH element"},
      {table(index("near", "COSINE", filters + "]" + all), definitions),
       invalid + "The SearchSchema has more than 18 INLINE_FILTER elements"},
      {table(index(), category),
       invalid + "Some AttributeDefinitions are not used. AttributeDefinitions: [category, pk], keys used: [pk]"},
  };
  for (const auto& row : rows) EXPECT_EQ(told(create_table, row.body), row.said) << row.body;
}

TEST_F(vector_tables, are_refused_when_updated) {
  make_docs(index());
  const std::string not_found = "resource_not_found: Requested resource not found: Index: ";
  const struct {
    std::string body, said;
  } rows[] = {
      {add_index(index()), "validation: Attempting to create an index which already exists"},
      {add_index(index("other", "COSINE", all, 3, "pk")),
       invalid + "Attributes cannot be redefined. Please check that your attribute has the same type as previously "
                 "defined. Existing schema: Schema:[SchemaElement: key{pk:S:HASH}] New schema: "
                 "VectorIndexSchema:[VectorAttribute: key{pk:L:3}]"},
      {add_index(index("other", "COSINE", R"(,"SearchSchema":[)" + schema("pk", "INLINE_FILTER") + "]" + all)),
       invalid + "One element in SearchSchema is not defined in attribute definitions"},
      {remove_index("other"), not_found + "other of table: docs not found"},
      {R"({"TableName":"docs","VectorIndexUpdates":[]})", invalid + "List of VectorIndexUpdates is empty"},
      {R"({"TableName":"docs","VectorIndexUpdates":[{}]})",
       invalid + "Each VectorIndexUpdate must have exactly one of Create and Delete"},
      {R"({"TableName":"docs","VectorIndexUpdates":[{"Delete":{"IndexName":"near"}},{"Create":)" + index("other") +
           "}]}",
       "limit_exceeded: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"},
      {R"({"TableName":"docs","BillingMode":"PROVISIONED","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}})",
       invalid + "Vector indexes are only supported for PAY_PER_REQUEST tables"},
  };
  for (const auto& row : rows) EXPECT_EQ(told(update_table, row.body), row.said) << row.body;
  for (int i = 1; i < 5; ++i) {
    must(update_table, add_index(index("more" + std::to_string(i))));
    fill();
  }
  EXPECT_EQ(
      told(update_table, add_index(index("sixth"))),
      "limit_exceeded: Subscriber limit exceeded: Number of vector secondary indexes exceeds per-table limit of 5");
}

TEST_F(vector_tables, are_filled_in_their_states) {
  make_docs("");
  for (int i = 0; i < 600; ++i) {
    put_doc(std::to_string(i), floats{static_cast<float>(i), 0, 0}, R"(,"category":{"S":"x"})");
  }
  EXPECT_EQ(put_doc("short", floats{1, 2}), "{}");  // no index says how long a vector is
  EXPECT_EQ(put_doc("text", R"({"S":"no vector"})"), "{}");
  const answer made = call(update_table, add_index(index()));
  ASSERT_TRUE(made.ok) << made.to_string();
  const std::string described = member(made.body, "TableDescription").value_or("");
  EXPECT_EQ(text_member(described, "TableStatus"), "UPDATING");
  EXPECT_EQ(shown(described, "near"), "CREATING false 0");
  EXPECT_EQ(text_member(description(), "TableStatus"), "ACTIVE");
  EXPECT_EQ(shown(description(), "near"), "CREATING true 0");
  EXPECT_EQ(search({0, 0, 0}), "validation: Cannot search backfilling vector index: near");
  EXPECT_EQ(told(update_table, add_index(index())),
            "resource_in_use: Attempt to change a resource which is still in use: Index is being created.  Table: docs "
            "Index: near");
  EXPECT_EQ(
      told(update_table, add_index(index("other"))),
      "limit_exceeded: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per "
      "table");
  EXPECT_EQ(put_doc("new", floats{5.5F, 0, 0}), "{}");
  EXPECT_EQ(shown(description(), "near"), "CREATING true 1") << "writes keep its rows from the beginning";
  // An item that is older than the index may stay as it is.
  EXPECT_EQ(told(update_item, R"({"TableName":"docs","Key":{"pk":{"S":"short"}},"UpdateExpression":"SET a = :a",
    "ExpressionAttributeValues":{":a":{"N":"1"}}})"),
            "{}");
  fill();
  EXPECT_EQ(shown(description(), "near"), "ACTIVE - 601");
  EXPECT_EQ(found(search({5, 0, 0}, 2)), "5:0 new:0.5");

  must(update_table, remove_index("near"));
  EXPECT_EQ(shown(description(), "near"), "-");
  EXPECT_EQ(search({5, 0, 0}), "validation: The table does not have the specified index: near");
  EXPECT_EQ(put_doc("short", floats{1, 2}), "{}");
}

TEST_F(vector_tables, lose_an_index_that_is_being_filled) {
  make_docs("");
  for (int i = 0; i < 700; ++i) put_doc(std::to_string(i), floats{static_cast<float>(i), 0, 0});
  must(update_table, add_index(index()));
  ASSERT_TRUE(time_.advance_to_next());
  must(update_table, remove_index("near"));
  EXPECT_EQ(shown(description(), "near"), "-");
  fill();
  must(update_table, add_index(index("near", "DOT_PRODUCT")));
  fill();
  EXPECT_EQ(found(search({1, 0, 0}, 2)), "699:699 698:698");
}

// As with a global index (index_backfills, end_when_the_table_goes): the table is ACTIVE then. "Adding a vector index" says no more of it.
TEST_F(vector_tables, go_while_an_index_is_being_filled) {
  make_docs("");
  for (int i = 0; i < 700; ++i) put_doc(std::to_string(i), floats{static_cast<float>(i), 0, 0});
  must(update_table, add_index(index()));
  ASSERT_TRUE(time_.advance_to_next());
  EXPECT_TRUE(shown(description(), "near").starts_with("CREATING true ")) << "it is half filled";
  must(update_table, R"({"TableName":"docs","DeletionProtectionEnabled":true})");
  EXPECT_TRUE(told(delete_table, R"({"TableName":"docs"})").starts_with("validation: Resource cannot be deleted"));
  must(update_table, R"({"TableName":"docs","DeletionProtectionEnabled":false})");
  must(delete_table, R"({"TableName":"docs"})");
  EXPECT_FALSE(call(describe_table, R"({"TableName":"docs"})").ok);
  while (time_.waiting() > 0 && time_.advance_to_next()) {
  }
  make_docs(index());
  EXPECT_EQ(shown(description(), "near"), "ACTIVE - 0");
  EXPECT_EQ(found(search({1, 0, 0})), "");
}

TEST_F(vector_tables, outlive_their_process) {
  reopen();
  make_docs(index("near", "EUCLIDEAN", R"(,"SearchSchema":[)" + schema("category", "HASH") + "]" + all), category);
  put_doc("a", floats{1, 2, 3}, R"(,"category":{"S":"x"})");
  must(update_table, add_index(index("second", "COSINE")));
  reopen();  // while it is being filled
  EXPECT_EQ(shown(description(), "near"), "ACTIVE - 1");
  fill();
  EXPECT_EQ(shown(description(), "second"), "ACTIVE - 1");
  EXPECT_EQ(found(search({1, 2, 3}, 1, "", "second")), "a:0");
  must(delete_table, R"({"TableName":"docs"})");
  make_docs(index());
  EXPECT_EQ(found(search({1, 2, 3})), "") << "no row of the table before";
}

}  // namespace
