#pragma once

#include "stream_fixture.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace dynamo::engine_tests {

using floats = std::vector<float>;

/// `{"L":[{"N":"1"},...]}`
inline std::string to_list(const std::vector<std::string>& numbers) {
  std::string text = R"({"L":[)";
  for (std::size_t i = 0; i < numbers.size(); ++i) text += (i > 0 ? R"(,{"N":")" : R"({"N":")") + numbers[i] + "\"}";
  return text + "]}";
}
inline std::string shortest(double value) {
  std::array<char, 64> room{};
  const auto end = std::to_chars(room.data(), room.data() + room.size(), value);
  return {room.data(), end.ptr};
}
inline std::string shortest(float value) {
  std::array<char, 64> room{};
  const auto end = std::to_chars(room.data(), room.data() + room.size(), value);
  return {room.data(), end.ptr};
}
inline std::string to_list(const floats& vector) {
  std::vector<std::string> numbers;
  for (const float one : vector) numbers.push_back(shortest(one));
  return to_list(numbers);
}
/// The list of a SearchVector.
inline std::string to_search(const floats& vector) {
  const std::string list = to_list(vector);
  return list.substr(5, list.size() - 6);
}

/// A table of documents, by `pk`, whose vectors have three dimensions, and an index of them.
class vector_fixture : public stream_fixture {
 protected:
  static std::string index(const std::string& name = "near", const std::string& distance = "EUCLIDEAN",
                           const std::string& more = R"(,"Projection":{"ProjectionType":"ALL"})", int dimensions = 3,
                           const std::string& attribute = "v") {
    return R"({"IndexName":")" + name + R"(","VectorAttribute":{"AttributeName":")" + attribute +
           R"("},"Dimensions":)" + std::to_string(dimensions) + R"(,"DistanceFunction":")" + distance + "\"" + more +
           "}";
  }
  static std::string table(const std::string& indexes, const std::string& definitions = "",
                           const std::string& more = R"(,"BillingMode":"PAY_PER_REQUEST")") {
    return R"({"TableName":"docs","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"})" + definitions +
           R"(],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}])" + more +
           (indexes.empty() ? "" : R"(,"VectorIndexes":[)" + indexes + "]") + "}";
  }
  void must(operation_name op, const std::string& body) {
    const answer came = call(op, body);
    ASSERT_TRUE(came.ok) << came.to_string();
  }
  void make_docs(const std::string& indexes, const std::string& definitions = "") {
    must(operation_name::create_table, table(indexes, definitions));
  }
  std::string put_doc(const std::string& pk, const std::string& vector, const std::string& more = "") {
    return told(operation_name::put_item,
                R"({"TableName":"docs","Item":{"pk":{"S":")" + pk + R"("},"v":)" + vector + more + "}}");
  }
  std::string put_doc(const std::string& pk, const floats& vector, const std::string& more = "") {
    return put_doc(pk, to_list(vector), more);
  }
  std::string search(const floats& vector, int top_k = 10, const std::string& more = "",
                     const std::string& name = "near") {
    return told(operation_name::search_vectors, R"({"TableName":"docs","IndexName":")" + name + R"(","SearchVector":)" +
                                                    to_search(vector) + R"(,"TopK":)" + std::to_string(top_k) + more +
                                                    "}");
  }
  /// "a:0 b:1.5": the keys of the results and their scores; or the error.
  static std::string found(const std::string& came) {
    std::string text;
    for (const std::string& one : elements(member(came, "SearchResults").value_or("[]"))) {
      if (!text.empty()) text += ' ';
      text += text_member(member(member(one, "Item").value_or("{}"), "pk").value_or("{}"), "S") + ":" +
              member(one, "Score").value_or("?");
    }
    return came.starts_with('{') ? text : came;
  }
  std::string description() {
    return member(call(operation_name::describe_table, R"({"TableName":"docs"})").body, "Table").value_or("{}");
  }
  /// "IndexStatus Backfilling ItemCount" of a vector index in a description; "-" where there is none.
  static std::string shown(const std::string& table, const std::string& name) {
    for (const std::string& one : elements(member(table, "VectorIndexes").value_or("[]"))) {
      if (text_member(one, "IndexName") != name) continue;
      return text_member(one, "IndexStatus") + " " + member(one, "Backfilling").value_or("-") + " " +
             member(one, "ItemCount").value_or("?");
    }
    return "-";
  }
  static std::string add_index(const std::string& create, const std::string& definitions = "") {
    return R"({"TableName":"docs")" + (definitions.empty() ? "" : R"(,"AttributeDefinitions":[)" + definitions + "]") +
           R"(,"VectorIndexUpdates":[{"Create":)" + create + "}]}";
  }
  static std::string remove_index(const std::string& name) {
    return R"({"TableName":"docs","VectorIndexUpdates":[{"Delete":{"IndexName":")" + name + "\"}}]}";
  }
  /// Steps the time until no index is being filled.
  void fill() {
    for (int steps = 0; description().find("Backfilling") != std::string::npos; ++steps) {
      ASSERT_LT(steps, 100'000);
      if (!time_.advance_to_next()) std::this_thread::yield();
    }
  }
};

}  // namespace dynamo::engine_tests
