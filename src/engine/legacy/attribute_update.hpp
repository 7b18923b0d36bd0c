#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/expression/tree.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::engine {

enum class update_action : std::uint8_t { add, erase, put };  ///< ADD, DELETE, PUT

/// One entry of AttributeUpdates, as it came. The value is canonical JSON.
struct attribute_update {
  std::string attribute;
  update_action action = update_action::put;
  std::optional<std::string> value;
};

/// The update that the entries stand for; attributes differ. The values are moved out of the entries. PUT is SET; ADD of numbers and sets
/// is ADD, of a list `SET a = list_append(if_not_exists(a, []), :v)`; DELETE is REMOVE, with a value (a set) DELETE.
/// Errors (errc::validation) in DynamoDB's words: no value without DELETE, a type that the action does not take.
result<expression::update> update_tree(std::vector<attribute_update>&);

}  // namespace dynamo::engine
