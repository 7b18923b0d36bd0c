#include "table_change.hpp"

#include "catalog.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace dynamo::engine {

table_change::table_change(catalog& of, table_status claimed, std::shared_ptr<const table_entry> before,
                           table_descriptor version)
    : next(std::move(version)), catalog_(&of), status_(claimed), before_(std::move(before)) {}

table_change::table_change(table_change&& from) noexcept
    : next(std::move(from.next)),
      index(std::move(from.index)),
      removed(std::move(from.removed)),
      removed_vector_index(std::move(from.removed_vector_index)),
      filled(from.filled),
      closed(std::move(from.closed)),
      begun_ttl(from.begun_ttl),
      ended_ttl(from.ended_ttl),
      catalog_(std::exchange(from.catalog_, nullptr)),
      status_(from.status_),
      opens_stream_(from.opens_stream_),
      took_place_(from.took_place_),
      before_(std::move(from.before_)),
      after_(std::move(from.after_)) {}

table_change::~table_change() {
  if (catalog_ != nullptr && !took_place_) settle(commit_outcome::failed);
}

void table_change::add_index(index_descriptor added) {
  index = {index_action::add, added.name};
  added.filling = true;
  next.indexes.push_back(std::move(added));
  derive_indexes(next);
}

void table_change::remove_index(std::string_view name) {
  const auto found = std::ranges::find(next.indexes, name, &index_descriptor::name);
  assert(found != next.indexes.end());
  index = {index_action::remove, found->name};
  removed = std::move(*found);
  next.indexes.erase(found);
  derive_indexes(next);
}

void table_change::add_vector_index(vector_index_descriptor added) {
  index = {index_action::add, added.name};
  added.filling = true;
  next.vector_indexes.push_back(std::move(added));
  derive_indexes(next);
}

void table_change::remove_vector_index(std::string_view name) {
  const auto found = std::ranges::find(next.vector_indexes, name, &vector_index_descriptor::name);
  assert(found != next.vector_indexes.end());
  index = {index_action::remove, found->name};
  removed_vector_index = std::move(*found);
  next.vector_indexes.erase(found);
}

void table_change::end_filling(std::uint32_t index_id) {
  const auto end_in = [&](auto& indexes) {
    for (auto& one : indexes) {
      if (one.id != index_id) continue;
      assert(one.filling);
      index = {index_action::open, one.name};
      one.filling = false;
      filled = index_id;
    }
  };
  end_in(next.indexes);
  end_in(next.vector_indexes);
  assert(filled == index_id);
}

void table_change::open_stream(stream_descriptor stream) {
  opens_stream_ = true;
  next.latest_stream_label = stream.label;
  next.stream = std::move(stream);
}

void table_change::close_stream(instant when) {
  closed = std::exchange(next.stream, std::nullopt);
  closed->enabled = false;
  closed->closed = when;
}

const stream_descriptor* table_change::opened() const noexcept { return opens_stream_ ? &*next.stream : nullptr; }

void table_change::take_place() {
  assert(catalog_ != nullptr && !took_place_);
  switch (status_) {
    case table_status::creating: after_ = std::make_shared<const table_entry>(next); break;
    case table_status::updating: after_ = std::make_shared<const table_entry>(next, *before_); break;
    case table_status::active:
    case table_status::deleting: break;
  }
  catalog_->take_place(*this);
  took_place_ = true;
}

void table_change::settle(commit_outcome outcome) noexcept { std::exchange(catalog_, nullptr)->settle(*this, outcome); }

}  // namespace dynamo::engine
