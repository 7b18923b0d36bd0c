#include "transact_write_parameters.hpp"

#include "member_reader.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/value/limits.hpp>

#include <fmt/format.h>

#include <cstddef>

namespace dynamo::engine {
namespace {

using of_action = transact_action;

void read_put_item(of_action& action, member_reader& in) {
  action.problem.keep(in, [&](json::cursor& at, json::value_layer layer) { return lay_down_item(action, at, layer); });
}
void read_key(of_action& action, member_reader& in) {
  action.key.clear();
  action.problem.keep(
      in, [&](json::cursor& at, json::value_layer layer) { return json::canonicalise_item(at, action.key, layer); });
}
void read_values(of_action& action, member_reader& in) {
  read_kept_values(action.problem, action.expressions.values.emplace(), in);
}

consteval declared<of_action> action_key() { return read_by<of_action, read_key>("Key").required(); }
consteval declared<of_action> action_values() { return read_by<of_action, read_values>("ExpressionAttributeValues"); }

constexpr auto transact_put_members =
    declare(table_name<of_action>(), item_on_failure<of_action>(), read_by<of_action, read_put_item>("Item").required(),
            condition_expression<of_action>(), expression_names<of_action>(), action_values())
        .of("Put");
constexpr auto transact_update_members =
    declare(table_name<of_action>(), item_on_failure<of_action>(), action_key(),
            update_expression<of_action>().required(), condition_expression<of_action>(), expression_names<of_action>(),
            action_values())
        .of("Update");
constexpr auto transact_delete_members =
    declare(table_name<of_action>(), item_on_failure<of_action>(), action_key(), condition_expression<of_action>(),
            expression_names<of_action>(), action_values())
        .of("Delete");
constexpr auto transact_check_members =
    declare(table_name<of_action>(), item_on_failure<of_action>(), action_key(),
            condition_expression<of_action>().required(), expression_names<of_action>(), action_values())
        .of("ConditionCheck");

// Of an action of several kinds, which is refused, the first is kept.
template <operation_name Operation, auto& Members>
void read_kind(of_action& action, member_reader& in) {
  if (++action.kinds > 1) {
    in.in().cursor().skip();
    return;
  }
  action.operation = Operation;
  in.structure(action, Members);
}

using op = operation_name;
constexpr auto action_members =
    declare(read_by<of_action, read_kind<op::transact_write_items, transact_check_members>>("ConditionCheck"),
            read_by<of_action, read_kind<op::put_item, transact_put_members>>("Put"),
            read_by<of_action, read_kind<op::delete_item, transact_delete_members>>("Delete"),
            read_by<of_action, read_kind<op::update_item, transact_update_members>>("Update"))
        .of("TransactWriteItem");

void read_actions(transact_write_parameters& parameters, member_reader& in) {
  std::size_t count = 0;
  in.elements([&](member_reader& element, std::size_t) {
    if (++count > limits::transaction_actions_max) {  // beyond what any request may have nothing is kept
      element.in().cursor().skip();
      return;
    }
    element.structure(parameters.actions.emplace_back(*parameters.rows), action_members);
  });
  in.check_length(static_cast<std::int64_t>(count), {1, limits::transaction_actions_max},
                  count == 0 ? "[]" : fmt::format("[{} actions]", count));
}

void read_token(transact_write_parameters& parameters, member_reader& in) {
  parameters.token = in.in().string();
  if (!parameters.token) return;
  in.check_length(static_cast<std::int64_t>(parameters.token->size()), {1, limits::request_token_size_max},
                  *parameters.token);
}

using of_transact = transact_write_parameters;
constexpr auto transact_write_members =
    declare(read_by<of_transact, read_token>("ClientRequestToken").newly_worded(newer_words::both),
            consumed_capacity_report<of_transact>(), item_collection_report<of_transact>(),
            read_by<of_transact, read_actions>("TransactItems").required().newly_worded(newer_words::both));

result<void> check_action(transact_action& action, error_wording era) {
  if (action.kinds > 1) {
    return fail(errc::validation, "TransactItems can only contain one of Check, Put, Update or Delete");
  }
  if (action.kinds == 0) {
    return fail(errc::validation,
                "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request");
  }
  if (auto valid = action.problem.before_expressions(); !valid) return valid;
  if (auto parsed = action.expressions.parse(era); !parsed) return parsed;
  if (auto valid = action.problem.after_expressions(); !valid) return valid;
  if (auto valid = check_statement_size(action); !valid) return valid;
  return check_item_size(action);
}

}  // namespace

result<transact_write_parameters> read_transact_write_items(const request& r, write_batch& rows, error_wording era) {
  transact_write_parameters parameters(rows);
  if (auto read = read_request(r, parameters, transact_write_members, wording_of(r.operation, era)); !read) {
    return std::unexpected(read.error());
  }
  for (transact_action& action : parameters.actions) {
    if (auto valid = check_action(action, era); !valid) return std::unexpected(valid.error());
    action.capacity = parameters.capacity;
    action.item_collections = parameters.item_collections;
  }
  return parameters;
}

}  // namespace dynamo::engine
