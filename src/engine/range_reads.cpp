#include "change_record.hpp"
#include "engine_core.hpp"
#include "row_key.hpp"
#include "stored_value.hpp"

#include <dynamo/expression/evaluate.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/value/limits.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace dynamo::engine {
namespace {

enum class select : std::uint8_t { all_attributes, specific_attributes, count };

/// The parameters of Query and Scan; each uses its own.
struct range_parameters {
  std::optional<std::string> table;
  std::optional<std::string> index;
  std::optional<std::string> select_text;
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> segment;
  std::optional<std::int64_t> total_segments;
  bool consistent = false;
  bool forward = true;
  bool start_given = false;
  json::buffer start;  ///< ExclusiveStartKey, canonical
  capacity_report capacity = capacity_report::none;
  expression_parameters expressions;
};

void check_bounds(const range_parameters& p, violations& found) {
  if (p.limit && *p.limit < 1) {
    found.add("limit", std::to_string(*p.limit), "Member must have value greater than or equal to 1");
  }
  if (p.segment && *p.segment < 0) {
    found.add("segment", std::to_string(*p.segment), "Member must have value greater than or equal to 0");
  }
  if (p.total_segments && *p.total_segments < 1) {
    found.add("totalSegments", std::to_string(*p.total_segments), "Member must have value greater than or equal to 1");
  }
  if (p.total_segments && *p.total_segments > static_cast<std::int64_t>(limits::scan_segments_max)) {
    found.add("totalSegments", std::to_string(*p.total_segments),
              fmt::format("Member must have value less than or equal to {}", limits::scan_segments_max));
  }
  if (p.select_text && *p.select_text != "ALL_ATTRIBUTES" && *p.select_text != "ALL_PROJECTED_ATTRIBUTES" &&
      *p.select_text != "SPECIFIC_ATTRIBUTES" && *p.select_text != "COUNT") {
    found.add(
        "select", *p.select_text,
        "Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]");
  }
}

result<range_parameters> read_range_parameters(const request& r) {
  range_parameters p;
  violations found;
  const auto read = read_members(r, [&](std::string_view name, parameter_reader& in) {
    if (name == "TableName") {
      p.table = in.string();
    } else if (name == "IndexName") {
      p.index = in.string();
    } else if (name == "Select") {
      p.select_text = in.string();
    } else if (name == "Limit") {
      p.limit = in.integer();
    } else if (name == "ConsistentRead") {
      p.consistent = in.boolean().value_or(false);
    } else if (name == "ScanIndexForward") {
      p.forward = in.boolean().value_or(true);
    } else if (name == "Segment") {
      p.segment = in.integer();
    } else if (name == "TotalSegments") {
      p.total_segments = in.integer();
    } else if (name == "ExclusiveStartKey") {
      if (in.null()) return;
      p.start_given = true;
      p.start.clear();
      if (const auto size = json::canonicalise_item(in.cursor(), p.start); !size) in.refuse(size.error());
    } else if (name == "ReturnConsumedCapacity") {
      p.capacity = read_capacity_report(in, found);
    } else if (!p.expressions.take(name, in) && !refuse_legacy(name, in)) {
      in.cursor().skip();
    }
  });
  if (!read) return std::unexpected(read.error());
  check_table_name(p.table, found);
  check_bounds(p, found);
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  if (auto parsed = p.expressions.parse(); !parsed) return std::unexpected(parsed.error());
  return p;
}

result<select> choose_select(const range_parameters& p) {
  const bool projected = p.expressions.projection.has_value();
  if (!p.select_text) return projected ? select::specific_attributes : select::all_attributes;
  if (*p.select_text == "SPECIFIC_ATTRIBUTES") {
    if (projected) return select::specific_attributes;
    return fail(errc::validation,
                "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
  }
  if (*p.select_text == "ALL_PROJECTED_ATTRIBUTES") {
    return fail(
        errc::validation,
        "One or more parameter values were invalid: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an "
        "IndexName");
  }
  if (projected) {
    return fail(errc::validation, fmt::format("Cannot specify the ProjectionExpression when choosing to get {}",
                                              *p.select_text == "COUNT" ? "only the Count" : "ALL_ATTRIBUTES"));
  }
  return *p.select_text == "COUNT" ? select::count : select::all_attributes;
}

/// Keys from `from` up to `to`, exclusive.
struct key_range {
  std::string from;
  std::string to;
};

std::string just_after(std::string_view key) { return std::string(key) + '\0'; }

result<key_range> range_of(std::string_view store_prefix, const table_descriptor& table,
                           const expression::key_condition& keys) {
  json::buffer key;
  append_table_prefix(key, store_prefix, table.id);
  if (auto made = append_partition(key, table.partition_key(), keys.partition.value, key_use::condition); !made) {
    return std::unexpected(made.error());
  }
  const std::string partition(key.view());
  key_range range{partition, after_prefix(partition)};
  if (!keys.sort) return range;

  const auto bound = [&](std::string_view value) -> result<std::string> {
    json::buffer sort;
    if (auto made = append_sort(sort, *table.sort_key(), value, key_use::condition); !made) {
      return std::unexpected(made.error());
    }
    return partition + std::string(sort.view());
  };
  const auto low = bound(keys.sort->low);
  if (!low) return std::unexpected(low.error());
  using kind = expression::key_condition::range::kind;
  switch (keys.sort->what) {
    case kind::equal: range = {*low, just_after(*low)}; break;
    case kind::less: range.to = *low; break;
    case kind::less_equal: range.to = just_after(*low); break;
    case kind::greater: range.from = just_after(*low); break;
    case kind::greater_equal: range.from = *low; break;
    case kind::begins_with: range = {*low, after_prefix(*low)}; break;
    case kind::between: {
      const auto high = bound(keys.sort->high);
      if (!high) return std::unexpected(high.error());
      range = {*low, just_after(*high)};
      break;
    }
  }
  return range;
}

/// Cuts a range down to what comes after ExclusiveStartKey. `outside` is what a key beyond the range is told.
result<void> resume(key_range& range, std::string_view store_prefix, const table_descriptor& table,
                    std::string_view start, direction way, const std::string& outside) {
  json::buffer key;
  if (!append_row_key(key, store_prefix, table, start, key_use::lookup)) {
    return fail(errc::validation,
                "The provided starting key is invalid: The provided key element does not match the schema");
  }
  if (key.view() < range.from || key.view() >= range.to) return fail(errc::validation, outside);
  if (way == direction::forward) {
    range.from = just_after(key.view());
  } else {
    range.to = key.view();
  }
  return {};
}

/// Fills one page of a response.
class page_writer {
  // A hundred items of a few hundred bytes; more room is found as a page needs it.
  static constexpr std::size_t first_room = 48u << 10;

 public:
  page_writer(const range_parameters& p, const table_descriptor& table, select what)
      : p_(p), table_(table), what_(what) {
    if (what_ != select::count) out_.extend(first_room);
    out_.append('{');
    if (what_ != select::count) out_.append(R"("Items":[)");
  }

  /// Takes the next row; false when it is one of another format.
  bool take(std::string_view value) {
    stored_row row;
    if (!read_row(value, row)) return false;
    ++examined_;
    bytes_ += row.item_size;
    std::string_view item = row.item;
    const bool looks_inside = p_.expressions.filter || p_.expressions.projection;
    if (looks_inside) {
      padded_.clear();
      padded_.append(row.item);
      item = padded_.view();
    }
    if (full()) last_key(looks_inside ? item : row.item);
    if (p_.expressions.filter && !expression::evaluate(*p_.expressions.filter, item)) return true;
    if (what_ != select::count) {
      if (count_ > 0) out_.append(',');
      if (p_.expressions.projection) {
        expression::project(*p_.expressions.projection, item, out_);
      } else {
        out_.append(item);
      }
    }
    ++count_;
    return true;
  }

  /// The page ends after the last row taken: by Limit, or because 1 MB has been read.
  bool full() const noexcept {
    return (p_.limit && examined_ >= static_cast<std::uint64_t>(*p_.limit)) || bytes_ >= limits::page_size_max;
  }

  reply finish() && {
    if (what_ != select::count) out_.append("],");
    out_.append(fmt::format(R"("Count":{},"ScannedCount":{})", count_, examined_));
    if (!last_key_.empty()) {
      out_.append(R"(,"LastEvaluatedKey":)");
      out_.append(last_key_.view());
    }
    if (p_.capacity != capacity_report::none) {
      out_.append(',');
      write_capacity(out_, p_.capacity, table_.name, {read_units(bytes_, p_.consistent), {}, {}});
    }
    out_.append('}');
    return reply(std::move(out_));
  }

 private:
  // find_attribute() needs padding behind the item; rows of the store have none.
  void last_key(std::string_view item) {
    const json::buffer padded(item);
    append_keys(last_key_, table_.key, padded.view());
  }

  const range_parameters& p_;
  const table_descriptor& table_;
  const select what_;
  json::buffer out_;
  json::buffer padded_;
  json::buffer last_key_;
  std::uint64_t count_ = 0;
  std::uint64_t examined_ = 0;
  std::size_t bytes_ = 0;
};

result<reply> read_page(const engine_core& core, const range_parameters& p, const table_descriptor& table, select what,
                        const key_range& range, direction way) {
  page_writer page(p, table, what);
  const auto at = core.rows->range(range.from, range.to, way);
  for (; at->valid() && !page.full(); at->next()) {
    if (!page.take(at->value())) {
      return fail(errc::corruption, "A row of table " + table.name + " has a format that this version does not know");
    }
  }
  if (auto read = at->status(); !read) return std::unexpected(read.error());
  return std::move(page).finish();
}

result<void> refuse_index(const range_parameters& p) {
  if (!p.index) return {};
  return fail(errc::validation, fmt::format("The table does not have the specified index: {}", *p.index));
}

// Query refuses key attributes in the filter: the key condition is the place for them.
result<void> check_filter(const expression::condition& filter, const table_descriptor& table) {
  for (const expression::operand& operand : filter.operands) {
    if (operand.what != expression::operand::kind::value && table.is_key(operand.at.front().name)) {
      return fail(
          errc::validation,
          fmt::format("Filter Expression can only contain non-primary key attributes: Primary key attribute: {}",
                      operand.at.front().name));
    }
  }
  for (const expression::condition& child : filter.children) {
    if (auto checked = check_filter(child, table); !checked) return checked;
  }
  return {};
}

result<void> check_segments(const range_parameters& p) {
  if (p.segment && !p.total_segments) {
    return fail(
        errc::validation,
        "The TotalSegments parameter is required but was not present in the request when Segment parameter is present");
  }
  if (!p.segment && p.total_segments) {
    return fail(
        errc::validation,
        "The Segment parameter is required but was not present in the request when parameter TotalSegments is present");
  }
  if (p.segment && *p.segment >= *p.total_segments) {
    return fail(
        errc::validation,
        fmt::format(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {} is not "
            "less than TotalSegments: {}",
            *p.segment, *p.total_segments));
  }
  return {};
}

}  // namespace

result<reply> query(const engine_core& core, const request& r) {
  const auto p = read_range_parameters(r);
  if (!p) return std::unexpected(p.error());
  const auto what = choose_select(*p);
  if (!what) return std::unexpected(what.error());
  if (!p->expressions.key_condition) {
    return fail(errc::validation,
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  }
  const auto entry = core.tables.find(*p->table);
  if (!entry) return table_not_found();
  const table_descriptor& table = entry->descriptor;
  if (auto checked = refuse_index(*p); !checked) return std::unexpected(checked.error());
  const auto keys = expression::to_key_condition(
      *p->expressions.key_condition, table.partition_key().name,
      table.sort_key() != nullptr ? std::string_view(table.sort_key()->name) : std::string_view());
  if (!keys) return std::unexpected(keys.error());
  if (p->expressions.filter) {
    if (auto checked = check_filter(*p->expressions.filter, table); !checked) return std::unexpected(checked.error());
  }
  auto range = range_of(core.rows->prefix(), table, *keys);
  if (!range) return std::unexpected(range.error());
  const direction way = p->forward ? direction::forward : direction::backward;
  if (p->start_given) {
    if (auto cut = resume(*range, core.rows->prefix(), table, p->start.view(), way,
                          "The provided starting key is outside query boundaries based on provided conditions");
        !cut) {
      return std::unexpected(cut.error());
    }
  }
  return read_page(core, *p, table, *what, *range, way);
}

result<reply> scan(const engine_core& core, const request& r) {
  const auto p = read_range_parameters(r);
  if (!p) return std::unexpected(p.error());
  if (auto checked = check_segments(*p); !checked) return std::unexpected(checked.error());
  const auto what = choose_select(*p);
  if (!what) return std::unexpected(what.error());
  const auto entry = core.tables.find(*p->table);
  if (!entry) return table_not_found();
  const table_descriptor& table = entry->descriptor;
  if (auto checked = refuse_index(*p); !checked) return std::unexpected(checked.error());

  const auto segment = static_cast<std::uint64_t>(p->segment.value_or(0));
  const auto total = static_cast<std::uint64_t>(p->total_segments.value_or(1));
  json::buffer from, to;
  append_segment_start(from, core.rows->prefix(), table.id, segment, total);
  append_segment_start(to, core.rows->prefix(), table.id, segment + 1, total);
  key_range range{std::string(from.view()), std::string(to.view())};
  if (p->start_given) {
    const std::string outside =
        p->segment
            ? fmt::format(
                  "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with "
                  "correct Segment. TotalSegments: {} Segment: {}",
                  total, segment)
            : "The provided starting key is invalid";
    if (auto cut = resume(range, core.rows->prefix(), table, p->start.view(), direction::forward, outside); !cut) {
      return std::unexpected(cut.error());
    }
  }
  return read_page(core, *p, table, *what, range, direction::forward);
}

}  // namespace dynamo::engine
