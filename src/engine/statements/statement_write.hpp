#pragma once

#include <dynamo/base/result.hpp>
#include <engine/parameters/write_parameters.hpp>
#include <engine/tables/key_schema.hpp>

#include <partiql/statement.hpp>

#include <string_view>

namespace dynamo::engine {

/// Makes the parameters of a write out of a statement: operation, key or item, update, condition and what is returned; the table's name, what is
/// told of capacity and of a failed condition stay as they are. An INSERT is a put with the condition that no item is there, an UPDATE
/// an update with the condition that one is. A DELETE of an item that is not there succeeds. Errors in DynamoDB's words: validation.
result<void> read_insert(const partiql::insert&, const key_schema&, write_parameters&);
result<void> read_update(partiql::update, const key_schema&, write_parameters&);
result<void> read_delete(partiql::remove, const key_schema&, write_parameters&);
/// EXISTS, as a ConditionCheck.
result<void> read_exists(partiql::exists, const key_schema&, write_parameters&);
/// Whichever it is; no SELECT.
result<void> read_write_statement(partiql::statement, const key_schema&, write_parameters&);

bool is_read(const partiql::statement&) noexcept;  ///< a SELECT
/// The name of its table. An ARN stands for the name in it.
std::string_view table_of(const partiql::statement&) noexcept;

/// "Where clause does not contain a mandatory equality on all key attributes"
std::unexpected<error> whole_key_missing();

/// `{"pk":...,"sk":...}`, canonical.
json::buffer key_of(const key_schema&, std::string_view partition, std::string_view sort);

}  // namespace dynamo::engine
