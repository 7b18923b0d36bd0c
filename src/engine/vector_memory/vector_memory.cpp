#include "vector_memory.hpp"

#include <dynamo/json/buffer.hpp>
#include <dynamo/json/canonical.hpp>
#include <engine/rows/vector_row.hpp>
#include <engine/storage/big_endian.hpp>
#include <engine/storage/key_space.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

// Searches of an index that did not fit until it is tried anew; and keys that commits change while one is filled.
constexpr unsigned searches_left_out = 1'000;
constexpr std::size_t changed_keys_max = 100'000;

constexpr std::uint64_t followed = 1;
constexpr std::uint64_t one_step = 2;

// As vector_memory counts them: the first state in which the write that was under way, if there was one, has ended.
constexpr std::uint64_t ended_after(std::uint64_t writes) noexcept {
  const std::uint64_t steps = writes / one_step;
  return steps + steps % 2;
}

void append_filter_value(std::string& payload, std::optional<std::string_view> value) {
  char length[sizeof(std::uint32_t)];
  store_big_endian(length, static_cast<std::uint32_t>(value ? value->size() + 1 : 0));
  payload.append(length, sizeof length);
  if (value) payload.append(*value);
}

}  // namespace

class vector_memory::kept_index {
 public:
  kept_index(const vector_index_descriptor& of, std::uint64_t steps)
      : index(of), set(static_cast<int>(of.dimensions)), ready_from(steps) {}

  // False for a row that is none.
  bool put(std::string_view key, std::string_view value) {
    const auto item = read_vector_row(value, vector_);
    if (!item || vector_.size() != index.dimensions) return false;
    payload_.clear();
    if (!index.filters.empty()) {
      padded_.clear();
      padded_.append(*item);
      for (const key_attribute& filter : index.filters) {
        append_filter_value(payload_, json::find_attribute(padded_.view(), filter.name));
      }
    }
    set.put(key, vector_, payload_);
    return true;
  }

  const vector_index_descriptor index;
  vector_search::vector_set set;
  const std::uint64_t ready_from;  // the count at which every write has ended that was begun before it was registered
  bool ready = false;
  std::set<std::string, std::less<>> changed{};  // keys that commits changed while it is being filled

 private:
  std::vector<float> vector_;
  std::string payload_;
  json::buffer padded_;
};

vector_memory::vector_memory(const store& rows, std::size_t bytes_max) : rows_(rows), bytes_max_(bytes_max) {}
vector_memory::~vector_memory() = default;

std::optional<vector_memory::begun_search> vector_memory::begin(const vector_index_descriptor& index,
                                                                vector_search::query what) {
  const std::scoped_lock held(mutex_);
  const auto found = indexes_.find(index.id);
  if (found == indexes_.end() || !found->second->ready) return std::nullopt;
  auto moment = before_ ? before_ : std::shared_ptr<const store_reader>(rows_.snapshot());
  return begun_search{found->second->set.begin(std::move(what)), std::move(moment)};
}

bool vector_memory::register_for_filling(const vector_index_descriptor& index) {
  const std::scoped_lock held(mutex_);
  if (bytes_max_ == 0 || indexes_.contains(index.id)) return false;
  if (const auto left_out = left_out_.find(index.id); left_out != left_out_.end()) {
    if (--left_out->second > 0) return false;
    left_out_.erase(left_out);
  }
  // One atomic tells both sides: either the write that begins now sees the index, or the index waits until it has ended. A write that has ended
  // before is in every snapshot that the caller takes from here on.
  const std::uint64_t before = writes_.fetch_or(followed, std::memory_order_acq_rel);
  indexes_.emplace(index.id, std::make_unique<kept_index>(index, ended_after(before)));
  return true;
}

bool vector_memory::fill(std::uint32_t index_id, std::span<const row> rows) {
  const std::scoped_lock held(mutex_);
  const auto found = indexes_.find(index_id);
  if (found == indexes_.end()) return false;
  kept_index& index = *found->second;
  for (const row& one : rows) {
    if (index.changed.contains(one.key)) continue;  // the snapshot is older
    if (!index.put(one.key, one.value)) {
      forget(found);
      return false;
    }
  }
  if (bytes_locked() <= bytes_max_) return true;
  forget(found);
  return false;
}

bool vector_memory::end_filling(std::uint32_t index_id) {
  const std::scoped_lock held(mutex_);
  const auto found = indexes_.find(index_id);
  if (found == indexes_.end()) return true;
  kept_index& index = *found->second;
  if (writes_.load(std::memory_order_acquire) / one_step < index.ready_from) return false;
  index.set.publish();
  index.changed.clear();
  index.ready = true;
  return true;
}

void vector_memory::drop(std::uint32_t index_id) {
  const std::scoped_lock held(mutex_);
  indexes_.erase(index_id);
}

