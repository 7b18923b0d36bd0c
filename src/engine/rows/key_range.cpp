#include "key_range.hpp"

#include "index_key.hpp"
#include "row_key.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/value/limits.hpp>

#include <vector>

namespace dynamo::engine {
namespace {

std::string just_after(std::string_view key) { return std::string(key) + '\0'; }

/// The keys whose sort bytes relate to a bound as a clause says. `low` and `high` are keys up to and with the bound's bytes;
/// `after` gives the first key that comes after all that have exactly these.
template <class After>
key_range bounded(key_range all, expression::key_condition::range::kind what, std::string low, std::string_view high,
                  After after) {
  using kind = expression::key_condition::range::kind;
  switch (what) {
    case kind::equal: return {low, after(low)};
    case kind::less: return {std::move(all.from), std::move(low)};
    case kind::less_equal: return {std::move(all.from), after(low)};
    case kind::greater: return {after(low), std::move(all.to)};
    case kind::greater_equal: return {std::move(low), std::move(all.to)};
    case kind::begins_with: return {low, after_prefix(low)};
    case kind::between: return {std::move(low), after(high)};
  }
  return all;
}

result<key_range> range_in_table(std::string_view store_prefix, const table_descriptor& table,
                                 const expression::composite_key_condition& keys) {
  json::buffer key;
  append_table_prefix(key, store_prefix, table.id);
  if (auto made = append_partition(key, table.partition_key(), keys.partition.front().value, key_use::condition);
      !made) {
    return std::unexpected(made.error());
  }
  const std::string partition(key.view());
  key_range range{partition, after_prefix(partition)};
  if (keys.sort.empty()) return range;
  const auto bound = [&](std::string_view value) -> result<std::string> {
    json::buffer sort;
    if (auto made = append_sort(sort, *table.sort_key(), value, key_use::condition); !made) {
      return std::unexpected(made.error());
    }
    return partition + std::string(sort.view());
  };
  const expression::key_condition::range& clause = keys.sort.front();
  auto low = bound(clause.low);
  if (!low) return std::unexpected(low.error());
  auto high = clause.high.empty() ? result<std::string>() : bound(clause.high);
  if (!high) return std::unexpected(high.error());
  return bounded(std::move(range), clause.what, *std::move(low), *high, just_after);
}

/// The bytes of one key value of a condition.
result<std::string> bytes_of(const key_attribute& key, std::string_view value) {
  std::string scratch;
  const json::buffer padded(value);
  const auto bytes = key_bytes(key, padded.view(), key_use::condition, scratch);
  if (!bytes) return std::unexpected(bytes.error());
  return std::string(*bytes);
}

result<key_range> range_in_index(std::string_view store_prefix, const index_descriptor& index,
                                 const expression::composite_key_condition& keys) {
  std::vector<std::string> parts;
  std::size_t size = 0;
  for (std::size_t i = 0; i < keys.partition.size(); ++i) {
    auto part = bytes_of(index.key.partition[i], keys.partition[i].value);
    if (!part) return std::unexpected(part.error());
    size += part->size();
    parts.push_back(*std::move(part));
  }
  if (size > limits::partition_key_size_max) return fail(partition_too_large());
  json::buffer key;
  append_index_partition(key, store_prefix, index, parts);
  size = 0;
  for (std::size_t i = 0; i < keys.sort.size(); ++i) {
    const expression::key_condition::range& clause = keys.sort[i];
    const key_attribute& attribute = index.key.sort[i];
    const auto low = bytes_of(attribute, clause.low);
    if (!low) return std::unexpected(low.error());
    const auto high = clause.high.empty() ? result<std::string>() : bytes_of(attribute, clause.high);
    if (!high) return std::unexpected(high.error());
    size += std::max(low->size(), high->size());
    if (size > limits::sort_key_size_max) return fail(sort_too_large());
    using kind = expression::key_condition::range::kind;
    if (i + 1 < keys.sort.size()) {  // an equality: all but the last are
      append_index_sort(key, attribute, *low);
      continue;
    }
    const auto bound = [&](std::string_view bytes) {
      json::buffer whole(key.view());
      if (clause.what == kind::begins_with) {
        begin_index_sort(whole, attribute, bytes);
      } else {
        append_index_sort(whole, attribute, bytes);
      }
      return std::string(whole.view());
    };
    return bounded({std::string(key.view()), after_prefix(key.view())}, clause.what, bound(*low), bound(*high),
                   after_prefix);
  }
  return key_range{std::string(key.view()), after_prefix(key.view())};
}

std::unexpected<error> start_key_invalid() { return fail(errc::validation, "The provided starting key is invalid"); }
/// An empty key value is told in every operation; other faults of a start key are not told apart.
std::unexpected<error> start_key_refused(const error& why) {
  return why.message().starts_with("One or more parameter values are not valid") ? fail(why) : start_key_invalid();
}
// Exactly the attributes that a cursor of the target has.
bool has_cursor_attributes(const read_target& target, std::string_view start) {
  const std::vector<std::string_view> names = target.cursor_attributes();
  std::vector<std::optional<std::string_view>> values(names.size());
  json::find_attributes(start, names, values);
  for (const auto& value : values) {
    if (!value) return false;
  }
  std::size_t present = 0;
  json::cursor at(start);
  std::string_view name;
  if (at.begin_object()) {
    for (; at.next_name(name); ++present) at.skip();
  }
  return present == names.size();
}

result<void> append_start_key(json::buffer& key, std::string_view store_prefix, const read_target& target,
                              std::string_view start) {
  if (target.index() == nullptr) {
    auto made = append_row_key(key, store_prefix, target.table(), start, key_use::lookup);
    return made ? made : start_key_refused(made.error());
  }
  if (!has_cursor_attributes(target, start)) return start_key_invalid();
  const index_key_values values = find_index_keys(target.table(), start);
  const index_descriptor& index = *target.index();
  std::size_t at = 0;
  for (const auto* part : {&index.key.partition, &index.key.sort}) {
    for (const key_attribute& attribute : *part) {
      std::string scratch;
      const auto made = key_bytes(attribute, *values[index.key_positions[at++]], key_use::lookup, scratch);
      if (!made) return start_key_refused(made.error());
    }
  }
  json::buffer row_key;
  if (auto made = append_row_key(row_key, store_prefix, target.table(), start, key_use::in_item); !made) {
    return start_key_refused(made.error());
  }
  append_index_key(key, store_prefix, index, values, row_key.view().substr(table_prefix_size(store_prefix)));
  return {};
}

}  // namespace

result<key_range> range_of(std::string_view store_prefix, const read_target& target,
                           const expression::composite_key_condition& keys) {
  return target.index() == nullptr ? range_in_table(store_prefix, target.table(), keys)
                                   : range_in_index(store_prefix, *target.index(), keys);
}

key_range segment_of(std::string_view store_prefix, const read_target& target, std::uint64_t segment,
                     std::uint64_t total) {
  json::buffer from, to;
  append_segment_start(from, store_prefix, target.id(), segment, total);
  append_segment_start(to, store_prefix, target.id(), segment + 1, total);
  return {std::string(from.view()), std::string(to.view())};
}

result<void> resume(key_range& range, std::string_view store_prefix, const read_target& target, std::string_view start,
                    direction way, const std::string& outside) {
  json::buffer key;
  if (auto made = append_start_key(key, store_prefix, target, start); !made) return made;
  if (key.view() < range.from || key.view() >= range.to) return fail(errc::validation, outside);
  if (way == direction::forward) {
    range.from = just_after(key.view());
  } else {
    range.to = key.view();
  }
  return {};
}

}  // namespace dynamo::engine
