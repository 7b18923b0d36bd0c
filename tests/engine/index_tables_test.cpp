// Tables with secondary indexes: what CreateTable takes and refuses, and what descriptions say.
#include "index_fixture.hpp"

#include <dynamo/json/buffer.hpp>
#include <engine/tables/stored_descriptor.hpp>

namespace dynamo::engine::test {
namespace {

struct refusal {
  std::string name;
  std::string rest;  ///< of the request, after TableName
  std::string message;
};

// A table of pk (S) and sk (N); a, b, c are S.
std::string with(const std::string& indexes, const std::string& more_definitions = "") {
  return R"("BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
    {"AttributeName":"sk","AttributeType":"N"})" +
         more_definitions +
         R"(],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],)" +
         indexes;
}
std::string defined(const std::string& names) {
  std::string text;
  for (const char name : names) {
    text += R"(,{"AttributeName":")" + std::string(1, name) + R"(","AttributeType":"S"})";
  }
  return text;
}
// "h:a h:b r:c" -> a key schema
std::string key(const std::string& elements) {
  std::string text = "[";
  for (std::size_t at = 0; at < elements.size();
       at = elements.find(' ', at) == std::string::npos ? elements.size() : elements.find(' ', at) + 1) {
    const std::string name = elements.substr(at + 2, elements.find(' ', at) - at - 2);
    text += std::string(text.size() > 1 ? "," : "") + R"({"AttributeName":")" + name + R"(","KeyType":")" +
            (elements[at] == 'h' ? "HASH" : "RANGE") + "\"}";
  }
  return text + "]";
}
std::string index(const std::string& name, const std::string& elements,
                  const std::string& projection = R"({"ProjectionType":"ALL"})", const std::string& more = "") {
  return R"({"IndexName":")" + name + R"(","KeySchema":)" + key(elements) + R"(,"Projection":)" + projection + more +
         "}";
}
std::string global(const std::string& list) { return R"("GlobalSecondaryIndexes":[)" + list + "]"; }
std::string local(const std::string& list) { return R"("LocalSecondaryIndexes":[)" + list + "]"; }
std::string many(int count, const std::string& elements) {
  std::string list;
  for (int i = 0; i < count; ++i) list += (i > 0 ? "," : "") + index("index" + std::to_string(i), elements);
  return list;
}

