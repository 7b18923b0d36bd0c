#include "table_changes.hpp"

#include <engine/parameters/table_parameters.hpp>
#include <engine/responses/table_description.hpp>

namespace dynamo::engine {
namespace {

struct create_table_parameters {
  table_descriptor table;  ///< but for its ids
  std::optional<view_type> stream;
};

result<create_table_parameters> read_create_table(const request& r) {
  violations found;
  const auto p = read_table_parameters(r, found);
  if (!p) return std::unexpected(p.error());
  check_definitions(*p, found);
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  create_table_parameters read;
  table_descriptor& table = read.table;
  table.name = *p->name;
  table.provisioned = true;  // what CreateTable means when it is not told
  if (auto billed = apply_billing(*p, table); !billed) return std::unexpected(billed.error());
  auto schema = make_key_schema(*p);
  if (!schema) return std::unexpected(schema.error());
  table.key = *std::move(schema);
  auto indexes = make_indexes(*p, table);
  if (!indexes) return std::unexpected(indexes.error());
  table.indexes = *std::move(indexes);
  derive_indexes(table);
  table.deletion_protection = p->deletion_protection.value_or(false);
  if (p->stream) {
    if (auto valid = check_stream(*p->stream); !valid) return std::unexpected(valid.error());
    if (*p->stream->enabled) read.stream = view_type_from(*p->stream->view);
  }
  return read;
}

result<described_table> execute(engine_core& core, create_table_parameters p) {
  p.table.created = core.now();
  auto change = core.tables.create(std::move(p.table));
  if (!change) return std::unexpected(change.error());
  if (p.stream) {
    if (auto opened = open_stream(core, *change, *p.stream); !opened) return std::unexpected(opened.error());
  }
  if (auto committed = commit(core, *change); !committed) return std::unexpected(committed.error());
  return described_table{std::move(change->next), change->status(), {}};
}

}  // namespace

result<reply> create_table(engine_core& core, const request& r) {
  auto p = read_create_table(r);
  if (!p) return std::unexpected(p.error());
  const auto created = execute(core, *std::move(p));
  if (!created) return std::unexpected(created.error());
  return write_described_table("TableDescription", *created, core.options.region);
}

}  // namespace dynamo::engine
