#include "transact_get_parameters.hpp"

#include "member_reader.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/value/limits.hpp>

#include <fmt/format.h>

#include <cstddef>

namespace dynamo::engine {
namespace {

using of_transact_get = transact_get;
void read_key(of_transact_get& get, member_reader& in) {
  get.key.clear();
  get.problem.keep(
      in, [&](json::cursor& at, json::value_layer layer) { return json::canonicalise_item(at, get.key, layer); });
}
constexpr auto transact_get_members =
    declare(table_name<of_transact_get>(), read_by<of_transact_get, read_key>("Key").required(),
            projection_expression<of_transact_get>(), expression_names<of_transact_get>())
        .of("Get");

void read_get(of_transact_get& get, member_reader& in) { in.structure(get, transact_get_members); }
constexpr auto transact_get_element_members =
    declare(read_by<of_transact_get, read_get>("Get").required()).of("TransactGetItem");

void read_gets(transact_get_parameters& parameters, member_reader& in) {
  std::size_t count = 0;
  in.elements([&](member_reader& element, std::size_t) {
    if (++count > limits::transaction_actions_max) {  // beyond what any request may have nothing is kept
      element.in().cursor().skip();
      return;
    }
    element.structure(parameters.gets.emplace_back(), transact_get_element_members);
  });
  in.check_length(static_cast<std::int64_t>(count), {1, limits::transaction_actions_max},
                  count == 0 ? "[]" : fmt::format("[{} actions]", count));
}

using of_transact_gets = transact_get_parameters;
constexpr auto transact_get_items_members =
    declare(consumed_capacity_report<of_transact_gets>(),
            read_by<of_transact_gets, read_gets>("TransactItems").required().newly_worded(newer_words::both));

}  // namespace

result<transact_get_parameters> read_transact_get_items(const request& r, error_wording era) {
  auto parameters = read_request(r, transact_get_items_members, wording_of(r.operation, era));
  if (!parameters) return parameters;
  for (transact_get& get : parameters->gets) {
    if (auto valid = get.problem.before_expressions(); !valid) return std::unexpected(valid.error());
    if (auto parsed = get.expressions.parse(era); !parsed) return std::unexpected(parsed.error());
    if (auto valid = get.problem.after_expressions(); !valid) return std::unexpected(valid.error());
  }
  return parameters;
}

}  // namespace dynamo::engine