TEST_F(indexes, that_cannot_be_are_refused_in_the_words_of_dynamodb) {
  const std::string bad = "One or more parameter values were invalid: ";
  const std::vector<refusal> cases = {
      {"name too short", with(global(index("ix", "h:a")), defined("a")),
       "1 validation error detected: Value 'ix' at 'globalSecondaryIndexes.1.member.indexName' failed to satisfy "
       "constraint: Member must have length greater than or equal to 3"},
      {"name with a blank", with(global(index("an index", "h:a")), defined("a")),
       "1 validation error detected: Value 'an index' at 'globalSecondaryIndexes.1.member.indexName' failed to satisfy "
       "constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"},
      {"name too long", with(local(index(std::string(256, 'x'), "h:pk r:a")), defined("a")),
       "1 validation error detected: Value '" + std::string(256, 'x') +
           "' at 'localSecondaryIndexes.1.member.indexName' failed to satisfy constraint: Member must have length less than "
           "or equal to 255"},
      {"nothing but a name", with(R"("GlobalSecondaryIndexes":[{"IndexName":"abc"}])"),
       "2 validation errors detected: Value null at 'globalSecondaryIndexes.1.member.keySchema' failed to satisfy "
       "constraint: Member must not be null; Value null at 'globalSecondaryIndexes.1.member.projection' failed to satisfy "
       "constraint: Member must not be null"},
      {"unknown projection", with(global(index("abc", "h:a", R"({"ProjectionType":"SOME"})")), defined("a")),
       "1 validation error detected: Value 'SOME' at 'globalSecondaryIndexes.1.member.projection.projectionType' failed to "
       "satisfy constraint: Member must satisfy enum value set: [ALL, INCLUDE, KEYS_ONLY]"},
      {"no elements", with(R"("GlobalSecondaryIndexes":[])"), bad + "List of GlobalSecondaryIndexes is empty"},
      {"no local elements", with(R"("LocalSecondaryIndexes":[])"), bad + "List of LocalSecondaryIndexes is empty"},
      {"key not defined", with(global(index("abc", "h:a r:b")), defined("a")),
       bad +
           "Some index key attributes are not defined in AttributeDefinitions. Keys: [a, b], AttributeDefinitions: [a, pk, "
           "sk]"},
      {"definition not used", with(global(index("abc", "h:a")), defined("abc")),
       bad + "Some AttributeDefinitions are not used. AttributeDefinitions: [a, b, c, pk, sk], keys used: [a, pk, sk]"},
      {"range first", with(global(index("abc", "r:a h:b")), defined("ab")),
       "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"},
      {"one attribute twice", with(global(index("abc", "h:a r:a")), defined("a")),
       "Both the Hash Key and the Range Key element in the KeySchema have the same name"},
      {"one attribute twice of many", with(global(index("abc", "h:a h:b r:a")), defined("ab")),
       "The KeySchema contains multiple key attributes with the same name"},
      {"hash after range", with(global(index("abc", "h:a r:b h:c")), defined("abc")),
       bad + "All HASH key attributes must precede RANGE key attributes in the KeySchema"},
      {"five hashes", with(global(index("abc", "h:a h:b h:c h:d h:e")), defined("abcde")),
       bad + "The KeySchema exceeds the maximum allowed number of HASH key attributes"},
      {"five ranges", with(global(index("abc", "h:f r:a r:b r:c r:d r:e")), defined("abcdef")),
       bad + "The KeySchema exceeds the maximum allowed number of RANGE key attributes"},
      {"local without range", with(local(index("abc", "h:pk"))),
       bad + "Index KeySchema does not have a range key for index: abc"},
      {"local with another hash", with(local(index("abc", "h:a r:b")), defined("ab")),
       bad +
           "Index KeySchema does not have the same leading hash key as table KeySchema for index: abc. index hash key: a, "
           "table hash key: pk"},
      {"local of three", with(local(index("abc", "h:pk r:a r:b")), defined("ab")),
       "1 validation error detected: Value '[KeySchemaElement(attributeName=pk, keyType=HASH), "
       "KeySchemaElement(attributeName=a, keyType=RANGE), "
       "KeySchemaElement(attributeName=b, keyType=RANGE)]' at 'localSecondaryIndexes.1.member.keySchema' failed to satisfy "
       "constraint: Member must have length less than or equal to 2"},
      {"local of a table without a sort key",
       R"("BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
         {"AttributeName":"a","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)" +
           local(index("abc", "h:pk r:a")),
       bad + "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"},
      {"projection without a type", with(global(index("abc", "h:a", "{}")), defined("a")),
       bad + "Unknown ProjectionType: null"},
      {"attributes with ALL",
       with(global(index("abc", "h:a", R"({"ProjectionType":"ALL","NonKeyAttributes":["x"]})")), defined("a")),
       bad + "ProjectionType is ALL, but NonKeyAttributes is specified"},
      {"attributes with KEYS_ONLY",
       with(local(index("abc", "h:pk r:a", R"({"ProjectionType":"KEYS_ONLY","NonKeyAttributes":["x"]})")),
            defined("a")),
       bad + "ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified"},
      {"INCLUDE without attributes", with(global(index("abc", "h:a", R"({"ProjectionType":"INCLUDE"})")), defined("a")),
       bad + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"},
      {"an attribute twice",
       with(global(index("abc", "h:a", R"({"ProjectionType":"INCLUDE","NonKeyAttributes":["x","x"]})")), defined("a")),
       bad + "Duplicate element in NonKeyAttributes: x"},
      {"the same name twice", with(global(index("abc", "h:a") + "," + index("abc", "h:a")), defined("a")),
       bad + "Duplicate index name: abc"},
      {"the same name global and local",
       with(global(index("abc", "h:a")) + "," + local(index("abc", "h:pk r:a")), defined("a")),
       bad + "Duplicate index name: abc"},
      {"21 global", with(global(many(21, "h:a")), defined("a")),
       bad + "GlobalSecondaryIndex count exceeds the per-table limit of 20"},
      {"6 local", with(local(many(6, "h:pk r:a")), defined("a")),
       bad + "Number of LocalSecondaryIndexes exceeds per-table limit of 5"},
      {"throughput on demand",
       with(global(index("abc", "h:a", R"({"ProjectionType":"ALL"})",
                         R"(,"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1})")),
            defined("a")),
       bad + "ProvisionedThroughput should not be specified for index: abc when BillingMode is PAY_PER_REQUEST"},
  };
  for (const refusal& c : cases) {
    EXPECT_EQ(call(operation_name::create_table, R"({"TableName":"refused",)" + c.rest + "}"),
              "validation: " + c.message)
        << c.name;
  }
}

TEST_F(indexes, of_a_provisioned_table_have_throughput_of_their_own) {
  const std::string table = R"({"TableName":"provisioned","ProvisionedThroughput":{"ReadCapacityUnits":5,
    "WriteCapacityUnits":6},"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
    {"AttributeName":"a","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)";
  EXPECT_EQ(
      call(operation_name::create_table, table + global(index("abc", "h:a")) + "}"),
      "validation: One or more parameter values were invalid: ProvisionedThroughput is not specified for index: abc");
  const std::string made =
      call(operation_name::create_table,
           table +
               global(index("abc", "h:a", R"({"ProjectionType":"ALL"})",
                            R"(,"ProvisionedThroughput":{"ReadCapacityUnits":3,"WriteCapacityUnits":4})")) +
               "}");
  EXPECT_NE(made.find(R"("ReadCapacityUnits":3,"WriteCapacityUnits":4)"), std::string::npos) << made;
}

TEST_F(indexes, are_described) {
  make_films();
  put(R"({"year":{"N":"1999"},"title":{"S":"Matrix"},"genre":{"S":"action"},"director":{"S":"W"},"rating":{"N":"9"}})");
  put(R"({"year":{"N":"1999"},"title":{"S":"Magnolia"},"genre":{"S":"drama"}})");
  const std::string table =
      member(call(operation_name::describe_table, R"({"TableName":"films"})"), "Table").value_or("");
  EXPECT_EQ(elements(*member(table, "AttributeDefinitions")).size(), 11u);
  const auto global = elements(member(table, "GlobalSecondaryIndexes").value_or("[]"));
  ASSERT_EQ(global.size(), 4u) << table;
  EXPECT_EQ(
      global[0],
      R"({"IndexArn":"arn:aws:dynamodb:local:000000000000:table/films/index/by_director","IndexName":"by_director",)"
      R"("IndexSizeBytes":46,"IndexStatus":"ACTIVE","ItemCount":1,"KeySchema":[{"AttributeName":"director",)"
      R"("KeyType":"HASH"},{"AttributeName":"rating","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"},)"
      R"("ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":0,"WriteCapacityUnits":0},)"
      R"("WarmThroughput":{"ReadUnitsPerSecond":12000,"Status":"ACTIVE","WriteUnitsPerSecond":4000}})");
  EXPECT_EQ(member(global[1], "ItemCount"), "2");
  EXPECT_EQ(member(global[2], "Projection"), R"({"NonKeyAttributes":["note","rating"],"ProjectionType":"INCLUDE"})");
  EXPECT_EQ(elements(*member(global[3], "KeySchema")).size(), 4u);
  const auto local = elements(member(table, "LocalSecondaryIndexes").value_or("[]"));
  ASSERT_EQ(local.size(), 1u);
  EXPECT_EQ(local[0],
            R"({"IndexArn":"arn:aws:dynamodb:local:000000000000:table/films/index/by_rating","IndexName":"by_rating",)"
            R"("IndexSizeBytes":35,"ItemCount":1,"KeySchema":[{"AttributeName":"year","KeyType":"HASH"},)"
            R"({"AttributeName":"rating","KeyType":"RANGE"}],"Projection":{"NonKeyAttributes":["director"],)"
            R"("ProjectionType":"INCLUDE"}})");
}

TEST(index_descriptors, of_a_table_without_indexes_are_stored_as_they_always_were) {
  table_descriptor table;
  table.id = 7;
  table.name = "plain";
  table.key.partition = {{"pk", attribute_type::S}};
  json::buffer stored;
  write_descriptor(stored, table);
  EXPECT_TRUE(stored.view().starts_with(R"({"format":1,"id":7,)")) << stored.view();
  const auto read = read_table_descriptor(R"({"format":1,"id":7,"name":"old","partition":[{"name":"pk","type":"S"}],)"
                                          R"("sort":[],"created_us":1})");
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_TRUE(read->indexes.empty());
}

TEST(index_descriptors, come_back_as_they_were_stored_and_older_versions_refuse_them) {
  table_descriptor table;
  table.id = 7;
  table.name = "indexed";
  table.key.partition = {{"pk", attribute_type::S}};
  index_descriptor index;
  index.id = 8;
  index.name = "by_two";
  index.key.partition = {{"a", attribute_type::N}, {"b", attribute_type::B}};
  index.key.sort = {{"c", attribute_type::S}};
  index.projection = projection_kind::include;
  index.non_key_attributes = {"z", "\"quoted\""};
  index.read_units = 3;
  table.indexes.push_back(index);
  derive_indexes(table);
  json::buffer stored;
  write_descriptor(stored, table);
  EXPECT_TRUE(stored.view().starts_with(R"({"format":2,)")) << stored.view();
  const auto read = read_table_descriptor(stored.view());
  ASSERT_TRUE(read) << read.error().describe();
  ASSERT_EQ(read->indexes.size(), 1u);
  const index_descriptor& back = read->indexes.front();
  EXPECT_EQ(back.id, 8u);
  EXPECT_EQ(back.name, "by_two");
  EXPECT_EQ(back.key, index.key);
  EXPECT_EQ(back.projection, projection_kind::include);
  EXPECT_EQ(back.non_key_attributes, index.non_key_attributes);
  EXPECT_EQ(back.read_units, 3u);
  EXPECT_EQ(back.attributes, (std::vector<std::string>{"\"quoted\"", "a", "b", "c", "pk", "z"}));
  EXPECT_EQ(read->index_key_names, (std::vector<std::string>{"a", "b", "c"}));
}

}  // namespace
}  // namespace dynamo::engine::test
