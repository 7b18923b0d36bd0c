#include "statement_parameters.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/parameters/member_reader.hpp>
#include <engine/parameters/write_parameters.hpp>

#include <partiql/parse.hpp>

#include <utility>

namespace dynamo::engine {
namespace {

// A value that is refused is told when its statement is parsed, in the order of the text. JSON of the wrong shape ends the request.
void read_value(std::vector<result<std::string>>& values, member_reader& element, json::buffer& canonical) {
  json::cursor& at = element.in().cursor();
  const json::cursor before = at;
  canonical.clear();
  const auto size = json::canonicalise_value(at, canonical, json::value_layer::older);
  if (size) {
    values.emplace_back(std::string(canonical.view()));
  } else if (size.error().code() != errc::validation) {
    element.in().refuse(size.error());
  } else {
    values.emplace_back(std::unexpected(size.error()));
    at = before;
    at.skip();
  }
}

template <class P>
void read_statement_values(P& parameters, member_reader& in) {
  json::buffer canonical;
  in.elements([&](member_reader& element, std::size_t) { read_value(parameters.values, element, canonical); });
  in.check_length(static_cast<std::int64_t>(parameters.values.size()), {.least = 1}, "[]");
}

template <class P>
consteval declared<P> statement_text() {
  return parameter<P, &P::text>("Statement").required().in_characters().within(1, partiql::statement_size_max);
}
template <class P>
consteval declared<P> statement_values() {
  return read_by<P, read_statement_values<P>>("Parameters");
}

using of_execute = execute_statement_parameters;
constexpr auto execute_statement_members =
    declare(statement_text<of_execute>(), statement_values<of_execute>(), consistent_read<of_execute>(),
            parameter<of_execute, &of_execute::next_token>("NextToken").within(1, limits::next_token_size_max),
            consumed_capacity_report<of_execute>(), parameter<of_execute, &of_execute::limit>("Limit").within(1),
            item_on_failure<of_execute>());

using of_statement = statement_parameters;
constexpr auto batch_statement_members = declare(statement_text<of_statement>(), statement_values<of_statement>(),
                                                 consistent_read<of_statement>(), item_on_failure<of_statement>())
                                             .of("BatchStatementRequest");
constexpr auto transact_statement_members =
    declare(statement_text<of_statement>(), statement_values<of_statement>(), item_on_failure<of_statement>())
        .of("ParameterizedStatement");

using of_statements = batch_statement_parameters;
constexpr auto batch_execute_statement_members =
    declare(consumed_capacity_report<of_statements>(),
            parameter<of_statements, &of_statements::statements>("Statements", batch_statement_members)
                .required()
                .within(1, limits::statement_batch_max));

using of_transaction = transact_statement_parameters;
constexpr auto execute_transaction_members = declare(
    consumed_capacity_report<of_transaction>(),
    parameter<of_transaction, &of_transaction::token>("ClientRequestToken").within(1, limits::request_token_size_max),
    parameter<of_transaction, &of_transaction::statements>("TransactStatements", transact_statement_members)
        .required()
        .within(1, limits::transaction_actions_max));

}  // namespace

result<execute_statement_parameters> read_execute_statement(const request& r) {
  return read_request(r, execute_statement_members);
}
result<batch_statement_parameters> read_batch_execute_statement(const request& r) {
  return read_request(r, batch_execute_statement_members);
}
result<transact_statement_parameters> read_execute_transaction(const request& r) {
  return read_request(r, execute_transaction_members);
}

}  // namespace dynamo::engine
