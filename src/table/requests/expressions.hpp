#pragma once

#include <dynamo/expression/print.hpp>
#include <dynamo/table/detail/request_builder.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace dynamo::detail {

struct expressions {
  std::optional<expression::condition> condition;
  std::optional<expression::condition> filter;
  std::optional<expression::condition> key_condition;
  std::optional<expression::condition> search_condition;
  std::vector<expression::condition> ranges;  ///< the library's own, of the update's computed integers
  expression::update update;
  bool assembled = false;               ///< some of it at run time
  std::vector<std::string_view> given;  ///< attributes that an item has after what was assembled; static
  expression::projection projection;
};

/// AND.
void join(std::optional<expression::condition>& all, const expression::condition& more);
/// Applying it twice leaves the same item as applying it once.
bool repeats_itself(const expression::update&);
/// Appends `,"ConditionExpression":"..."` and so on, then the names and values they share.
void print_members(const expressions&, json::buffer& body);

}  // namespace dynamo::detail
