#include "key_path_rules.hpp"

#include "index_key.hpp"

#include <dynamo/json/canonical.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>

namespace dynamo::engine {
namespace {

bool is_index_key(const table_descriptor& table, std::string_view attribute) {
  return std::binary_search(table.index_key_names.begin(), table.index_key_names.end(), attribute, std::less<>());
}

// The type of a right side, where it does not depend on the item.
std::optional<attribute_type> type_of(const expression::set_value& value) {
  using kind = expression::set_value::kind;
  switch (value.what) {
    case kind::plus:
    case kind::minus: return attribute_type::N;
    case kind::list_append: return attribute_type::L;
    case kind::if_not_exists: return std::nullopt;
    case kind::operand: break;
  }
  const expression::operand& operand = value.operands.front();
  if (operand.what != expression::operand::kind::value) return std::nullopt;
  const json::buffer padded(operand.value);
  return json::type_of(padded.view());
}

result<void> check_type(const table_descriptor& table, const expression::path& target, attribute_type actual) {
  for (const index_descriptor& index : table.indexes) {
    for (const auto* part : {&index.key.partition, &index.key.sort}) {
      for (const key_attribute& key : *part) {
        if (key.name == target.front().name && key.type != actual)
          return fail(index_type_mismatch(index.name, key, actual));
      }
    }
  }
  return {};
}

result<void> check_paths_in(const table_descriptor& table, const expression::set_value& value) {
  for (const expression::operand& operand : value.operands) {
    if (operand.what == expression::operand::kind::value) continue;
    if (auto valid = check_key_path(table, operand.at); !valid) return valid;
  }
  for (const expression::set_value& child : value.children) {
    if (auto valid = check_paths_in(table, child); !valid) return valid;
  }
  return {};
}

}  // namespace

result<void> check_key_path(const table_descriptor& table, const expression::path& path) {
  if (path.size() == 1) return {};
  const std::string& name = path.front().name;
  const bool of_table = table.is_key(name);
  if (!of_table && !is_index_key(table, name)) return {};
  return fail(
      errc::validation,
      fmt::format("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: {}: {}",
                  of_table ? "Key" : "IndexKey", name));
}

result<void> check_key_paths(const table_descriptor& table, const std::optional<expression::projection>& projection) {
  if (!projection) return {};
  for (const expression::path& path : *projection) {
    if (auto valid = check_key_path(table, path); !valid) return valid;
  }
  return {};
}

result<void> check_key_updates(const table_descriptor& table, const expression::update& update) {
  if (table.indexes.empty()) return {};
  for (const expression::set_action& action : update.set) {
    if (auto valid = check_key_path(table, action.target); !valid) return valid;
    if (auto valid = check_paths_in(table, action.to); !valid) return valid;
    if (!is_index_key(table, action.target.front().name)) continue;
    if (const auto type = type_of(action.to)) {
      if (auto valid = check_type(table, action.target, *type); !valid) return valid;
    }
  }
  for (const expression::path& target : update.remove) {
    if (auto valid = check_key_path(table, target); !valid) return valid;
  }
  for (const auto* actions : {&update.add, &update.erase}) {
    for (const expression::value_action& action : *actions) {
      if (auto valid = check_key_path(table, action.target); !valid) return valid;
      const json::buffer padded(action.value);
      if (auto valid = check_type(table, action.target, json::type_of(padded.view())); !valid) return valid;
    }
  }
  return {};
}

}  // namespace dynamo::engine
