#include "catalog.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <tuple>
#include <utility>

namespace dynamo::engine {

std::shared_ptr<const table_entry> catalog::find(std::string_view table_name) const {
  const std::shared_lock held(mutex_);
  const auto found = tables_.find(table_name);
  return found == tables_.end() ? nullptr : found->second.open;
}

std::optional<known_table> catalog::look_up(std::string_view table_name) const {
  const std::shared_lock held(mutex_);
  const auto found = tables_.find(table_name);
  if (found == tables_.end()) return std::nullopt;
  known_table known = found->second.known;
  if (known.changed.action == index_action::open) {
    known.status = table_status::active;
    known.changed = {};
  }
  return known;
}

std::vector<std::uint32_t> catalog::row_ids() const {
  std::vector<std::uint32_t> ids;
  {
    const std::shared_lock held(mutex_);
    for (const auto& [name, record] : tables_) {
      const table_descriptor& table = record.known.entry->descriptor;
      ids.push_back(table.id);
      for (const index_descriptor& index : table.indexes) ids.push_back(index.id);
      for (const vector_index_descriptor& index : table.vector_indexes) ids.push_back(index.id);
      if (const ttl_descriptor* ttl = table.enabled_ttl()) ids.push_back(ttl->id);
    }
  }
  std::ranges::sort(ids);
  return ids;
}

std::vector<std::string> catalog::filling() const {
  const std::shared_lock held(mutex_);
  std::vector<std::string> found;
  for (const auto& [name, record] : tables_) {
    if (record.known.entry->descriptor.is_filling()) found.push_back(name);
  }
  return found;
}

table_names catalog::names(std::string_view after, std::size_t limit) const {
  const std::shared_lock held(mutex_);
  table_names page;
  auto at = tables_.upper_bound(after);
  for (; at != tables_.end() && page.names.size() < limit; ++at) page.names.push_back(at->first);
  page.more = at != tables_.end();
  return page;
}

std::vector<std::shared_ptr<const table_entry>> catalog::expiring_after(std::string_view after,
                                                                        std::size_t limit) const {
  const std::shared_lock held(mutex_);
  std::vector<std::shared_ptr<const table_entry>> found;
  for (auto at = expiring_.upper_bound(after); at != expiring_.end() && found.size() < limit; ++at) {
    const table_record& record = tables_.find(*at)->second;
    if (record.expires()) found.push_back(record.open);
  }
  return found;
}

bool catalog::has_expiring() const {
  const std::shared_lock held(mutex_);
  return !expiring_.empty();
}

void catalog::put(table_descriptor table) {
  const auto entry = std::make_shared<const table_entry>(std::move(table));
  const std::scoped_lock held(mutex_);
  tables_.insert_or_assign(entry->descriptor.name, table_record{{entry, table_status::active, {}, {}}, entry});
  if (entry->descriptor.enabled_ttl() != nullptr) expiring_.insert(entry->descriptor.name);
}

result<table_change> catalog::create(table_descriptor table) {
  const std::scoped_lock held(mutex_);
  const auto status = claim_locked(table.name, table_event::create);
  if (!status) return std::unexpected(status.error());
  auto id = take_ids_locked(static_cast<std::uint32_t>(1 + table.indexes.size() + table.vector_indexes.size()));
  if (!id) return std::unexpected(id.error());
  table.id = *id;
  for (index_descriptor& index : table.indexes) index.id = ++*id;
  for (vector_index_descriptor& index : table.vector_indexes) index.id = ++*id;
  tables_.emplace(table.name, table_record{{std::make_shared<const table_entry>(table), *status, {}, {}}, nullptr});
  return table_change(*this, *status, nullptr, std::move(table));
}

result<table_change> catalog::update(std::string_view table_name, const rule& allowed) {
  return change(table_name, table_event::update, allowed);
}

result<table_change> catalog::remove(std::string_view table_name, const rule& allowed) {
  return change(table_name, table_event::remove, allowed);
}

result<table_change> catalog::change(std::string_view table_name, table_event event, const rule& allowed) {
  std::unique_lock held(mutex_);
  opened_.wait(held, [&] {
    const auto found = tables_.find(table_name);
    return found == tables_.end() || found->second.known.changed.action != index_action::open;
  });
  return change_locked(table_name, event, allowed);
}

result<table_change> catalog::change_locked(std::string_view table_name, table_event event, const rule& allowed) {
  const auto status = claim_locked(table_name, event);
  if (!status) return std::unexpected(status.error());
  table_record& record = tables_.find(table_name)->second;
  const table_descriptor& table = record.known.entry->descriptor;
  if (auto may = allowed(table); !may) return std::unexpected(may.error());
  table_change claimed(*this, *status, record.known.entry, table);
  record.known.status = *status;
  return claimed;
}

result<table_change> catalog::open_index(std::string_view table_name, std::uint32_t index_id) {
  const std::scoped_lock held(mutex_);
  auto claimed = change_locked(table_name, table_event::update, [&](const table_descriptor& table) -> result<void> {
    const auto is_filling = [&](const auto& indexes) {
      return std::ranges::any_of(indexes, [&](const auto& one) { return one.id == index_id && one.filling; });
    };
    if (is_filling(table.indexes) || is_filling(table.vector_indexes)) return {};
    return no_such_table(table_name);
  });
  if (!claimed) return claimed;
  claimed->end_filling(index_id);
  tables_.find(table_name)->second.known.changed = claimed->index;
  return claimed;
}

result<table_status> catalog::claim_locked(std::string_view table_name, table_event event) const {
  const auto found = tables_.find(table_name);
  const auto now = found == tables_.end() ? std::nullopt : std::optional(found->second.known.status);
  return claim_status(now, event, table_name);
}

result<std::uint32_t> catalog::take_ids(std::uint32_t count) {
  const std::scoped_lock held(mutex_);
  return take_ids_locked(count);
}

result<std::uint32_t> catalog::take_ids_locked(std::uint32_t count) {
  if (std::numeric_limits<std::uint32_t>::max() - next_id_ < count) {
    return fail(
        errc::limit_exceeded,
        "This database has used up its 4,294,967,295 ids of tables, indexes and streams; copy what it holds into a new one");
  }
  return std::exchange(next_id_, next_id_ + count);
}

std::uint32_t catalog::next_id() const {
  const std::shared_lock held(mutex_);
  return next_id_;
}

void catalog::set_next_id(std::uint32_t next) {
  const std::scoped_lock held(mutex_);
  next_id_ = next;
}

// What may throw comes first. The stream is to be found before the next version's first record is committed.
void catalog::take_place(const table_change& change) {
  const std::scoped_lock held(mutex_);
  if (change.next.enabled_ttl() != nullptr) expiring_.insert(change.next.name);
  if (const stream_descriptor* stream = change.opened()) streams_.insert_or_assign(stream->id, *stream);
  table_record& record = tables_.find(change.next.name)->second;
  switch (change.status()) {
    case table_status::creating: record.known.entry = change.after_; break;
    case table_status::updating:
      record.open = change.after_;
      record.known.changed = change.index;
      record.known.ttl = change.ttl();
      // What goes is shown until it is gone, and what is opened not before it is open.
      if (change.index.action == index_action::none || change.index.action == index_action::add)
        record.known.entry = change.after_;
      change.after_->publish();
      break;
    case table_status::deleting:
      record.open = nullptr;
      change.before_->retire();
      break;
    case table_status::active: break;
  }
}

void catalog::settle(table_change& change, commit_outcome outcome) {
  const std::scoped_lock held(mutex_);
  if (change.index.action == index_action::open) opened_.notify_all();
  const bool committed = outcome == commit_outcome::committed;
  if (const stream_descriptor* stream = change.opened(); stream != nullptr && !committed) streams_.erase(stream->id);
  // A reader that saw a shard's end before everything enqueued ahead of this change was committed would stop before the last records.
  if (change.closed && committed) streams_.insert_or_assign(change.closed->id, *change.closed);
  const auto found = tables_.find(change.next.name);
  const auto status = settle_status(change.status(), outcome);
  if (!status) {
    expiring_.erase(change.next.name);
    tables_.erase(found);
    return;
  }
  const auto& entry = committed ? change.after_ : change.before_;
  entry->publish();
  found->second = table_record{{entry, *status, {}, {}}, entry};
  if (!found->second.expires()) expiring_.erase(change.next.name);
}

std::optional<stream_descriptor> catalog::find_stream(std::string_view table_name, std::string_view label) const {
  const std::shared_lock held(mutex_);
  for (const auto& [id, stream] : streams_) {
    if (stream.label == label && stream.table_name == table_name) return stream;
  }
  return std::nullopt;
}

std::optional<stream_descriptor> catalog::find_stream(std::uint32_t id) const {
  const std::shared_lock held(mutex_);
  const auto found = streams_.find(id);
  return found == streams_.end() ? std::nullopt : std::optional(found->second);
}

std::string catalog::latest_label(std::string_view table_name) const {
  const std::shared_lock held(mutex_);
  std::string latest;
  for (const auto& [id, stream] : streams_) {
    if (stream.table_name == table_name) latest = std::max(latest, stream.label);
  }
  return latest;
}

void catalog::put(stream_descriptor stream) {
  const std::scoped_lock held(mutex_);
  streams_.insert_or_assign(stream.id, std::move(stream));
}

void catalog::erase_stream(std::uint32_t id) {
  const std::scoped_lock held(mutex_);
  streams_.erase(id);
}

std::vector<stream_descriptor> catalog::streams_after(std::uint32_t id, std::size_t limit) const {
  const std::shared_lock held(mutex_);
  std::vector<stream_descriptor> found;
  for (auto at = streams_.upper_bound(id); at != streams_.end() && found.size() < limit; ++at) {
    found.push_back(at->second);
  }
  return found;
}

std::vector<stream_descriptor> catalog::streams_of(std::optional<std::string_view> table_name) const {
  std::vector<stream_descriptor> found;
  {
    const std::shared_lock held(mutex_);
    for (const auto& [id, stream] : streams_) {
      if (!table_name || stream.table_name == *table_name) found.push_back(stream);
    }
  }
  std::ranges::sort(found, {},
                    [](const stream_descriptor& stream) { return std::tie(stream.table_name, stream.label); });
  return found;
}

}  // namespace dynamo::engine
