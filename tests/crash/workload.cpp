#include "workload.hpp"

#include <random>

namespace dynamo::crash {
namespace {

std::string key_members(int round, int thread, int place) {
  return R"("pk":{"S":")" + partition_of(round, thread) + R"("},"sk":{"N":")" + std::to_string(place) + R"("})";
}

// Mostly small, now and then larger than a block of the log.
std::string filling(std::uint64_t seed, const position& by) {
  std::seed_seq from{seed, static_cast<std::uint64_t>(by.round), static_cast<std::uint64_t>(by.thread),
                     static_cast<std::uint64_t>(by.operation)};
  std::mt19937_64 random(from);
  const std::size_t size = random() % 16 == 0 ? random() % 70'000 : random() % 300;
  std::string text(size, ' ');
  for (char& c : text) c = static_cast<char>('a' + random() % 26);
  return text;
}

// Small numbers, so that scores are often equal.
std::string vector_text(std::uint64_t number) {
  std::string text = R"({"L":[)";
  for (int i = 0; i < 3; ++i, number /= 9) {
    text += (i == 0 ? R"({"N":")" : R"(,{"N":")") + std::to_string(static_cast<int>(number % 9) - 4) + "\"}";
  }
  return text + "]}";
}

std::string vector_index_text(std::string_view name, std::string_view distance) {
  return R"({"IndexName":")" + std::string(name) +
         R"(","VectorAttribute":{"AttributeName":"v"},"Dimensions":3,"DistanceFunction":")" + std::string(distance) +
         R"(","SearchSchema":[{"AttributeName":"by","SearchSchemaElementType":"INLINE_FILTER"}],)"
         R"("Projection":{"ProjectionType":"KEYS_ONLY"}})";
}

constexpr int stock_in_batch = 25;

}  // namespace

std::string add_index_text() {
  return R"({"TableName":"crash","AttributeDefinitions":[{"AttributeName":"by","AttributeType":"N"}],)"
         R"("VectorIndexUpdates":[{"Create":)" +
         vector_index_text(added_index, "DOT_PRODUCT") + "}]}";
}

std::string remove_index_text() {
  return R"({"TableName":"crash","VectorIndexUpdates":[{"Delete":{"IndexName":")" + std::string(added_index) + "\"}}]}";
}

// Fifty have the same `by`, which is less than that of any operation.
std::string stock_text(int batch) {
  std::string text;
  for (int i = 0; i < stock_in_batch; ++i) {
    const int number = batch * stock_in_batch + i;
    text += (i == 0 ? "" : ",") + (R"({"PutRequest":{"Item":{"by":{"N":")" + std::to_string(-1 - number / 50)) +
            R"("},"pk":{"S":"stock"},"sk":{"N":")" + std::to_string(number) + R"("},"v":)" +
            vector_text(static_cast<std::uint64_t>(number)) + "}}}";
  }
  return R"({"RequestItems":{"crash":[)" + text + "]}}";
}

std::string create_table_text() {
  return R"({"TableName":"crash","BillingMode":"PAY_PER_REQUEST",)"
         R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"},{"AttributeName":"by","AttributeType":"N"}],)"
         R"("KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],)"
         R"("GlobalSecondaryIndexes":[{"IndexName":"by_operation","KeySchema":[{"AttributeName":"by","KeyType":"HASH"}],)"
         R"("Projection":{"ProjectionType":"KEYS_ONLY"}}],"VectorIndexes":[)" +
         vector_index_text(vector_index, "EUCLIDEAN") +
         R"(],"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}})";
}

std::string partition_of(int round, int thread) {
  return "round " + std::to_string(round) + " thread " + std::to_string(thread);
}

std::string item_text(std::uint64_t seed, const position& by, int place) {
  return R"({"by":{"N":")" + std::to_string(by.operation) + R"("},"filling":{"S":")" + filling(seed, by) + R"("},)" +
         key_members(by.round, by.thread, place) + R"(,"v":)" +
         vector_text(seed + static_cast<std::uint64_t>(by.operation)) + "}";
}

step step_at(std::uint64_t seed, const position& at) {
  const bool erases = at.operation % 7 == 3;
  const bool overwrites = at.operation % 7 == 5;
  step s;
  s.place = erases || overwrites ? at.operation - 1 : at.operation;
  s.name = erases ? operation_name::delete_item : operation_name::put_item;
  s.item = erases ? "" : item_text(seed, at, s.place);
  s.body = R"({"TableName":"crash",)" +
           (erases ? R"("Key":{)" + key_members(at.round, at.thread, s.place) + "}}" : R"("Item":)" + s.item + "}");
  return s;
}

std::string counter_text() {
  return R"({"TableName":"crash","Key":{"pk":{"S":"counter"},"sk":{"N":"0"}},"UpdateExpression":"ADD n :one",)"
         R"("ExpressionAttributeValues":{":one":{"N":"1"}}})";
}

}  // namespace dynamo::crash
