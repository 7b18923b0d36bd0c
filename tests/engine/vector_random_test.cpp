// Random writes to a table with vector indexes, and searches against a brute force over the items that must be there.
#include "../support/seeds.hpp"
#include "vector_fixture.hpp"

#include <map>
#include <optional>
#include <random>

namespace {

using namespace dynamo;
using namespace dynamo::engine_tests;
using enum operation_name;

struct model_doc {
  std::optional<floats> vector;
  std::optional<int> c, y;
};

using draws = std::mt19937_64;
int draw(draws& random, int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); }
std::optional<int> maybe(draws& random, int n) {
  return draw(random, 5) == 0 ? std::nullopt : std::optional(draw(random, n));
}

// Elements are small whole numbers: equal scores are frequent, and every sum is exact.
floats small_vector(draws& random) {
  floats vector(3);
  for (float& one : vector) one = static_cast<float>(draw(random, 7) - 3);
  return vector;
}

double brute_score(const std::string& distance, const floats& a, const floats& b) {
  double dot = 0, a2 = 0, b2 = 0, d2 = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i], y = b[i];
    dot += x * y;
    a2 += x * x;
    b2 += y * y;
    d2 += (x - y) * (x - y);
  }
  if (distance == "EUCLIDEAN") return std::sqrt(d2);
  if (distance == "DOT_PRODUCT") return dot;
  return a2 == 0 || b2 == 0 ? 1 : 1 - dot / std::sqrt(a2 * b2);
}