std::optional<std::string_view> vector_memory::filter_value(std::string_view payload, std::size_t which) noexcept {
  for (std::size_t i = 0; payload.size() >= sizeof(std::uint32_t); ++i) {
    const std::size_t length = load_big_endian<std::uint32_t>(payload);
    payload.remove_prefix(sizeof(std::uint32_t));
    const std::size_t size = length == 0 ? 0 : length - 1;
    if (i == which) return length == 0 ? std::nullopt : std::optional(payload.substr(0, size));
    payload.remove_prefix(std::min(size, payload.size()));
  }
  return std::nullopt;
}

// A search that begins meanwhile sees the indexes, and the store, without this write.
void vector_memory::before_write(const std::vector<const write_batch*>& batches) noexcept {
  if ((writes_.fetch_add(one_step, std::memory_order_acq_rel) & followed) == 0) return;
  const std::scoped_lock held(mutex_);
  if (indexes_.empty()) return;
  const auto is_kept = [&](const write_batch::operation& one, const write_batch& batch) {
    const auto id = id_of(batch.text(one.key));
    return id && indexes_.contains(*id);
  };
  try {
    for (const write_batch* batch : batches) {
      for (const write_batch::operation& one : batch->operations()) {
        if (!is_kept(one, *batch)) continue;
        before_ = rows_.snapshot();
        return;
      }
    }
  } catch (...) {  // no memory
    indexes_.clear();
  }
}

// After a write that failed nothing is written any more, and the indexes stay as they were, with the snapshot of before.
void vector_memory::after_write(const std::vector<const write_batch*>& batches, bool written) noexcept {
  if (end_unfollowed()) return;
  const std::scoped_lock held(mutex_);
  if (written) {
    before_.reset();
    follow(batches);
    // Only here, where no snapshot of before is left.
    if (indexes_.empty()) writes_.fetch_and(~followed, std::memory_order_acq_rel);
  }
  writes_.fetch_add(one_step, std::memory_order_acq_rel);
}

// Ends the write if there is no index that has to follow it.
bool vector_memory::end_unfollowed() noexcept {
  std::uint64_t seen = writes_.load(std::memory_order_relaxed);
  while ((seen & followed) == 0) {
    if (writes_.compare_exchange_weak(seen, seen + one_step, std::memory_order_acq_rel, std::memory_order_relaxed)) {
      return true;
    }
  }
  return false;
}

void vector_memory::follow(const std::vector<const write_batch*>& batches) noexcept {
  if (indexes_.empty()) return;
  try {
    for (const write_batch* batch : batches) follow(*batch);
    for (auto at = indexes_.begin(); at != indexes_.end();) {
      const auto now = at++;
      if (now->second->ready) now->second->set.publish();
      if (now->second->changed.size() > changed_keys_max) forget(now);
    }
    while (!indexes_.empty() && bytes_locked() > bytes_max_) {
      forget(std::ranges::max_element(indexes_, {}, [](const auto& one) { return one.second->set.bytes(); }));
    }
  } catch (...) {  // no memory
    indexes_.clear();
  }
}

std::size_t vector_memory::bytes() const {
  const std::scoped_lock held(mutex_);
  return bytes_locked();
}

std::optional<std::uint32_t> vector_memory::id_of(std::string_view key) const noexcept {
  const std::size_t at = rows_.prefix().size();
  if (key.size() < at + sizeof vector_space + sizeof(std::uint32_t) || key[at] != vector_space) return std::nullopt;
  return load_big_endian<std::uint32_t>(key.substr(at + sizeof vector_space));
}

void vector_memory::follow(const write_batch& batch) {
  for (const write_batch::operation& one : batch.operations()) follow(batch, one);
}

void vector_memory::follow(const write_batch& batch, const write_batch::operation& one) {
  const std::string_view whole_key = batch.text(one.key);
  const auto id = id_of(whole_key);
  const auto found = id ? indexes_.find(*id) : indexes_.end();
  if (found == indexes_.end()) return;
  kept_index& index = *found->second;
  const std::string_view key = whole_key.substr(rows_.prefix().size());
  switch (one.what) {
    case write_batch::kind::erase_range:  // the index goes
      indexes_.erase(found);
      left_out_.erase(*id);
      return;
    case write_batch::kind::erase: index.set.erase(key); break;
    case write_batch::kind::put:
      if (!index.put(key, batch.text(one.value))) return forget(found);
      break;
  }
  if (!index.ready) index.changed.emplace(key);
}

void vector_memory::forget(indexes::iterator which) {
  left_out_[which->first] = searches_left_out;
  indexes_.erase(which);
}

std::size_t vector_memory::bytes_locked() const {
  std::size_t bytes = 0;
  for (const auto& [id, index] : indexes_) bytes += index->set.bytes();
  return bytes;
}

}  // namespace dynamo::engine
