#pragma once

#include "wire.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::testing_support {

/// Every item that Scan answers, page by page; `more` are further members of the request. What went wrong is added to `problem`.
inline std::vector<std::string> scan_all(endpoint& db, std::string_view table, std::string_view more,
                                         std::string& problem) {
  std::vector<std::string> items;
  std::string start;
  do {
    const answer page = call(db, operation_name::scan,
                             R"({"TableName":")" + std::string(table) + "\"" + std::string(more) +
                                 (start.empty() ? std::string() : R"(,"ExclusiveStartKey":)" + start) + "}");
    if (!page.ok) {
      problem += "scanning: " + page.to_string() + "\n";
      return items;
    }
    for (std::string& item : elements(member(page.body, "Items").value_or("[]"))) items.push_back(std::move(item));
    start = member(page.body, "LastEvaluatedKey").value_or("");
  } while (!start.empty());
  return items;
}

/// What is wrong with the rows of one index, given its description in DescribeTable: rows that no item implies, rows that are
/// missing, rows with other attributes. Empty if they are as they have to be. Works over the wire, on a table at rest.
inline std::string compare_index(endpoint& db, std::string_view table, std::string_view table_description,
                                 std::string_view index_description) {
  const auto key_names = [](std::string_view description) {
    std::vector<std::string> names;
    for (const std::string& element : elements(member(description, "KeySchema").value_or("[]"))) {
      names.push_back(text_member(element, "AttributeName"));
    }
    return names;
  };
  const std::vector<std::string> index_keys = key_names(index_description);
  const std::string projection = member(index_description, "Projection").value_or("{}");
  const bool whole = text_member(projection, "ProjectionType") == "ALL";
  std::set<std::string> projected(index_keys.begin(), index_keys.end());
  for (const std::string& name : key_names(table_description)) projected.insert(name);
  for (const std::string& quoted : elements(member(projection, "NonKeyAttributes").value_or("[]"))) {
    projected.insert(quoted.substr(1, quoted.size() - 2));
  }

  std::string problem;
  std::vector<std::string> expected;
  for (const std::string& item : scan_all(db, table, R"(,"ConsistentRead":true)", problem)) {
    std::map<std::string, std::string> members;
    for_each_member(item, [&](std::string_view name, std::string_view value) { members.emplace(name, value); });
    if (!std::all_of(index_keys.begin(), index_keys.end(), [&](const auto& key) { return members.contains(key); })) {
      continue;
    }
    if (whole) {
      expected.push_back(item);
      continue;
    }
    std::string row;
    for (const auto& [name, value] : members) {
      if (projected.contains(name)) row.append(row.empty() ? "{\"" : ",\"").append(name).append("\":").append(value);
    }
    expected.push_back(row + "}");
  }
  const std::string name = text_member(index_description, "IndexName");
  std::vector<std::string> found =
      scan_all(db, table, R"(,"Select":"ALL_PROJECTED_ATTRIBUTES","IndexName":")" + name + "\"", problem);
  std::sort(expected.begin(), expected.end());
  std::sort(found.begin(), found.end());
  const auto list_differences = [&](const auto& from, const auto& without, std::string_view what) {
    std::vector<std::string> left;
    std::set_difference(from.begin(), from.end(), without.begin(), without.end(), std::back_inserter(left));
    for (const std::string& row : left) {
      problem.append("index ").append(name).append(what).append(row).append("\n");
    }
  };
  list_differences(expected, found, " lacks the row ");
  list_differences(found, expected, " has a row too many: ");
  return problem;
}

/// The same for all indexes of a table.
inline std::string compare_indexes(endpoint& db, std::string_view table) {
  const answer described = call(db, operation_name::describe_table, R"({"TableName":")" + std::string(table) + "\"}");
  if (!described.ok) return "describing: " + described.to_string() + "\n";
  const std::string description = member(described.body, "Table").value_or("{}");
  std::string problem;
  for (const char* list : {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}) {
    for (const std::string& index : elements(member(description, list).value_or("[]"))) {
      problem += compare_index(db, table, description, index);
    }
  }
  return problem;
}

}  // namespace dynamo::testing_support
