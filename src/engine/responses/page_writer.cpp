#include "page_writer.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/change_log/change_record.hpp>
#include <engine/responses/capacity_writer.hpp>
#include <engine/responses/projected_item.hpp>
#include <engine/rows/row_key.hpp>
#include <engine/rows/stored_row.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

// A hundred items of a few hundred bytes; more room is found as a page needs it.
constexpr std::size_t first_room = 48u << 10;

}  // namespace

bool needs_items(const range_parameters& p, select what, const read_target& target) {
  if (target.index() == nullptr || target.index()->projection == projection_kind::all) return false;
  if (what == select::all_of_items) return true;
  return p.expressions.projection &&
         std::any_of(p.expressions.projection->begin(), p.expressions.projection->end(),
                     [&](const expression::path& path) { return !target.projects(path.front().name); });
}

page_writer::page_writer(const range_parameters& p, const read_target& target, select what,
                         std::string_view store_prefix, const store_reader* items)
    : p_(p),
      target_(target),
      what_(what),
      store_prefix_(store_prefix),
      items_(items),
      looks_inside_(p.expressions.filter || p.expressions.projection || items != nullptr) {
  if (what_ != select::count) out_.extend(first_room);
  out_.append('{');
  if (what_ != select::count) out_.append(R"("Items":[)");
}

result<void> page_writer::take(std::string_view value) {
  stored_row row;
  if (!read_row(value, row)) return unknown_row(target_.table().name);
  ++examined_;
  bytes_ += row.item_size;
  std::string_view item = row.item;
  if (looks_inside_) {
    padded_.clear();
    padded_.append(row.item);
    item = padded_.view();
  }
  if (items_ != nullptr) {
    if (auto found = fetch(item); !found) return found;
    item = fetched_.view().substr(row_header_size);
  }
  if (full()) write_cursor(looks_inside_ ? padded_.view() : row.item);
  if (p_.expressions.filter && !expression::evaluate(*p_.expressions.filter, item)) return {};
  if (what_ != select::count) {
    if (count_ > 0) out_.append(',');
    write_projected(out_, p_.expressions, item);
  }
  ++count_;
  return {};
}

// What is fetched counts for the size of the page, too: a page of small rows may stand for many large items.
bool page_writer::full() const noexcept {
  return (p_.limit && examined_ >= static_cast<std::uint64_t>(*p_.limit)) || bytes() >= limits::page_size_max;
}

reply page_writer::finish() && {
  if (what_ != select::count) out_.append("],");
  out_.append(fmt::format(R"("Count":{},"ScannedCount":{})", count_, examined_));
  write_last_members();
  return reply(std::move(out_));
}

reply page_writer::finish_statement(std::string_view next_token) && {
  out_.append(']');
  if (!next_token.empty()) {
    out_.append(R"(,"NextToken":)");
    json::write_string(out_, next_token);
  }
  write_last_members();
  return reply(std::move(out_));
}

void page_writer::write_last_members() {
  if (!last_key_.empty()) {
    out_.append(R"(,"LastEvaluatedKey":)");
    out_.append(last_key_.view());
  }
  if (p_.capacity != capacity_report::none) {
    out_.append(',');
    write_capacity(out_, p_.capacity, target_.table().name, consumed());
  }
  out_.append('}');
}

void page_writer::begin_range() noexcept {
  range_units_ += read_units(bytes_ - range_start_, p_.consistent);
  range_start_ = bytes_;
}

// Each item that is fetched is rounded up to whole units by itself. Source: "Local secondary indexes", "Fetching attributes".
consumed_capacity page_writer::consumed() const {
  const double units = range_units_ + read_units(bytes_ - range_start_, p_.consistent);
  if (target_.index() == nullptr) return {units, {}, {}};
  consumed_capacity both{fetched_units_, {}, {}};
  (target_.is_global() ? both.global : both.local).emplace_back(target_.index()->name, units);
  return both;
}

result<void> page_writer::fetch(std::string_view row_item) {
  json::buffer key;
  if (auto made = append_row_key(key, store_prefix_, target_.table(), row_item, key_use::in_item); !made) return made;
  fetched_.clear();
  value_copier copy(fetched_);
  const auto found = items_->get(key.view(), copy);
  if (!found) return std::unexpected(found.error());
  stored_row stored;
  if (!*found) {
    return fail(errc::corruption, fmt::format("Index {} of table {} has a row without an item", target_.index()->name,
                                              target_.table().name));
  }
  if (!read_row(fetched_.view(), stored)) return unknown_row(target_.table().name);
  fetched_bytes_ += stored.item_size;
  fetched_units_ += read_units(stored.item_size, p_.consistent);
  return {};
}

// Looking for attributes needs padding after the item; rows of the store have none.
void page_writer::write_cursor(std::string_view item) {
  const json::buffer padded(item);
  if (target_.index() == nullptr) return append_keys(last_key_, target_.table().key, padded.view());
  const std::vector<std::string_view> names = target_.cursor_attributes();
  std::vector<std::optional<std::string_view>> values(names.size());
  json::find_attributes(padded.view(), names, values);
  char separator = '{';
  for (std::size_t i = 0; i < names.size(); ++i) {
    last_key_.append(std::exchange(separator, ','));
    json::write_string(last_key_, names[i]);
    last_key_.append(':');
    last_key_.append(values[i].value_or("{}"));
  }
  last_key_.append('}');
}

}  // namespace dynamo::engine
