#include "space_reclaimer.hpp"

#include <engine/storage/key_space.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace dynamo::engine {
namespace {

// Rows of tables and indexes lie in one space, TTL rows and those of vector indexes in others. Ids are of one counter.
using append_prefix = void (*)(json::buffer&, std::string_view store_prefix, std::uint32_t id);
constexpr append_prefix spaces[] = {append_table_prefix, append_expiry_prefix, append_vector_prefix};

std::string first_key_of(const store& in, append_prefix space, std::uint32_t id) {
  json::buffer key;
  space(key, in.prefix(), id);
  return std::string(key.view());
}

}  // namespace

space_reclaimer::space_reclaimer(store& rows, timer& on, thread_starter start)
    : rows_(rows), timer_(on), start_thread_(start) {}

space_reclaimer::~space_reclaimer() { stop(); }

void space_reclaimer::load(const catalog& tables, std::uint32_t next_id) {
  const std::scoped_lock held(mutex_);
  std::uint32_t first = 1;
  for (const std::uint32_t id : tables.row_ids()) {
    add(first, id);
    first = id + 1;
  }
  add(first, next_id);
  if (auto all = dropped_ranges(); leave_those_that_hold_something(all) < bytes_min) dropped_.clear();
  due_ = timer_.steady_now() + waits;
}

void space_reclaimer::note_dropped(const table_descriptor& table) {
  const std::scoped_lock held(mutex_);
  begin_to_wait();
  add(table.id, table.id + 1);
  for (const index_descriptor& index : table.indexes) add(index.id, index.id + 1);
  for (const vector_index_descriptor& index : table.vector_indexes) add(index.id, index.id + 1);
  if (const ttl_descriptor* ttl = table.enabled_ttl()) add(ttl->id, ttl->id + 1);
}

void space_reclaimer::note_dropped(std::uint32_t id) {
  const std::scoped_lock held(mutex_);
  begin_to_wait();
  add(id, id + 1);
}

bool space_reclaimer::note_skipped(key_interval range) {
  const std::scoped_lock held(mutex_);
  if (skipped_.size() == skipped_max) return false;
  begin_to_wait();
  skipped_.push_back(std::move(range));
  return true;
}

bool space_reclaimer::has_work() const {
  const std::scoped_lock held(mutex_);
  return !dropped_.empty() || !skipped_.empty();
}

std::optional<std::chrono::microseconds> space_reclaimer::run_slice() noexcept try {
  const std::scoped_lock held(mutex_);
  if (stop_ || (dropped_.empty() && skipped_.empty())) return std::nullopt;
  if (const auto now = timer_.steady_now(); now < due_) {
    return std::chrono::ceil<std::chrono::microseconds>(due_ - now);
  }
  if (running_) return waits;
  if (thread_.joinable()) thread_.join();  // it has ended
  auto started = start_thread_([this, now = work{dropped_ranges(), skipped_}]() mutable { run(std::move(now)); });
  if (!started) return waits;
  thread_ = *std::move(started);
  running_ = true;
  dropped_.clear();
  skipped_.clear();
  return std::nullopt;
} catch (...) {  // no memory: later
  return waits;
}

void space_reclaimer::stop() {
  {
    const std::scoped_lock held(mutex_);
    stop_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void space_reclaimer::run(work now) noexcept {
  try {
    if (leave_those_that_hold_something(now.dropped) >= bytes_min) rows_.give_back(now.dropped, stop_);
    if (leave_those_that_hold_something(now.skipped) >= bytes_min) rows_.compact(now.skipped, stop_);
  } catch (...) {  // no memory: it is found again
  }
  const std::scoped_lock held(mutex_);
  running_ = false;
}

// Called with the mutex held, as what follows is.
void space_reclaimer::begin_to_wait() {
  if (dropped_.empty() && skipped_.empty()) due_ = timer_.steady_now() + waits;
}

// Joins what touches it.
void space_reclaimer::add(std::uint32_t first, std::uint32_t end) {
  if (first >= end) return;
  auto after = dropped_.lower_bound(first);
  if (after != dropped_.end() && after->first == end) {
    end = after->second;
    after = dropped_.erase(after);
  }
  if (after != dropped_.begin() && std::prev(after)->second == first) {
    std::prev(after)->second = end;
  } else {
    dropped_.emplace_hint(after, first, end);
  }
}

std::vector<key_interval> space_reclaimer::dropped_ranges() const {
  std::vector<key_interval> made;
  made.reserve(dropped_.size() * std::size(spaces));
  for (const append_prefix space : spaces) {
    for (const auto& [first, end] : dropped_) {
      made.push_back({first_key_of(rows_, space, first), first_key_of(rows_, space, end)});
    }
  }
  return made;
}

std::uint64_t space_reclaimer::leave_those_that_hold_something(std::vector<key_interval>& ranges) const {
  std::uint64_t total = 0;
  std::erase_if(ranges, [&](const key_interval& one) {
    const std::uint64_t size = rows_.size_of_range(one.from, one.to);
    total += size;
    return size == 0;
  });
  return total;
}

}  // namespace dynamo::engine
