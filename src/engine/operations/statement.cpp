#include "statement.hpp"

#include <engine/statements/statement_write.hpp>

#include <utility>
#include <variant>

namespace dynamo::engine {

result<write_parameters> read_statement_write(const engine_core& core, partiql::statement from, write_batch& rows) {
  if (std::holds_alternative<partiql::exists>(from)) {
    // DynamoDB's own words are not known.
    return fail(errc::validation, "EXISTS() is supported in ExecuteTransaction only");
  }
  const auto table = core.tables.find(table_of(from));
  if (!table) return table_not_found();
  write_parameters p(operation_name::put_item, rows);
  p.table = table->descriptor.name;
  if (auto made = read_write_statement(std::move(from), table->descriptor.key, p); !made) {
    return std::unexpected(made.error());
  }
  return p;
}

}  // namespace dynamo::engine
