#pragma once

#include "operation.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace dynamo::model {

/// The nearest write that PartiQL can say: a put is an INSERT, and an update changes something, without ADD of a number and if_not_exists().
item_write sayable(item_write);
/// The body of ExecuteStatement for it.
std::string statement_body_of(const item_write&);
/// One of the TransactStatements that says a ConditionCheck of its condition.
std::string check_body_of(const item_write&);
/// What it comes to, by a second reading of the rules: the response's body, or the name of its error; a failed condition with the item that it met,
/// but that of an INSERT. `now` is the item afterwards.
struct statement_outcome {
  std::string told;
  std::optional<thing> now;
};
statement_outcome statement_outcome_of(const item_write&, const std::optional<thing>& before);

/// The body of ExecuteStatement that asks for the same as the body of a Query or a GetItem, both without their end.
/// `descending_by` is the sort attribute of a Query that goes backwards.
std::string select_like(std::string_view body, std::string_view descending_by = "");

}  // namespace dynamo::model
