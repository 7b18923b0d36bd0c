#include "vector_indexes.hpp"

#include "../support/wire.hpp"
#include "vectors.hpp"

#include <algorithm>
#include <utility>

namespace dynamo::model {
namespace {

using namespace testing_support;

std::string schema_element(std::string_view attribute, std::string_view role) {
  return R"({"AttributeName":")" + std::string(attribute) + R"(","SearchSchemaElementType":")" + std::string(role) +
         "\"}";
}

std::string schema_definition(std::string_view attribute) {
  return R"({"AttributeName":")" + std::string(attribute) + R"(","AttributeType":")" + (attribute == "n" ? "N" : "S") +
         "\"}";
}

bool is_same(std::string_view attribute, const thing& one, const thing& other) {
  return attribute == "n" ? one.n == other.n : attribute == "s" ? one.s == other.s : true;
}

bool has(const vector_index_shape& index, std::string_view attribute) {
  if (attribute == "v") return false;
  return index.projection == 'a' || attribute == "pk" || attribute == "sk" || attribute == index.hash ||
         attribute == index.filter || (index.projection == 't' && attribute == "t");
}

}  // namespace

std::vector<const vector_index_shape*> vector_indexes_of(int table) {
  std::vector<const vector_index_shape*> found;
  for (const vector_index_shape& index : vector_indexes) {
    if (index.table == table) found.push_back(&index);
  }
  return found;
}

vector_index_set vector_indexes_made_with(int table) {
  vector_index_set made = 0;
  for (const vector_index_shape* index : vector_indexes_of(table)) {
    if (index->made_with_table) made |= bit_of(*index);
  }
  return made;
}

std::vector<const vector_index_shape*> listed(vector_index_set set) {
  std::vector<const vector_index_shape*> found;
  for (const vector_index_shape& index : vector_indexes) {
    if ((set & bit_of(index)) != 0) found.push_back(&index);
  }
  return found;
}

std::string vector_index_text(const vector_index_shape& index) {
  std::string schema;
  if (!index.hash.empty()) schema = schema_element(index.hash, "HASH") + ",";
  schema += schema_element(index.filter, "INLINE_FILTER");
  return R"({"IndexName":")" + std::string(index.name) + R"(","VectorAttribute":{"AttributeName":"v"},"Dimensions":)" +
         std::to_string(dimensions) + R"(,"DistanceFunction":")" + std::string(index.distance) +
         R"(","SearchSchema":[)" + schema + R"(],"Projection":{"ProjectionType":")" +
         (index.projection == 'a'   ? R"(ALL"}})"
          : index.projection == 'k' ? R"(KEYS_ONLY"}})"
                                    : R"(INCLUDE","NonKeyAttributes":["t"]}})");
}

std::string create_vector_indexes_text(int table) {
  std::string list;
  for (const vector_index_shape* index : listed(vector_indexes_made_with(table))) {
    list += (list.empty() ? "" : ",") + vector_index_text(*index);
  }
  return list.empty() ? list : R"(,"VectorIndexes":[)" + list + "]";
}

std::string vector_index_definitions_text(const vector_index_shape& index) {
  std::string text = schema_definition(index.filter);
  if (!index.hash.empty()) text += "," + schema_definition(index.hash);
  return text;
}

bool refuse(vector_index_set set, const std::optional<thing>& before, const thing& now, bool is_update) {
  if (!now.v || vector_in(*now.v)) return false;
  const auto all = listed(set);
  return std::ranges::any_of(all, [&](const vector_index_shape* index) {
    return !is_update || !before || before->v != now.v || !is_same(index->hash, *before, now) ||
           !is_same(index->filter, *before, now);
  });
}

std::optional<std::string> vector_row(const vector_index_shape& index, const std::string& item) {
  std::string row;
  bool has_vector = false;
  bool has_hash = index.hash.empty();
  for_each_member(item, [&](std::string_view name, std::string_view value) {
    if (name == "v") has_vector = vector_in(value).has_value();
    if (name == index.hash) has_hash = true;
    if (!has(index, name)) return;
    row += (row.empty() ? "{\"" : ",\"") + std::string(name) + "\":" + std::string(value);
  });
  return has_vector && has_hash ? std::optional(row + "}") : std::nullopt;
}

std::vector<std::string> vector_write_bytes(vector_index_set set, const std::string& before, const std::string& now) {
  constexpr int least = 1'024;
  const auto vector_of = [](const std::string& item) { return vector_in(member(item, "v").value_or("{}")); };
  std::vector<std::string> told;
  for (const vector_index_shape* index : listed(set)) {
    const auto old_row = vector_row(*index, before), new_row = vector_row(*index, now);
    if (old_row == new_row && (!new_row || vector_of(before) == vector_of(now))) continue;
    const bool moves = old_row && new_row && member(before, index->hash) != member(now, index->hash);
    told.push_back(std::string(index->name) + " " + std::to_string(moves ? 2 * least : least) + ".0");
  }
  std::ranges::sort(told);
  return told;
}

}  // namespace dynamo::model
