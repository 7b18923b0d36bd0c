#include "statement_read.hpp"

#include "key_selection.hpp"
#include "next_token.hpp"
#include "statement_write.hpp"

#include <dynamo/json/canonical.hpp>
#include <engine/rows/row_key.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <partiql/parse.hpp>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>

namespace dynamo::engine {
namespace {

using expression::condition;
using expression::operand;

// The value that a condition demands of an attribute; null if it is no such equality.
const std::string* equal_value(const condition& c, std::string_view name) {
  if (c.what != condition::kind::equal) return nullptr;
  const operand& left = c.operands[0];
  const operand& right = c.operands[1];
  const bool fits = left.what == operand::kind::path && left.at.size() == 1 && left.at.front().name == name &&
                    right.what == operand::kind::value;
  return fits ? &right.value : nullptr;
}

result<read_target> find_select_target(const table_descriptor& table, const std::optional<std::string>& index) {
  if (index && table.find_index(*index) == nullptr) {
    return fail(errc::validation, "The table does not have the specified index");
  }
  return read_target::find(table, index);
}

result<void> check_select_target(const read_target& target, bool consistent) {
  if (target.key().partition.size() > 1 || target.key().sort.size() > 1) {
    // DynamoDB's own words are not known.
    return fail(
        errc::validation,
        fmt::format("Index {} has a key of several attributes; PartiQL statements cannot read it. Use Query or Scan",
                    target.index()->name));
  }
  if (consistent && target.is_global()) {
    return fail(errc::validation, "Strongly consistent read is not supported on Global Secondary Indexes");
  }
  return {};
}

// The Guide says how many values of the partition key IN takes; DynamoDB's own words are not known.
result<void> check_partition_lists(const condition& c, std::string_view partition) {
  const bool names_partitions = c.what == condition::kind::in && c.operands.front().what == operand::kind::path &&
                                c.operands.front().at.size() == 1 && c.operands.front().at.front().name == partition;
  if (names_partitions && c.operands.size() - 1 > key_partitions_max) {
    return fail(errc::validation, fmt::format("IN takes at most {} values of the partition key {}, and has {}",
                                              key_partitions_max, partition, c.operands.size() - 1));
  }
  for (const condition& child : c.children) {
    if (auto valid = check_partition_lists(child, partition); !valid) return valid;
  }
  return {};
}

// What is inside an OR is not looked at (observed).
void collect_filter_names(const condition& c, std::set<std::string_view>& names) {
  if (c.what == condition::kind::any) return;
  for (const operand& o : c.operands) {
    if (o.what != operand::kind::value) names.insert(o.at.front().name);
  }
  for (const condition& child : c.children) collect_filter_names(child, names);
}

result<void> check_index_filter(const condition& filter, const read_target& target) {
  std::set<std::string_view> names;
  collect_filter_names(filter, names);
  std::erase_if(names, [&](std::string_view name) { return target.projects(name); });
  if (names.empty()) return {};
  return fail(errc::validation,
              fmt::format("One or more parameter values were invalid: Secondary index {} does not project one or more "
                          "filter attributes: [{}]",
                          target.index()->name, fmt::join(names, ", ")));
}

struct partition_range {
  std::string partition;  // its bytes as keys order them
  key_range rows;
};

/// ORDER BY, taken apart for a key.
struct row_order {
  bool by_partition = false;
  bool partition_descending = false;
  bool sort_descending = false;
};

// The sentences are those that other implementations give; what AWS says was not recorded by us.
result<row_order> read_order(const std::vector<partiql::order>& order_by, bool has_where, const key_selection& selected,
                             const key_schema& key) {
  row_order order;
  if (order_by.empty()) return order;
  if (!has_where) return fail(errc::validation, "Must have WHERE clause in the statement when using ORDER BY clause.");
  for (const partiql::order& by : order_by) {
    if (!key.has(by.attribute)) {
      return fail(errc::validation,
                  fmt::format("Attribute {} in ORDER BY clause must be part of the primary key", by.attribute));
    }
  }
  if (selected.branches.empty()) {
    return fail(errc::validation,
                "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.");
  }
  const auto is_partition = [&](const partiql::order& by) { return by.attribute == key.partition.front().name; };
  const std::string& first = selected.branches.front().partition;
  const bool several = std::ranges::any_of(
      selected.branches, [&](const key_selection::branch& branch) { return branch.partition != first; });
  if (several && !is_partition(order_by.front())) {
    // DynamoDB's own words are not known.
    return fail(
        errc::validation,
        fmt::format("ORDER BY must begin with the partition key {} when the WHERE clause selects several of them",
                    key.partition.front().name));
  }
  for (const partiql::order& by : order_by) {
    if (is_partition(by)) {
      order.by_partition = true;
      order.partition_descending = by.descending;
    } else {
      order.sort_descending = by.descending;
    }
  }
  return order;
}

result<std::vector<partition_range>> find_ranges(const key_selection& selected, const read_target& target,
                                                 std::string_view store_prefix) {
  std::vector<partition_range> ranges;
  for (const key_selection::branch& branch : selected.branches) {
    const key_attribute& partition = target.key().partition.front();
    expression::composite_key_condition keys;
    keys.partition.push_back({partition.name, branch.partition});
    if (branch.sort) keys.sort.push_back(*branch.sort);
    auto range = range_of(store_prefix, target, keys);
    if (!range) return std::unexpected(range.error());
    std::string scratch;
    const json::buffer padded(branch.partition);
    const auto bytes = key_bytes(partition, padded.view(), key_use::condition, scratch);
    if (!bytes) return std::unexpected(bytes.error());
    ranges.push_back({std::string(*bytes), *std::move(range)});
  }
  return ranges;
}

bool overlap(const partition_range& a, const partition_range& b) {
  return a.partition == b.partition && a.rows.from < b.rows.to && b.rows.from < a.rows.to;
}

result<void> check_overlaps(const std::vector<partition_range>& ranges) {
  for (auto one = ranges.begin(); one != ranges.end(); ++one) {
    if (std::any_of(one + 1, ranges.end(), [&](const partition_range& other) { return overlap(*one, other); })) {
      return fail(errc::validation, "Overlapping conditions with range keys are not supported in where clause");
    }
  }
  return {};
}

void put_in_order(std::vector<partition_range>& ranges, const row_order& order) {
  std::ranges::stable_sort(ranges, [&](const partition_range& a, const partition_range& b) {
    if (a.partition != b.partition) return (a.partition < b.partition) != order.partition_descending;
    if (a.rows.from == b.rows.from) return false;
    return (a.rows.from < b.rows.from) != order.sort_descending;
  });
}

// Likewise.
std::unexpected<error> invalid_token() { return fail(errc::validation, "Invalid NextToken"); }
std::unexpected<error> foreign_token() { return fail(errc::validation, "NextToken does not match request"); }

result<void> resume_select(select_plan& plan, const execute_statement_parameters& p, std::string_view store_prefix) {
  const auto at = next_token_from(*p.next_token);
  if (!at || !json::validate_utf8(at->key)) return invalid_token();
  if (at->statement != digest_of(p) || at->range >= plan.ranges.size()) return foreign_token();
  const json::buffer text(at->key);
  json::cursor reader(text);
  json::buffer key;
  if (!json::canonicalise_item(reader, key) || !reader.at_end()) return invalid_token();
  plan.first = at->range;
  if (!resume(plan.ranges[plan.first], store_prefix, plan.target, key.view(), plan.way, "")) return foreign_token();
  return {};
}

}  // namespace

std::optional<json::buffer> find_item_key(const partiql::select& from, const key_schema& key) {
  if (from.index || !from.order_by.empty() || !from.where) return std::nullopt;
  const std::string* partition = nullptr;
  const std::string* sort = nullptr;
  const auto take = [&](const condition& c) {
    const std::string* value = equal_value(c, key.partition.front().name);
    if (value != nullptr) return std::exchange(partition, value) == nullptr;
    if (!key.sort.empty()) value = equal_value(c, key.sort.front().name);
    return value != nullptr && std::exchange(sort, value) == nullptr;
  };
  const bool taken =
      from.where->what == condition::kind::all ? std::ranges::all_of(from.where->children, take) : take(*from.where);
  if (!taken || partition == nullptr || (sort == nullptr) != key.sort.empty()) return std::nullopt;
  return key_of(key, *partition, sort == nullptr ? std::string_view() : *sort);
}

void read_columns(partiql::select& from, expression_parameters& p) {
  if (from.columns.empty()) return;
  if (std::ranges::any_of(from.columns, [](const expression::path& path) { return path.size() > 1; })) {
    std::ranges::transform(from.columns, std::back_inserter(p.column_names), partiql::column_name);
  }
  p.projection = std::move(from.columns);
}

result<select_plan> plan_select(partiql::select from, const execute_statement_parameters& p,
                                const table_descriptor& table, std::string_view store_prefix) {
  const auto target = find_select_target(table, from.index);
  if (!target) return std::unexpected(target.error());
  if (auto valid = check_select_target(*target, p.consistent); !valid) return std::unexpected(valid.error());
  select_plan plan{.target = *target, .rows = {}, .ranges = {}};
  plan.rows.table = table.name;
  plan.rows.index = from.index;
  plan.rows.limit = p.limit;
  plan.rows.consistent = p.consistent;
  plan.rows.capacity = p.capacity;
  read_columns(from, plan.rows.expressions);
  const bool has_where = from.where.has_value();
  if (has_where) {
    const std::string& partition = target->key().partition.front().name;
    if (auto valid = check_partition_lists(*from.where, partition); !valid) return std::unexpected(valid.error());
  }
  key_selection selected;
  if (has_where) selected = select_keys(*std::move(from.where), target->key());
  plan.is_keyed = !selected.branches.empty();
  plan.rows.expressions.filter = std::move(selected.rest);
  const auto what = choose_select(plan.rows);
  if (!what) return std::unexpected(what.error());
  if (auto valid = check_target(plan.rows, *what, *target); !valid) return std::unexpected(valid.error());
  if (plan.is_keyed && target->index() != nullptr && plan.rows.expressions.filter) {
    if (auto valid = check_index_filter(*plan.rows.expressions.filter, *target); !valid) {
      return std::unexpected(valid.error());
    }
  }
  const auto order = read_order(from.order_by, has_where, selected, target->key());
  if (!order) return std::unexpected(order.error());
  plan.way = order->sort_descending ? direction::backward : direction::forward;
  plan.rows.forward = !order->sort_descending;
  auto ranges = find_ranges(selected, *target, store_prefix);
  if (!ranges) return std::unexpected(ranges.error());
  if (auto valid = check_overlaps(*ranges); !valid) return std::unexpected(valid.error());
  if (!from.order_by.empty()) put_in_order(*ranges, *order);
  for (partition_range& range : *ranges) plan.ranges.push_back(std::move(range.rows));
  if (!plan.is_keyed) plan.ranges.push_back(segment_of(store_prefix, *target, 0, 1));
  if (p.next_token) {
    if (auto resumed = resume_select(plan, p, store_prefix); !resumed) return std::unexpected(resumed.error());
  }
  return plan;
}

}  // namespace dynamo::engine
