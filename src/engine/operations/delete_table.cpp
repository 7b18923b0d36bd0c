#include "operations.hpp"
#include "table_changes.hpp"

#include <engine/parameters/name_parameters.hpp>
#include <engine/responses/table_description.hpp>

namespace dynamo::engine {
namespace {

result<void> check_protection(const table_descriptor& table) {
  if (!table.deletion_protection) return {};
  return fail(errc::validation,
              "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection "
              "first.");
}

result<described_table> execute(engine_core& core, const table_name_parameters& p) {
  auto change = core.tables.remove(p.table, check_protection);
  if (!change) return std::unexpected(change.error());
  described_table last{change->next, change->status(), {}, core.now()};
  if (change->next.stream) change->close_stream(core.ages->now());  // stays readable, as on AWS
  if (auto committed = commit(core, *change); !committed) return std::unexpected(committed.error());
  core.reclaiming->note_dropped(last.table);
  return last;
}

}  // namespace

result<reply> delete_table(engine_core& core, const request& r) {
  const auto p = read_delete_table(r);
  if (!p) return std::unexpected(p.error());
  const auto deleted = execute(core, *p);
  if (!deleted) return std::unexpected(deleted.error());
  return write_described_table("TableDescription", *deleted, core.options.region);
}

}  // namespace dynamo::engine
