#include "batch_get_parameters.hpp"

#include "java_text.hpp"
#include "member_reader.hpp"
#include "request_items.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/value/limits.hpp>

#include <algorithm>
#include <unordered_set>

namespace dynamo::engine {
namespace {

void read_keys(batch_get_table& table, member_reader& in) {
  std::size_t count = 0;
  const std::size_t begin = in.in().cursor().position();
  in.elements([&](member_reader& element, std::size_t) {
    json::cursor& at = element.in().cursor();
    if (++count > limits::batch_get_keys_max) {  // beyond what any request may have nothing is kept
      at.skip();
      return;
    }
    json::buffer& key = table.keys.emplace_back();
    element.value(
        [&](json::cursor& from, json::value_layer layer) { return json::canonicalise_item(from, key, layer); });
  });
  if (!in.in().ok() || (count > 0 && count <= limits::batch_get_keys_max)) return;
  in.check_length(static_cast<std::int64_t>(count), {1, limits::batch_get_keys_max},
                  java_text(in.in().cursor().text_since(begin), {}));
}

using of_batch_table = batch_get_table;
constexpr auto batch_table_members =
    declare(read_by<of_batch_table, read_keys>("Keys").required().newly_worded(newer_words::both),
            parameter<of_batch_table, &of_batch_table::consistent_given>("ConsistentRead"),
            projection_expression<of_batch_table>(), expression_names<of_batch_table>(),
            attributes_to_get<of_batch_table>())
        .of("KeysAndAttributes");

void read_tables(batch_get_parameters& parameters, member_reader& in) {
  read_request_items(in, std::string(java_package) + "KeysAndAttributes", parameters.tables, limits::batch_get_keys_max,
                     [](member_reader& entry, batch_get_table& table) { entry.structure(table, batch_table_members); });
  tell_missing_tables(in, parameters.tables.empty(), "BatchGetItem");
}

using of_batch_get = batch_get_parameters;
constexpr auto batch_get_members =
    declare(consumed_capacity_report<of_batch_get>(),
            read_by<of_batch_get, read_tables>("RequestItems").required().newly_worded(newer_words::least));

bool has_duplicates(const batch_get_table& table) {
  std::unordered_set<std::string_view> seen;
  return !std::ranges::all_of(table.keys, [&](const json::buffer& key) { return seen.insert(key.view()).second; });
}

// One table's projection and another's AttributesToGet are refused as those of one table are.
result<void> check_unmixed(const std::vector<batch_get_table>& tables) {
  const expression_parameters* with_legacy = nullptr;
  const expression_parameters* with_expression = nullptr;
  for (const batch_get_table& table : tables) {
    if (table.expressions.legacy.any()) with_legacy = &table.expressions;
    if (table.expressions.projection_text) with_expression = &table.expressions;
  }
  if (with_legacy == nullptr || with_expression == nullptr) return {};
  return mixed_with_legacy(*with_legacy, *with_expression);
}

}  // namespace

result<batch_get_parameters> read_batch_get_item(const request& r, error_wording era) {
  auto parameters = read_request(r, batch_get_members, wording_of(r.operation, era));
  if (!parameters) return parameters;
  if (auto valid = check_unmixed(parameters->tables); !valid) return std::unexpected(valid.error());
  std::size_t keys = 0;
  for (batch_get_table& table : parameters->tables) {
    if (auto parsed = table.expressions.parse(era); !parsed) return std::unexpected(parsed.error());
    if (has_duplicates(table)) return duplicate_keys();
    keys += table.keys.size();
  }
  if (keys > limits::batch_get_keys_max) {
    return fail(errc::validation, "Too many items requested for the BatchGetItem call");
  }
  return parameters;
}

}  // namespace dynamo::engine