class random_vectors : public vector_fixture {
 protected:
  static constexpr int keys = 40;
  static std::string create_of(const std::string& distance) {
    const std::string filter = R"({"AttributeName":"y","SearchSchemaElementType":"INLINE_FILTER"}])";
    if (distance == "COSINE") {
      return index("COSINE", distance,
                   R"(,"SearchSchema":[{"AttributeName":"c","SearchSchemaElementType":"HASH"},)" + filter +
                       R"(,"Projection":{"ProjectionType":"KEYS_ONLY"})");
    }
    return index(distance, distance, R"(,"SearchSchema":[)" + filter + R"(,"Projection":{"ProjectionType":"ALL"})");
  }
  static std::string definitions() {
    return R"({"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"c","AttributeType":"S"},{"AttributeName":"y","AttributeType":"N"})";
  }
  void begin() {
    model_.clear();
    (void)call(delete_table, R"({"TableName":"docs"})");
    make_docs(create_of("COSINE") + "," + create_of("EUCLIDEAN") + "," + create_of("DOT_PRODUCT"),
              definitions().substr(definitions().find("},") + 1));
  }
  static std::string item_of(const std::string& pk, const model_doc& doc) {
    std::string text = R"({"pk":{"S":")" + pk + "\"}";
    if (doc.vector) text += R"(,"v":)" + to_list(*doc.vector);
    if (doc.c) text += R"(,"c":{"S":"c)" + std::to_string(*doc.c) + "\"}";
    if (doc.y) text += R"(,"y":{"N":")" + std::to_string(*doc.y) + "\"}";
    return text + "}";
  }
  static model_doc draw_doc(draws& random) {
    model_doc doc;
    if (draw(random, 8) > 0) doc.vector = small_vector(random);
    doc.c = maybe(random, 2);
    doc.y = maybe(random, 3);
    return doc;
  }
  void write(draws& random) {
    const std::string pk = std::to_string(draw(random, keys));
    const std::string key = R"({"TableName":"docs","Key":{"pk":{"S":")" + pk + "\"}}";
    const model_doc doc = draw_doc(random);
    switch (draw(random, 6)) {
      case 0:
        must(delete_item, key + "}");
        model_.erase(pk);
        return;
      case 1: {
        const floats vector = small_vector(random);
        must(update_item,
             key + R"(,"UpdateExpression":"SET v = :v","ExpressionAttributeValues":{":v":)" + to_list(vector) + "}}");
        model_[pk].vector = vector;
        return;
      }
      case 2: {
        const std::string other = pk + "x";
        must(transact_write_items, R"({"TransactItems":[{"Put":{"TableName":"docs","Item":)" + item_of(other, doc) +
                                       R"(}},{"Delete":)" + key + "}}]}");
        model_[other] = doc;
        model_.erase(pk);
        return;
      }
      case 3: {
        must(batch_write_item, R"({"RequestItems":{"docs":[{"PutRequest":{"Item":)" + item_of(pk, doc) + "}}]}}");
        model_[pk] = doc;
        return;
      }
      default: must(put_item, R"({"TableName":"docs","Item":)" + item_of(pk, doc) + "}"); model_[pk] = doc;
    }
  }
  void rebuild(draws& random) {
    const std::string name = draw(random, 2) == 0 ? "COSINE" : "EUCLIDEAN";
    must(update_table, remove_index(name));
    must(update_table, add_index(create_of(name), definitions()));
    for (int i = 0; i < 5; ++i) write(random);
    fill();
  }
  std::vector<std::string> scan_order() {
    std::vector<std::string> order;
    for (const std::string& item :
         elements(member(call(scan, R"({"TableName":"docs"})").body, "Items").value_or("[]"))) {
      order.push_back(text_member(member(item, "pk").value_or(""), "S"));
    }
    return order;
  }
  void check(draws& random) {
    const std::string distance = draw(random, 3) == 0 ? "COSINE" : draw(random, 2) == 0 ? "EUCLIDEAN" : "DOT_PRODUCT";
    const floats wanted = small_vector(random);
    const std::optional<int> c = distance == "COSINE" ? std::optional(draw(random, 2)) : std::nullopt;
    const std::optional<int> y = maybe(random, 3);
    const int top_k = 1 + draw(random, 50);
    std::vector<std::pair<double, std::string>> expected;
    for (const std::string& pk : scan_order()) {
      const model_doc& doc = model_.at(pk);
      if (!doc.vector || (c && doc.c != c) || (y && doc.y != y)) continue;
      expected.emplace_back(brute_score(distance, wanted, *doc.vector), pk);
    }
    const bool greater = distance == "DOT_PRODUCT";
    std::ranges::stable_sort(
        expected, [&](const auto& a, const auto& b) { return greater ? a.first > b.first : a.first < b.first; });
    if (expected.size() > static_cast<std::size_t>(top_k)) expected.resize(static_cast<std::size_t>(top_k));
    std::string condition, values;
    if (c) {
      condition = "c = :c";
      values = R"(":c":{"S":"c)" + std::to_string(*c) + "\"}";
    }
    if (y) {
      condition += (condition.empty() ? "y = :y" : " AND y = :y");
      values += std::string(values.empty() ? "" : ",") + R"(":y":{"N":")" + std::to_string(*y) + "\"}";
    }
    std::string more;
    if (!condition.empty()) {
      more = R"(,"SearchConditionExpression":")" + condition + R"(","ExpressionAttributeValues":{)" + values + "}";
    }
    const std::string came = search(wanted, top_k, more, distance);
    const auto results = elements(member(came, "SearchResults").value_or("[]"));
    ASSERT_EQ(results.size(), expected.size()) << came;
    for (std::size_t i = 0; i < results.size(); ++i) {
      const std::string pk = text_member(member(member(results[i], "Item").value_or("{}"), "pk").value_or("{}"), "S");
      EXPECT_EQ(pk, expected[i].second) << distance << " at " << i << ": " << came;
      EXPECT_NEAR(std::stod(member(results[i], "Score").value_or("nan")), expected[i].first, 1e-12);
    }
  }

  std::map<std::string, model_doc> model_;
};

TEST_F(random_vectors, are_found_as_a_brute_force_finds_them) {
  testing_support::for_each_seed(20, [&](draws& random) {
    begin();
    for (int step = 0; step < 150 && !HasFailure(); ++step) {
      write(random);
      if (step % 5 == 4) check(random);
      if (step % 60 == 59) rebuild(random);
    }
  });
}

TEST_F(random_vectors, are_found_after_their_process_ended) {
  reopen();
  testing_support::for_each_seed(3, [&](draws& random) {
    begin();
    for (int round = 0; round < 4 && !HasFailure(); ++round) {
      for (int step = 0; step < 30; ++step) write(random);
      check(random);
      reopen();
      check(random);
    }
  });
}

}  // namespace
