#include "table_changes.hpp"

#include <dynamo/base/detail/time_text.hpp>
#include <engine/commit/queue_slot.hpp>
#include <engine/tables/stored_catalog.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

namespace dynamo::engine {
namespace {

// The label of a stream is its creation time in milliseconds, by the age clock, or later where the table had a stream then: labels of a
// table are in the order of its streams, whatever the wall clock is set to.
std::string make_label(instant created, std::string_view previous) {
  if (const auto before = time_from_text(previous)) created = std::max(created, *before + std::chrono::milliseconds(1));
  return time_text(created, time_precision::milliseconds);
}

void lay_down(write_batch& rows, std::string_view prefix, const table_change& change) {
  if (change.status() == table_status::deleting) {
    erase_table(rows, prefix, change.next);
  } else {
    put_table(rows, prefix, change.next);
  }
  if (change.opened() != nullptr) put_stream(rows, prefix, *change.opened());
  if (change.closed) put_stream(rows, prefix, *change.closed);
  if (change.begun_ttl != 0) begin_expiry_rows(rows, prefix, change.begun_ttl);
  if (change.ended_ttl != 0) erase_expiry_rows(rows, prefix, change.ended_ttl);
}

}  // namespace

result<void> open_stream(engine_core& core, table_change& change, view_type view) {
  const auto id = core.tables.take_ids(1);
  if (!id) return std::unexpected(id.error());
  const table_descriptor& table = change.next;
  stream_descriptor stream;
  stream.id = *id;
  stream.table_id = table.id;
  stream.table_name = table.name;
  stream.created = core.now();
  // The table's name is claimed: its earlier streams were closed by changes that were settled before, so their records have lower numbers. The
  // records of this one are enqueued after the change, and numbered later than now.
  stream.first = core.commits->next_number();
  // The table remembers the label of a stream that is gone; the catalog knows those of an earlier table of this name.
  const std::string label = core.tables.latest_label(table.name);
  stream.label = make_label(core.ages->now(), std::max<std::string_view>(label, table.latest_stream_label));
  stream.view = view;
  stream.key = table.key;
  change.open_stream(std::move(stream));
  return {};
}

result<void> commit(engine_core& core, table_change& change) {
  const auto prepared = std::make_shared<prepared_change>();
  lay_down(prepared->rows, core.rows->prefix(), change);
  core.commits->reserve();
  queue_slot slot(*core.commits);
  const auto in_order = [&] {
    // Changes of several tables take their ids in one order and their places in the queue in another. The next id that is stored must be
    // greater than all ids of the changes ahead: here it is.
    put_next_id(prepared->rows, core.rows->prefix(), core.tables.next_id());
    change.take_place();
  };
  if (core.commits->enqueue(prepared, in_order) == committer::verdict::refused) return read_only(core);
  slot.use();
  const auto committed = core.commits->wait(*prepared);
  change.settle(committed ? commit_outcome::committed : commit_outcome::failed);
  if (committed && change.closed) core.waiters.announce(std::array{change.closed->id});
  return committed;
}

}  // namespace dynamo::engine
