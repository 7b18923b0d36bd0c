#include "write_parameters.hpp"

#include "member_reader.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/rows/stored_row.hpp>

namespace dynamo::engine {
namespace {

constexpr auto returned = std::to_array<choice>({{"ALL_NEW", return_values::all_new},
                                                 {"UPDATED_OLD", return_values::updated_old},
                                                 {"ALL_OLD", return_values::all_old},
                                                 {"NONE", return_values::none},
                                                 {"UPDATED_NEW", return_values::updated_new}});
constexpr auto returned_on_failure = std::to_array<choice>({{"ALL_OLD", true}, {"NONE", false}});

using wanted = write_parameters;
consteval declared<wanted> returns() { return parameter<wanted, &wanted::returns>("ReturnValues").one_of(returned); }
consteval declared<wanted> item_on_failure() {
  return parameter<wanted, &wanted::item_on_failure>("ReturnValuesOnConditionCheckFailure").one_of(returned_on_failure);
}

constexpr auto put_members =
    declare(consumed_capacity_report<wanted>(), table_name<wanted>(), returns(), item_collection_report<wanted>(),
            item_on_failure(), legacy<wanted>("ConditionalOperator"), read_by<wanted, read_item>("Item").required(),
            condition_expression<wanted>(), expression_names<wanted>(), expression_values<wanted>(),
            legacy<wanted>("Expected"));
constexpr auto update_members =
    declare(consumed_capacity_report<wanted>(), table_name<wanted>(), returns(), item_collection_report<wanted>(),
            item_on_failure(), legacy<wanted>("ConditionalOperator"), key<wanted>(), update_expression<wanted>(),
            condition_expression<wanted>(), expression_names<wanted>(), expression_values<wanted>(),
            legacy<wanted>("AttributeUpdates"), legacy<wanted>("Expected"));
constexpr auto delete_members =
    declare(consumed_capacity_report<wanted>(), table_name<wanted>(), returns(), item_collection_report<wanted>(),
            item_on_failure(), legacy<wanted>("ConditionalOperator"), key<wanted>(), condition_expression<wanted>(),
            expression_names<wanted>(), expression_values<wanted>(), legacy<wanted>("Expected"));

result<void> read_members(const request& r, write_parameters& parameters) {
  switch (r.operation) {
    case operation_name::put_item: return read_request(r, parameters, put_members);
    case operation_name::update_item: return read_request(r, parameters, update_members);
    default: return read_request(r, parameters, delete_members);
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
  json::buffer& arena = parameters.rows->arena();
  write_batch::span& row = parameters.row;
  row.offset = arena.size();
  arena.commit((static_cast<void>(arena.extend(row_header_size)), row_header_size));
  const auto size = json::canonicalise_item(reader.in().cursor(), arena);
  if (!size) return reader.in().refuse(size.error());
  parameters.item_size = *size;
  row.size = arena.size() - row.offset;
  write_row_header(arena.data() + row.offset, *size);
}

result<void> check_item_size(const write_parameters& parameters) {
  if (parameters.operation != operation_name::put_item || parameters.item_size <= limits::item_size_max) return {};
  return fail(errc::validation, "Item size has exceeded the maximum allowed size");
}

result<write_parameters> read_write_item(const request& r, write_batch& rows) {
  write_parameters parameters(r.operation, rows);
  if (auto read = read_members(r, parameters); !read) return std::unexpected(read.error());
  if (!returns_allowed(parameters)) return fail(errc::validation, "Return values set to invalid value");
  if (auto valid = check_item_size(parameters); !valid) return std::unexpected(valid.error());
  if (auto parsed = parameters.expressions.parse(); !parsed) return std::unexpected(parsed.error());
  return parameters;
}

}  // namespace dynamo::engine
