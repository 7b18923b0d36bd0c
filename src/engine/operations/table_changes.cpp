#include "table_changes.hpp"

#include <dynamo/base/detail/time_text.hpp>
#include <engine/commit/barrier.hpp>
#include <engine/commit/queue_slot.hpp>
#include <engine/tables/attachment.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace dynamo::engine {
namespace {

// The label of a stream is its creation time in milliseconds, by the age clock, or later where the table had a stream then: labels of a
// table are in the order of its streams, whatever the wall clock is set to.
std::string make_label(instant created, std::string_view previous) {
  if (const auto before = time_from_text(previous)) created = std::max(created, *before + std::chrono::milliseconds(1));
  return time_text(created, time_precision::milliseconds);
}

void lay_down(write_batch& rows, std::string_view prefix, std::uint32_t table_id, const first_attachments& given) {
  if (!given.tags.empty()) rows.put(attachment_key(prefix, table_id, attachment::tags), given.tags);
  if (!given.policy.empty()) rows.put(attachment_key(prefix, table_id, attachment::policy), given.policy);
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

result<void> commit(engine_core& core, table_change& change, const first_attachments& given) {
  const auto prepared = std::make_shared<prepared_change>();
  lay_down(prepared->rows, core.rows->prefix(), change.next.id, given);
  core.commits->reserve();
  queue_slot slot(*core.commits);
  if (enqueue_barrier(*core.commits, core.tables, core.rows->prefix(), prepared, change) ==
      committer::verdict::refused) {
    return read_only(core);
  }
  slot.use();
  const auto committed = core.commits->wait(*prepared);
  change.settle(committed ? commit_outcome::committed : commit_outcome::failed);
  if (committed && change.closed) core.waiters.announce(std::array{change.closed->id});
  return committed;
}

}  // namespace dynamo::engine
