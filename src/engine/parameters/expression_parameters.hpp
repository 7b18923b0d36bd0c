#pragma once

#include "legacy_parameters.hpp"
#include "member.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/database_options.hpp>
#include <dynamo/expression/tree.hpp>

#include <optional>
#include <string>
#include <vector>

namespace dynamo::engine {

/// The expressions of a request with what they refer to. Members come in any order, so the texts are kept until all of them are read;
/// parse() then makes the trees, in DynamoDB's order of checks. A request has expressions or the legacy parameters that they replaced; both become the
/// same trees.
struct expression_parameters {
  std::optional<std::string> condition_text, filter_text, key_condition_text, update_text, projection_text;
  std::optional<std::string> search_condition_text;
  std::optional<name_map> names;
  std::optional<value_map> values;
  legacy_parameters legacy;

  std::optional<expression::condition> condition, filter, key_condition, search_condition;
  std::optional<expression::update> update;
  std::optional<expression::projection> projection;
  /// The text of the update counts as more than an item may have: statement_size(). An update that was given in another form has none.
  bool update_too_large = false;
  /// What the answer calls that to which each path of the projection leads; empty: it stays where it stands. PartiQL's `SELECT m.n` is `n`.
  std::vector<std::string> column_names;

  /// Errors in DynamoDB's words: validation.
  result<void> parse(error_wording = {});

  /// Those that are given, in DynamoDB's order: "UpdateExpression, ConditionExpression".
  std::string texts_given() const;

 private:
  result<void> translate_legacy();
};

/// "Can not use both expression and non-expression parameters in the same request: ...".
std::unexpected<error> mixed_with_legacy(const expression_parameters& legacy, const expression_parameters& expressions);

}  // namespace dynamo::engine
