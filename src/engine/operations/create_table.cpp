#include "operations.hpp"
#include "table_changes.hpp"
#include "tag_list.hpp"

#include <engine/parameters/table_parameters.hpp>
#include <engine/parameters/table_settings_rules.hpp>
#include <engine/responses/table_description.hpp>

namespace dynamo::engine {
namespace {

/// The table that is described, but for its ids. Errors in DynamoDB's words.
result<table_descriptor> make_table(const table_parameters& p) {
  table_descriptor table;
  table.name = p.table;
  if (auto billed = set_billing(p, table); !billed) return std::unexpected(billed.error());
  auto schema = make_key_schema(p);
  if (!schema) return std::unexpected(schema.error());
  table.key = *std::move(schema);
  auto indexes = make_indexes(p, table);
  if (!indexes) return std::unexpected(indexes.error());
  table.indexes = *std::move(indexes);
  auto vectors = make_vector_indexes(p, table);
  if (!vectors) return std::unexpected(vectors.error());
  table.vector_indexes = *std::move(vectors);
  derive_indexes(table);
  if (auto set = set_settings(p, table); !set) return std::unexpected(set.error());
  return table;
}

// In CreateTable's words, which are not UpdateTable's.
result<void> check_stream_of_new_table(const stream_specification& stream) {
  if (!stream.enabled && stream.view) {
    return fail(errc::validation,
                "One or more parameter values were invalid: Table is being created with a stream disabled, "
                "UpdateViewType should not be specified");
  }
  return check_stream(stream);
}

first_attachments attachments_of(const engine_core& core, const table_parameters& p) {
  first_attachments given;
  if (!p.tags.empty()) given.tags = stored_tags(sorted(p.tags));
  if (p.policy) given.policy = stored_policy({*p.policy, revision_after(0, core.now())});
  return given;
}

result<described_table> execute_create(engine_core& core, const table_parameters& p) {
  auto table = make_table(p);
  if (!table) return std::unexpected(table.error());
  if (p.stream) {
    if (auto valid = check_stream_of_new_table(*p.stream); !valid) return std::unexpected(valid.error());
  }
  table->created = core.now();
  auto change = core.tables.create(*std::move(table));
  if (!change) return std::unexpected(change.error());
  if (p.stream && p.stream->enabled) {
    if (auto opened = open_stream(core, *change, *p.stream->view); !opened) return std::unexpected(opened.error());
  }
  if (auto committed = commit(core, *change, attachments_of(core, p)); !committed)
    return std::unexpected(committed.error());
  return described_table{std::move(change->next), change->status(), {}, core.now()};
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
