#include "write_parameters.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/rows/stored_row.hpp>

namespace dynamo::engine {
namespace {

bool returns_allowed(const write_parameters& p) {
  return p.operation == operation_name::update_item || p.returns == return_values::none ||
         p.returns == return_values::all_old;
}

}  // namespace

void read_item_into(write_batch& rows, write_parameters& p, parameter_reader& in) {
  if (in.null()) return;
  json::buffer& arena = rows.arena();
  p.row.offset = arena.size();
  arena.commit((static_cast<void>(arena.extend(row_header_size)), row_header_size));
  const auto size = json::canonicalise_item(in.cursor(), arena);
  if (!size) return in.refuse(size.error());
  p.item_given = true;
  p.item_size = *size;
  p.row.size = arena.size() - p.row.offset;
  write_row_header(arena.data() + p.row.offset, *size);
}

std::string_view keyed_item(const write_parameters& p, const write_batch& rows) {
  return p.operation == operation_name::put_item ? rows.text(p.row).substr(row_header_size) : p.key.view();
}

result<void> check_item_size(const write_parameters& p) {
  if (p.operation != operation_name::put_item || p.item_size <= limits::item_size_max) return {};
  return fail(errc::validation, "Item size has exceeded the maximum allowed size");
}

result<write_parameters> read_write_parameters(const request& r, write_batch& rows) {
  write_parameters p(r.operation);
  const bool is_put = r.operation == operation_name::put_item;
  violations found;
  const auto read = read_members(r, [&](std::string_view name, parameter_reader& in) {
    if (name == "TableName") {
      p.table = in.string();
    } else if (is_put && name == "Item") {
      read_item_into(rows, p, in);
    } else if (!is_put && name == "Key") {
      p.item_given = in.item(p.key);
    } else if (name == "ReturnValues") {
      p.returns = read_return_values(in, found, "returnValues", false);
    } else if (name == "ReturnValuesOnConditionCheckFailure") {
      p.item_on_failure =
          read_return_values(in, found, "returnValuesOnConditionCheckFailure", true) == return_values::all_old;
    } else if (name == "ReturnConsumedCapacity") {
      p.capacity = read_capacity_report(in, found);
    } else if (name == "ReturnItemCollectionMetrics") {
      p.item_collection = read_collection_report(in, found);
    } else if (!p.expressions.take(name, in) && !refuse_legacy(name, in)) {
      in.cursor().skip();
    }
  });
  if (!read) return std::unexpected(read.error());
  check_table_name(p.table, found);
  if (!p.item_given) found.add_null(is_put ? "item" : "key");
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  if (!returns_allowed(p)) return fail(errc::validation, "Return values set to invalid value");
  if (auto valid = check_item_size(p); !valid) return std::unexpected(valid.error());
  if (auto parsed = p.expressions.parse(); !parsed) return std::unexpected(parsed.error());
  return p;
}

}  // namespace dynamo::engine
