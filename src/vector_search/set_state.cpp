#include "set_state.hpp"

#include "kernels.hpp"
#include "score.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace dynamo::vector_search {

namespace {

/// What a string takes outside of itself.
std::size_t heap_bytes(const std::string& text) noexcept {
  static const std::size_t inside = std::string().capacity();
  return text.capacity() > inside ? text.capacity() + 1 : 0;
}
std::size_t heap_bytes(const row_texts& of) noexcept { return heap_bytes(of.id) + heap_bytes(of.payload); }

}  // namespace

vector_set::state::state(int of)
    : dimensions(of),
      stride((static_cast<std::size_t>(of) + line_floats - 1) / line_floats * line_floats),
      count(0),
      bytes(0) {
  assert(of >= 1 && of <= dimensions_max);
}

void vector_set::state::put(std::string_view id, std::span<const float> vector, std::string_view payload) {
  assert(vector.size() == static_cast<std::size_t>(dimensions) && all_finite(vector));
  const place where = free_place();
  block& in = *where.in;
  float* floats = in.floats.get() + where.at * stride;
  std::ranges::fill(std::ranges::copy(vector, floats).out, in.floats.get() + (where.at + 1) * stride, 0.0F);
  in.squared[where.at] = exact_dot(floats, floats, stride);
  in.length[where.at] = std::sqrt(in.squared[where.at]);
  row_texts& texts = in.texts[where.at];
  const std::size_t texts_before = heap_bytes(texts);
  texts.id = id;
  texts.payload = payload;
  bytes.fetch_add(heap_bytes(texts) - texts_before, std::memory_order_relaxed);  // may well wrap around, and back

  const auto before = by_id_.find(id);
  if (before != by_id_.end()) {
    retire(before->second);
    by_id_.erase(before);
  } else {
    count.fetch_add(1, std::memory_order_relaxed);
  }
  by_id_.emplace(texts.id, where);
  in.show(where.at, next_);
}

bool vector_set::state::erase(std::string_view id) {
  const auto row = by_id_.find(id);
  if (row == by_id_.end()) return false;
  const place where = row->second;
  by_id_.erase(row);
  retire(where);
  count.fetch_sub(1, std::memory_order_relaxed);
  return true;
}

void vector_set::state::publish() {
  const std::lock_guard lock(shared_);
  published_ = next_++;
  published_places_ = used_;
}

snapshot vector_set::state::begin() {
  const std::lock_guard lock(shared_);
  ++readers_[published_];
  return {published_, blocks_, published_places_};
}

void vector_set::state::end(const snapshot& of) noexcept {
  const std::lock_guard lock(shared_);
  const auto readers = readers_.find(of.at);
  if (--readers->second == 0) readers_.erase(readers);
}

vector_set::state::place vector_set::state::free_place() {
  if (ended_.empty()) return further_place();
  const ended_row& first = ended_.front();
  if (first.since > oldest_that_may_read()) return further_place();
  const place where = first.where;
  ended_.pop_front();
  where.in->clear(where.at);
  return where;
}

vector_set::state::place vector_set::state::further_place() {
  if (last_free_ == 0) {
    auto further = std::make_shared<block>(places_of_block(own_blocks_.size(), stride), stride);
    own_blocks_.push_back(further);
    last_free_ = further->places;
    bytes.fetch_add(further->places * bytes_of_place(stride), std::memory_order_relaxed);
    auto list = std::make_shared<const block_list>(own_blocks_);
    const std::lock_guard lock(shared_);
    blocks_.swap(list);
  }
  block& last = *own_blocks_.back();
  ++used_;
  return {&last, last.places - last_free_--};
}

void vector_set::state::retire(const place& of) {
  of.in->hide(of.at, next_);
  ended_.push_back({next_, of});
}

version vector_set::state::oldest_that_may_read() {
  const std::lock_guard lock(shared_);
  return readers_.empty() ? published_ : readers_.begin()->first;
}

}  // namespace dynamo::vector_search
