#include "write_parameters.hpp"

#include "member_reader.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/rows/stored_row.hpp>
#include <engine/wording/texts.hpp>

#include <string>

namespace dynamo::engine {
namespace {

constexpr auto returned = std::to_array<choice>({{"ALL_NEW", return_values::all_new},
                                                 {"UPDATED_OLD", return_values::updated_old},
                                                 {"ALL_OLD", return_values::all_old},
                                                 {"NONE", return_values::none},
                                                 {"UPDATED_NEW", return_values::updated_new}});

using of_write = write_parameters;
consteval declared<of_write> name_of_written_table() {  // observed of these three operations only
  return table_name<of_write>().newly_worded(newer_words::least);
}
consteval declared<of_write> returns() {  // the last but one is AWS's slip
  return parameter<of_write, &of_write::returns>("ReturnValues")
      .one_of(returned)
      .newly_named("ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE");
}
consteval declared<of_write> conditional_operator_of_write() {
  return parameter<of_write, &of_write::expressions, &expression_parameters::legacy, &legacy_parameters::conditional>(
             "ConditionalOperator")
      .one_of(conditional_operators)
      .newly_named(newer_conditional_operators);
}

constexpr auto put_item_members =
    declare(consumed_capacity_report<of_write>(), name_of_written_table(), returns(),
            item_collection_report<of_write>(), item_on_failure<of_write>(), conditional_operator_of_write(),
            read_by<of_write, read_item>("Item").required(), condition_expression<of_write>(),
            expression_names<of_write>(), expression_values<of_write>(), expected_conditions<of_write>());
constexpr auto update_item_members = declare(
    consumed_capacity_report<of_write>(), name_of_written_table(), returns(), item_collection_report<of_write>(),
    item_on_failure<of_write>(), conditional_operator_of_write(), key<of_write>(), update_expression<of_write>(),
    condition_expression<of_write>(), expression_names<of_write>(), expression_values<of_write>(),
    attribute_updates<of_write>(), expected_conditions<of_write>());
constexpr auto delete_item_members = declare(
    consumed_capacity_report<of_write>(), name_of_written_table(), returns(), item_collection_report<of_write>(),
    item_on_failure<of_write>(), conditional_operator_of_write(), key<of_write>(), condition_expression<of_write>(),
    expression_names<of_write>(), expression_values<of_write>(), expected_conditions<of_write>());

result<void> read_write_members(const request& r, write_parameters& parameters, violations& found) {
  switch (r.operation) {
    case operation_name::put_item: return read_members(r, parameters, put_item_members, found);
    case operation_name::update_item: return read_members(r, parameters, update_item_members, found);
    default: return read_members(r, parameters, delete_item_members, found);
  }
}

bool returns_allowed(const write_parameters& parameters) {
  return parameters.operation == operation_name::update_item || parameters.returns == return_values::none ||
         parameters.returns == return_values::all_old;
}

}  // namespace

std::string_view write_parameters::keyed_item() const {
  return operation == operation_name::put_item ? rows->text(row).substr(row_header_size) : key.view();
}

void read_item(write_parameters& parameters, member_reader& reader) {
  reader.value([&](json::cursor& at, json::value_layer layer) { return lay_down_item(parameters, at, layer); });
}

result<std::size_t> lay_down_item(write_parameters& parameters, json::cursor& at, json::value_layer layer) {
  json::buffer& arena = parameters.rows->arena();
  write_batch::span& row = parameters.row;
  row.offset = arena.size();
  arena.commit((static_cast<void>(arena.extend(row_header_size)), row_header_size));
  const auto size = json::canonicalise_item(at, arena, layer);
  if (!size) return size;
  parameters.item_size = *size;
  row.size = arena.size() - row.offset;
  write_row_header(arena.data() + row.offset, *size);
  return size;
}

result<void> check_item_size(const write_parameters& parameters) {
  if (parameters.operation != operation_name::put_item || parameters.item_size <= limits::item_size_max) return {};
  return fail(errc::validation, "Item size has exceeded the maximum allowed size");
}

result<void> check_statement_size(const write_parameters& parameters) {
  if (parameters.expressions.update_too_large) return std::unexpected(update_too_large());
  return {};
}

error update_too_large() {
  return error(errc::validation, "Item size to update has exceeded the maximum allowed size");
}

result<write_parameters> read_write_item(const request& r, write_batch& rows, error_wording era) {
  write_parameters parameters(r.operation, rows);
  violations found(wording_of(r.operation, era));
  if (auto read = read_write_members(r, parameters, found); !read) return std::unexpected(read.error());
  if (auto valid = found.constraints(); !valid) return std::unexpected(valid.error());
  const request_wording& wording = found.wording();
  if (!returns_allowed(parameters)) {
    return fail(
        wording.of_request(error(errc::validation, std::string(in_words(sentence::write_returns_impossible, era)))));
  }
  if (auto valid = found.values(); !valid) return fail(wording.of_request(valid.error()));
  if (auto parsed = parameters.expressions.parse(era); !parsed) return fail(wording.of_request(parsed.error()));
  return parameters;
}

}  // namespace dynamo::engine
