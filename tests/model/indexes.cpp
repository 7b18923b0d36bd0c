#include "indexes.hpp"

#include "../support/index_rows.hpp"
#include "things.hpp"

#include <algorithm>

namespace dynamo::model {
namespace {

using namespace testing_support;

constexpr std::array<std::pair<std::string_view, std::string_view>, 2> key_types{{{"n", "N"}, {"s", "S"}}};

bool is_key(const index_shape& index, std::string_view attribute) {
  return attribute == index.partition || attribute == index.sort || attribute == "pk" || attribute == "sk";
}

std::string key_element(std::string_view attribute, std::string_view role) {
  return R"({"AttributeName":")" + std::string(attribute) + R"(","KeyType":")" + std::string(role) + "\"}";
}

std::string joined(const std::vector<std::string>& rows) {
  std::string text;
  for (const std::string& row : rows) text += "\n    " + row;
  return text;
}

}  // namespace

std::vector<const index_shape*> indexes_of(int table) {
  std::vector<const index_shape*> found;
  for (const index_shape& index : indexes) {
    if (index.table == table) found.push_back(&index);
  }
  return found;
}

std::optional<std::string> index_row(const index_shape& index, const std::string& item) {
  std::string row = "{";
  bool has_partition = false;
  bool has_sort = index.sort.empty();
  for_each_member(item, [&](std::string_view name, std::string_view value) {
    has_partition = has_partition || name == index.partition;
    has_sort = has_sort || name == index.sort;
    if (index.projection != 'a' && !is_key(index, name) && !(index.projection == 't' && name == "t")) return;
    if (row.size() > 1) row += ',';
    row += '"' + std::string(name) + "\":" + std::string(value);
  });
  return has_partition && has_sort ? std::optional(row + "}") : std::nullopt;
}

std::string index_text(const index_shape& index) {
  std::string text =
      R"({"IndexName":")" + std::string(index.name) + R"(","KeySchema":[)" + key_element(index.partition, "HASH");
  if (!index.sort.empty()) text += "," + key_element(index.sort, "RANGE");
  text += R"(],"Projection":{"ProjectionType":")";
  return text + (index.projection == 'a'   ? R"(ALL"}})"
                 : index.projection == 'k' ? R"(KEYS_ONLY"}})"
                                           : R"(INCLUDE","NonKeyAttributes":["t"]}})");
}

std::string create_indexes_text(int table) {
  std::string text;
  for (const bool global : {true, false}) {
    std::string list;
    for (const index_shape* index : indexes_of(table)) {
      if (index->global != global) continue;
      list += list.empty() ? "" : ",";
      list += index_text(*index);
    }
    if (list.empty()) continue;
    text += std::string(global ? R"(,"GlobalSecondaryIndexes":[)" : R"(,"LocalSecondaryIndexes":[)") + list + "]";
  }
  return text;
}

std::string index_definitions_text(const index_shape& index) {
  std::string text;
  for (const auto& [name, type] : key_types) {
    if (index.partition != name && index.sort != name) continue;
    text += text.empty() ? "" : ",";
    text += R"({"AttributeName":")" + std::string(name) + R"(","AttributeType":")" + std::string(type) + "\"}";
  }
  return text;
}

std::string index_definitions_text(int table) {
  std::string text;
  for (const auto& [name, type] : key_types) {
    const auto all = indexes_of(table);
    const bool used = std::ranges::any_of(
        all, [&](const index_shape* index) { return index->partition == name || index->sort == name; });
    if (used) {
      text += R"(,{"AttributeName":")" + std::string(name) + R"(","AttributeType":")" + std::string(type) + "\"}";
    }
  }
  return text;
}

std::optional<std::string> compare_indexes(endpoint& from, const std::vector<const index_shape*>& present,
                                           const std::vector<std::string>& items) {
  for (const index_shape* index : present) {
    std::vector<std::string> expected;
    for (const std::string& item : items) {
      if (auto row = index_row(*index, item)) expected.push_back(*std::move(row));
    }
    std::ranges::sort(expected);
    std::string problem;
    auto found = scan_all(from, shapes[static_cast<std::size_t>(index->table)].name,
                          R"(,"IndexName":")" + std::string(index->name) + "\"", problem);
    if (!problem.empty()) return problem;
    std::ranges::sort(found);
    if (found == expected) continue;
    return "index " + std::string(index->name) + " is not what the items imply\n  items imply:" + joined(expected) +
           "\n  index:" + joined(found);
  }
  return std::nullopt;
}

}  // namespace dynamo::model
