#include "attribute_update.hpp"

#include "invalid_value.hpp"

#include <dynamo/json/canonical.hpp>

#include <fmt/format.h>

#include <utility>

namespace dynamo::engine {
namespace {

using expression::operand;
using expression::path;
using expression::set_value;

bool is_set(attribute_type type) {
  return type == attribute_type::SS || type == attribute_type::NS || type == attribute_type::BS;
}

set_value of_operand(operand o) { return {set_value::kind::operand, {std::move(o)}, {}}; }

// What is not there counts as an empty list.
set_value appended(const path& to, std::string list) {
  set_value present{set_value::kind::if_not_exists, {operand::of(to)}, {of_operand(operand::bound(R"({"L":[]})"))}};
  return {set_value::kind::list_append, {}, {std::move(present), of_operand(operand::bound(std::move(list)))}};
}

result<void> check_update(const attribute_update& one) {
  if (!one.value) {
    if (one.action == update_action::erase) return {};
    return invalid_value("Only DELETE action is allowed when no attribute value is specified");
  }
  const attribute_type type = json::type_of(*one.value);
  if (one.action == update_action::erase && !is_set(type)) {
    return invalid_value(fmt::format("DELETE action with value is not supported for the type {}", to_string(type)));
  }
  if (one.action == update_action::add && !is_set(type) && type != attribute_type::N && type != attribute_type::L) {
    return invalid_value(fmt::format("ADD action is not supported for the type {}", to_string(type)));
  }
  return {};
}

}  // namespace

result<expression::update> update_tree(std::vector<attribute_update>& all) {
  expression::update made;
  for (attribute_update& one : all) {
    if (auto valid = check_update(one); !valid) return std::unexpected(valid.error());
    path target{std::string_view(one.attribute)};
    switch (one.action) {
      case update_action::put:
        made.set.push_back({std::move(target), of_operand(operand::bound(std::move(*one.value)))});
        break;
      case update_action::add:
        if (json::type_of(*one.value) == attribute_type::L) {
          set_value list = appended(target, std::move(*one.value));
          made.set.push_back({std::move(target), std::move(list)});
        } else {
          made.add.push_back({std::move(target), std::move(*one.value)});
        }
        break;
      case update_action::erase:
        if (one.value) {
          made.erase.push_back({std::move(target), std::move(*one.value)});
        } else {
          made.remove.push_back(std::move(target));
        }
        break;
    }
  }
  return made;
}

}  // namespace dynamo::engine
