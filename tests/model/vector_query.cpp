#include "vector_query.hpp"

#include "../support/wire.hpp"
#include "vectors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <set>
#include <string_view>
#include <utility>

namespace dynamo::model {
namespace {

using namespace testing_support;

std::string value_of(std::string_view attribute, int value) {
  if (attribute == "n") return R"({"N":")" + std::to_string(value - 2) + "\"}";
  return std::string(R"({"S":")") + static_cast<char>('a' + value % 4) + "\"}";
}

double score_of(std::string_view distance, const floats& a, const floats& b) {
  double dot = 0, a2 = 0, b2 = 0, d2 = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i], y = b[i];
    dot += x * y;
    a2 += x * x;
    b2 += y * y;
    d2 += (x - y) * (x - y);
  }
  if (distance == "EUCLIDEAN") return std::sqrt(d2);
  if (distance == "DOT_PRODUCT") return dot + 0.0;  // no -0
  return a2 == 0 || b2 == 0 ? 1 : std::clamp(1 - dot / std::sqrt(a2 * b2), 0.0, 2.0);
}

std::string line_of(double score, const std::string& item) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.12g ", score);
  return text.data() + item;
}

// An expression is names with commas between them; v[1] is the one element of a vector that is asked for.
std::string shown(const vector_query& of, const std::string& item) {
  if (of.projection.empty()) return *vector_row(*of.index, item);
  const floats vector = *vector_in(*member(item, "v"));
  const auto asks_for = [&](std::string_view name) {
    return (", " + of.projection + ",").find(", " + std::string(name) + ",") != std::string::npos;
  };
  std::string text;
  for_each_member(item, [&](std::string_view name, std::string_view value) {
    std::string kept(value);
    if (name == "v") {
      if (of.projection.find("v[1]") != std::string::npos) {
        kept = R"({"L":[)" + elements(*member(vector_text(vector), "L"))[1] + "]}";
      } else if (asks_for("v")) {
        kept = vector_text(vector);
      } else {
        return;
      }
    } else if (!asks_for(name)) {
      return;
    }
    text += (text.empty() ? "\"" : ",\"") + std::string(name) + "\":" + kept;
  });
  return "{" + text + "}";
}

bool fits(const vector_query& of, const std::string& item) {
  if (!vector_row(*of.index, item)) return false;
  return (!of.hash || member(item, of.index->hash) == of.hash) &&
         (!of.filter || member(item, of.index->filter) == of.filter);
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "\n    " + line;
  return text;
}

// HASH values that items have, and some that they may have had.
std::set<std::string> hash_values(const vector_index_shape& index, const std::vector<std::string>& items) {
  std::set<std::string> all;
  for (int value = 0; value < item_write::values; ++value) all.insert(value_of(index.hash, value));
  for (const std::string& item : items) {
    if (auto value = member(item, index.hash)) all.insert(*std::move(value));
  }
  return all;
}

}  // namespace

vector_query search_of(const operation& o) {
  constexpr std::array<int, 6> counts{1, 2, 3, 5, 20, 100};
  const auto all = vector_indexes_of(o.write.at.table);
  vector_query made;
  made.index = all[static_cast<std::size_t>(o.extra % 5 < 3 ? 0 : o.extra) % all.size()];
  made.vector = o.extra / 2 % 24 == 0 ? short_search_vector() : search_vector(o.extra / 32);
  if (!made.index->hash.empty() && o.write.condition % 8 != 1) made.hash = value_of(made.index->hash, o.write.value);
  if (o.write.change % 4 == 1) made.filter = value_of(made.index->filter, o.extra / 512 % item_write::values);
  made.top_k = counts[static_cast<std::size_t>(o.extra / 4'096) % counts.size()];
  if (o.write.returns == 1) made.projection = "pk, v";
  if (o.write.returns == 2)
    made.projection = made.index->projection == 't' ? "t, v[1]" : std::string(made.index->filter);
  return made;
}

std::string search_text(const vector_query& s) {
  std::string text = R"({"TableName":")" + std::string(shapes[static_cast<std::size_t>(s.index->table)].name) +
                     R"(","IndexName":")" + std::string(s.index->name) + R"(","SearchVector":)" + s.vector +
                     R"(,"TopK":)" + std::to_string(s.top_k);
  if (!s.projection.empty()) text += R"(,"ProjectionExpression":")" + s.projection + '"';
  std::string condition, values;
  const auto add = [&](std::string_view attribute, std::string_view name, const std::string& value) {
    condition += (condition.empty() ? "" : " AND ") + std::string(attribute) + " = " + std::string(name);
    values += (values.empty() ? "\"" : ",\"") + std::string(name) + "\":" + value;
  };
  if (s.filter) add(s.index->filter, ":f", *s.filter);
  if (s.hash) add(s.index->hash, ":h", *s.hash);
  if (!condition.empty()) {
    text += R"(,"SearchConditionExpression":")" + condition + R"(","ExpressionAttributeValues":{)" + values + "}";
  }
  return text + "}";
}

bool is_refused(const vector_query& s) {
  return s.vector == short_search_vector() || (!s.index->hash.empty() && !s.hash);
}

std::vector<std::string> nearest(const vector_query& s, const std::vector<std::string>& items) {
  const floats wanted = *vector_in(R"({"L":)" + s.vector + "}");
  std::vector<std::pair<double, std::string>> found;
  for (const std::string& item : items) {
    if (!fits(s, item)) continue;
    found.emplace_back(score_of(s.index->distance, wanted, *vector_in(*member(item, "v"))), shown(s, item));
  }
  const bool greatest_first = s.index->distance == "DOT_PRODUCT";
  std::ranges::stable_sort(
      found, [&](const auto& a, const auto& b) { return greatest_first ? a.first > b.first : a.first < b.first; });
  if (found.size() > static_cast<std::size_t>(s.top_k)) found.resize(static_cast<std::size_t>(s.top_k));
  std::vector<std::string> lines;
  for (const auto& [score, item] : found) lines.push_back(line_of(score, item));
  return lines;
}

std::vector<std::string> search_results(const std::string& response) {
  std::vector<std::string> lines;
  for (const std::string& one : elements(member(response, "SearchResults").value_or("[]"))) {
    lines.push_back(line_of(std::stod(member(one, "Score").value_or("nan")), member(one, "Item").value_or("none")));
  }
  return lines;
}

std::optional<std::string> compare_vector_indexes(endpoint& from, vector_index_set present,
                                                  const std::vector<std::string>& items) {
  for (const vector_index_shape* index : listed(present)) {
    vector_query all;
    all.index = index;
    all.vector = search_vector(10);
    all.top_k = 100;
    std::vector<std::string> expected, found;
    const auto add = [](std::vector<std::string>& to, std::vector<std::string> more) {
      to.insert(to.end(), more.begin(), more.end());
    };
    const auto search = [&]() -> std::optional<std::string> {
      const answer came = call(from, operation_name::search_vectors, search_text(all));
      if (!came.ok) return search_text(all) + ": " + came.to_string();
      add(found, search_results(came.body));
      add(expected, nearest(all, items));
      return std::nullopt;
    };
    if (index->hash.empty()) {
      if (auto failed = search()) return failed;
    } else {
      for (const std::string& value : hash_values(*index, items)) {
        all.hash = value;
        if (auto failed = search()) return failed;
      }
    }
    std::ranges::sort(expected);
    std::ranges::sort(found);
    if (found == expected) continue;
    return "vector index " + std::string(index->name) +
           " is not what the items imply\n  items imply:" + joined(expected) + "\n  index:" + joined(found);
  }
  return std::nullopt;
}

}  // namespace dynamo::model
