#include "index_backfill.hpp"

#include <dynamo/protocol/endpoint.hpp>
#include <engine/commit/barrier.hpp>
#include <engine/commit/queue_slot.hpp>
#include <engine/rows/index_rows.hpp>
#include <engine/rows/vector_row.hpp>
#include <engine/storage/key_space.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

// The barrier that opens an index to readers. No caller waits for it.
class opening_change final : public prepared_change, public reply_sink {
 public:
  explicit opening_change(table_change change) : change_(std::move(change)) { sink = this; }
  table_change& of_table() noexcept { return change_; }
  void complete(result<reply> came) noexcept override {
    change_.settle(came ? commit_outcome::committed : commit_outcome::failed);
  }

 private:
  table_change change_;
};

walk_cursor cursor_of(const store& rows, std::uint32_t index_id) {
  json::buffer key;
  append_cursor_key(key, rows.prefix(), index_id);
  return {std::string(key.view()), std::string(rows.prefix())};
}

bool is_filling(const table_descriptor& table, std::uint32_t index_id) {
  const auto has = [&](const auto& indexes) {
    return std::ranges::any_of(indexes, [&](const auto& one) { return one.id == index_id && one.filling; });
  };
  return has(table.indexes) || has(table.vector_indexes);
}

}  // namespace

// An item's row in one index.
class index_backfill::rows_of_index final : public derived_rows {
 public:
  rows_of_index(std::string_view store_prefix, const table_descriptor& table, std::uint32_t index_id)
      : store_prefix_(store_prefix), table_(table) {
    const auto is_other = [&](const auto& index) { return index.id != index_id; };
    std::erase_if(table_.indexes, is_other);
    std::erase_if(table_.vector_indexes, is_other);
    derive_indexes(table_);
  }
  virtual ~rows_of_index() = default;
  rows_of_index(const rows_of_index&) = delete;
  rows_of_index& operator=(const rows_of_index&) = delete;
  void lay_down(write_batch& into, std::string_view row_key, write_batch::span row) const override {
    if (!table_.indexes.empty()) append_index_rows(into, store_prefix_, table_, row_key, {}, row, nullptr);
    if (!table_.vector_indexes.empty()) append_vector_rows(into, store_prefix_, table_, row_key, {}, row, nullptr);
  }

 private:
  const std::string_view store_prefix_;
  table_descriptor table_;  // as if it had only this index
};

class index_backfill::one_index {
 public:
  one_index(const index_backfill& job, std::string_view table_name, std::uint32_t index_id)
      : table(table_name), id(index_id), walk(job.rows_, job.locks_, job.commits_, cursor_of(job.rows_, index_id)) {}

  const std::string table;
  const std::uint32_t id;
  item_walk walk;
  bool resumed = false;
  bool at_end = false;
  std::optional<rows_of_index> derived;
};

index_backfill::index_backfill(const store& rows, catalog& tables, key_locks& locks, committer& commits)
    : rows_(rows), tables_(tables), locks_(locks), commits_(commits) {}
index_backfill::~index_backfill() = default;

void index_backfill::load() {
  for (const std::string& name : tables_.filling()) {
    const auto table = tables_.find(name);
    const auto note_all = [&](const auto& indexes) {
      for (const auto& index : indexes) {
        if (index.filling) note_added(name, index.id);
      }
    };
    note_all(table->descriptor.indexes);
    note_all(table->descriptor.vector_indexes);
  }
}

void index_backfill::note_added(std::string_view table_name, std::uint32_t index_id) {
  const std::scoped_lock held(mutex_);
  to_fill_.emplace_back(*this, table_name, index_id);
}

bool index_backfill::has_work() const {
  const std::scoped_lock held(mutex_);
  return !to_fill_.empty();
}

std::optional<std::chrono::microseconds> index_backfill::run_slice() noexcept try {
  std::list<one_index> now;
  {
    const std::scoped_lock held(mutex_);
    if (to_fill_.empty()) return std::nullopt;
    now.splice(now.end(), to_fill_, to_fill_.begin());
  }
  turn came = turn::fails;
  try {
    came = run_turn(now.front());
  } catch (...) {  // no memory: later
  }
  const std::scoped_lock held(mutex_);
  if (came != turn::done) to_fill_.splice(to_fill_.end(), now);
  if (to_fill_.empty()) return std::nullopt;
  switch (came) {
    case turn::again_beside_writers: return beside_writers;
    case turn::waits: return waits_for_commits;
    case turn::fails: return waits_after_error;
    case turn::again:
    case turn::done: break;
  }
  return between_slices;
} catch (...) {
  return waits_after_error;
}

index_backfill::turn index_backfill::run_turn(one_index& now) {
  const auto table = tables_.find(now.table);
  if (table == nullptr || !is_filling(table->descriptor, now.id)) return turn::done;
  if (now.at_end) return open_to_readers(now);
  if (!now.resumed) {
    if (!now.walk.resume()) return turn::fails;
    now.resumed = true;
    now.derived.emplace(rows_.prefix(), table->descriptor, now.id);
  }
  switch (now.walk.run_slice(table, *now.derived)) {
    case item_walk::progress::more: return now.walk.met_writers() ? turn::again_beside_writers : turn::again;
    case item_walk::progress::stale: return turn::again;
    case item_walk::progress::busy: return turn::waits;
    case item_walk::progress::failed: return turn::fails;
    case item_walk::progress::stopped: return turn::done;  // until the database is opened again
    case item_walk::progress::at_end: break;
  }
  now.at_end = true;
  return turn::again;
}

// All rows are ahead of the barrier in the commit queue.
index_backfill::turn index_backfill::open_to_readers(one_index& now) {
  if (!commits_.try_reserve()) return turn::waits;
  queue_slot slot(commits_);
  auto claimed = tables_.open_index(now.table, now.id);
  if (!claimed) return turn::waits;  // it is being changed; or it is gone, which the next turn finds
  const auto change = std::make_shared<opening_change>(*std::move(claimed));
  switch (enqueue_barrier(commits_, tables_, rows_.prefix(), change, change->of_table())) {
    case committer::verdict::queued: break;
    case committer::verdict::no_thread: return turn::fails;
    case committer::verdict::refused:
    case committer::verdict::stale: return turn::done;
  }
  slot.use();
  commits_.ensure_leader();
  return turn::done;
}

}  // namespace dynamo::engine
