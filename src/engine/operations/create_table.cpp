#include "operations.hpp"
#include "table_changes.hpp"

#include <engine/parameters/table_parameters.hpp>
#include <engine/responses/table_description.hpp>

namespace dynamo::engine {
namespace {

/// The table that is described, but for its ids. Errors in DynamoDB's words.
result<table_descriptor> make_table(const table_parameters& p) {
  table_descriptor table;
  table.name = p.table;
  table.provisioned = true;  // what CreateTable means when it is not told
  if (auto billed = apply_billing(p, table); !billed) return std::unexpected(billed.error());
  auto schema = make_key_schema(p);
  if (!schema) return std::unexpected(schema.error());
  table.key = *std::move(schema);
  auto indexes = make_indexes(p, table);
  if (!indexes) return std::unexpected(indexes.error());
  table.indexes = *std::move(indexes);
  derive_indexes(table);
  table.deletion_protection = p.deletion_protection.value_or(false);
  return table;
}

result<described_table> execute_create(engine_core& core, const table_parameters& p) {
  auto table = make_table(p);
  if (!table) return std::unexpected(table.error());
  if (p.stream) {
    if (auto valid = check_stream(*p.stream); !valid) return std::unexpected(valid.error());
  }
  table->created = core.now();
  auto change = core.tables.create(*std::move(table));
  if (!change) return std::unexpected(change.error());
  if (p.stream && p.stream->enabled) {
    if (auto opened = open_stream(core, *change, *p.stream->view); !opened) return std::unexpected(opened.error());
  }
  if (auto committed = commit(core, *change); !committed) return std::unexpected(committed.error());
  return described_table{std::move(change->next), change->status(), {}};
}

}  // namespace

result<reply> create_table(engine_core& core, const request& r) {
  const auto p = read_create_table(r);
  if (!p) return std::unexpected(p.error());
  const auto created = execute_create(core, *p);
  if (!created) return std::unexpected(created.error());
  return write_described_table("TableDescription", *created, core.options.region);
}

}  // namespace dynamo::engine
