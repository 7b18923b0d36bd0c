// Random items and writes against a small model: a map of items, from which every index follows.
#include "../support/seeds.hpp"
#include "index_fixture.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace dynamo::engine::test {
namespace {

struct model_item {
  int year = 0, title = 0;
  std::optional<int> rating, director, code, part, city, house;
};

constexpr std::array directors = {"a", "ab", "b", "\\u0000", "\\u0000\\u0001", "a\\u0000", "\u00e9"};
constexpr std::array parts = {"AA==", "AAA=", "AAE=", "AQ==", "/w==", "//8="};
const std::array<std::string, 7> ratings = {"-10", "-9.5", "-0.001", "0", "0.3", "7", "1e20"};

std::string text_of(const model_item& it) {
  std::string text =
      R"({"year":{"N":")" + std::to_string(it.year) + R"("},"title":{"S":"t)" + std::to_string(it.title) + "\"}";
  const auto at = [](const auto& list, int i) { return std::string(list[static_cast<std::size_t>(i)]); };
  if (it.rating) text += R"(,"rating":{"N":")" + at(ratings, *it.rating) + "\"}";
  if (it.director) text += R"(,"director":{"S":")" + at(directors, *it.director) + "\"}";
  if (it.code) text += R"(,"code":{"B":")" + at(parts, *it.code) + "\"}";
  if (it.part) text += R"(,"part":{"B":")" + at(parts, *it.part) + "\"}";
  if (it.city) {
    text += R"(,"country":{"S":"c"},"street":{"S":"s"},"city":{"S":"d)" + std::to_string(*it.city) + "\"}";
  }
  if (it.house) text += R"(,"house":{"N":")" + std::to_string(*it.house) + "\"}";
  return text + "}";
}

class random_indexes : public indexes {
 protected:
  using draws = std::mt19937_64;
  static int draw(draws& random, int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); }
  static std::optional<int> maybe(draws& random, int n) {
    return draw(random, 4) == 0 ? std::nullopt : std::optional(draw(random, n));
  }

  void write(draws& random) {
    model_item it;
    it.year = draw(random, 3);
    it.title = draw(random, 12);
    if (draw(random, 5) == 0) {
      items_.erase({it.year, it.title});
      call(operation_name::delete_item, R"({"TableName":"films","Key":{"year":{"N":")" + std::to_string(it.year) +
                                            R"("},"title":{"S":"t)" + std::to_string(it.title) + "\"}}}");
      return;
    }
    it.rating = maybe(random, static_cast<int>(ratings.size()));
    it.director = maybe(random, static_cast<int>(directors.size()));
    it.code = maybe(random, 2);
    it.part = maybe(random, static_cast<int>(parts.size()));
    it.city = maybe(random, 2);
    it.house = maybe(random, 30);
    items_[{it.year, it.title}] = it;
    ASSERT_EQ(put(text_of(it)), "{}") << text_of(it);
  }

  /// All titles of a query, page by page; each page of a random size.
  std::vector<std::string> walk(draws& random, std::string_view index, const std::string& condition, bool forward) {
    std::vector<std::string> found;
    std::string start;
    do {
      const std::string page = query(index, condition + R"(,"Limit":)" + std::to_string(1 + draw(random, 6)) +
                                                (forward ? "" : R"(,"ScanIndexForward":false)") +
                                                (start.empty() ? "" : R"(,"ExclusiveStartKey":)" + start));
      for (const std::string& item : elements(member(page, "Items").value_or("[]"))) {
        found.push_back(member(item, "year").value_or("") + member(item, "title").value_or(""));
      }
      start = member(page, "LastEvaluatedKey").value_or("");
    } while (!start.empty());
    return found;
  }

  // What a query has to find: sorted by a number that orders the sort key; items with equal ones come in any order.
  template <class Selected, class Order>
  void check(draws& random, std::string_view index, const std::string& condition, Selected selected, Order order) {
    std::map<std::string, int> expected;
    for (const auto& [key, it] : items_) {
      if (!selected(it)) continue;
      expected.emplace(R"({"N":")" + std::to_string(it.year) + R"("}{"S":"t)" + std::to_string(it.title) + "\"}",
                       order(it));
    }
    for (const bool forward : {true, false}) {
      auto found = walk(random, index, condition, forward);
      if (!forward) std::reverse(found.begin(), found.end());
      ASSERT_EQ(found.size(), expected.size()) << index << " " << condition;
      int last = -1;
      std::map<std::string, int> left = expected;
      for (const std::string& one : found) {
        const auto at = left.find(one);
        ASSERT_NE(at, left.end()) << index << " " << condition << ": " << one << " is wrong or comes twice";
        ASSERT_GE(at->second, last) << index << " " << condition << ": " << one << " comes too late";
        last = at->second;
        left.erase(at);
      }
    }
  }

  std::map<std::pair<int, int>, model_item> items_;
};

TEST_F(random_indexes, answer_as_the_items_imply) {
  testing_support::for_each_seed(30, [&](draws& random) {
    items_.clear();
    call(operation_name::delete_table, R"({"TableName":"films"})");
    make_films();
    for (int step = 0; step < 120; ++step) write(random);
    EXPECT_EQ(differences(), "");

    const int d = draw(random, static_cast<int>(directors.size()));
    const int r = draw(random, static_cast<int>(ratings.size()));
    const std::string values = R"(,"ExpressionAttributeValues":{":d":{"S":")" +
                               std::string(directors[static_cast<std::size_t>(d)]) + R"("},":r":{"N":")" +
                               ratings[static_cast<std::size_t>(r)] + "\"}}";
    check(
        random, "by_director", R"("KeyConditionExpression":"director = :d AND rating >= :r")" + values,
        [&](const model_item& it) { return it.director == d && it.rating && *it.rating >= r; },
        [](const model_item& it) { return *it.rating; });
    const int y = draw(random, 3);
    check(
        random, "by_rating",
        R"("KeyConditionExpression":"#y = :y AND rating < :r","ExpressionAttributeNames":{"#y":"year"},)"
        R"("Select":"ALL_ATTRIBUTES","ExpressionAttributeValues":{":y":{"N":")" +
            std::to_string(y) + R"("},":r":{"N":")" + ratings[static_cast<std::size_t>(r)] + "\"}}",
        [&](const model_item& it) { return it.year == y && it.rating && *it.rating < r; },
        [](const model_item& it) { return *it.rating; });
    const int p = draw(random, static_cast<int>(parts.size()));
    check(
        random, "by_code",
        R"("KeyConditionExpression":"code = :c AND part > :p","ExpressionAttributeValues":{":c":{"B":"AAA="},":p":{"B":")" +
            std::string(parts[static_cast<std::size_t>(p)]) + "\"}}",
        [&](const model_item& it) { return it.code == 1 && it.part && *it.part > p; },
        [](const model_item& it) { return *it.part; });
    check(
        random, "by_place",
        R"("KeyConditionExpression":"country = :c AND city = :d AND street = :s AND house BETWEEN :l AND :h",)"
        R"("ExpressionAttributeValues":{":c":{"S":"c"},":d":{"S":"d1"},":s":{"S":"s"},":l":{"N":"3"},":h":{"N":"20"}})",
        [&](const model_item& it) { return it.city == 1 && it.house && *it.house >= 3 && *it.house <= 20; },
        [](const model_item& it) { return *it.house; });
  });
}

}  // namespace
}  // namespace dynamo::engine::test
