#include "key_selection.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace dynamo::engine {
namespace {

using expression::condition;
using expression::operand;
using key_range_clause = expression::key_condition::range;

/// What one condition says of the key: a branch that need not name the partition yet.
struct key_part {
  std::optional<std::string> partition;
  std::optional<key_range_clause> sort;
};
struct key_parts {
  std::vector<key_part> parts;  ///< the condition holds for nothing outside of these
  bool exact = false;           ///< and for all inside
};

bool is_attribute(const operand& o, std::string_view name) {
  return o.what == operand::kind::path && o.at.size() == 1 && o.at.front().name == name;
}
bool is_value(const operand& o) { return o.what == operand::kind::value; }

std::optional<key_range_clause::kind> clause_kind(condition::kind what) {
  switch (what) {
    case condition::kind::equal: return key_range_clause::kind::equal;
    case condition::kind::less: return key_range_clause::kind::less;
    case condition::kind::less_equal: return key_range_clause::kind::less_equal;
    case condition::kind::greater: return key_range_clause::kind::greater;
    case condition::kind::greater_equal: return key_range_clause::kind::greater_equal;
    case condition::kind::between: return key_range_clause::kind::between;
    case condition::kind::begins_with: return key_range_clause::kind::begins_with;
    default: return std::nullopt;
  }
}

class key_reader {
 public:
  explicit key_reader(const key_schema& key)
      : partition_(key.partition.front().name), sort_(key.sort.empty() ? std::string_view() : key.sort.front().name) {}

  key_parts read(const condition& c) const {
    switch (c.what) {
      case condition::kind::all: return read_all(c);
      case condition::kind::any: return read_any(c);
      case condition::kind::in: return read_in(c);
      default: return read_clause(c);
    }
  }

  /// What both say, if it can be said: false, with `left` as it was, if the right side has to be checked by itself.
  static bool combine(std::vector<key_part>& left, const std::vector<key_part>& right) {
    if (left.size() * right.size() > key_branches_max) return false;
    std::vector<key_part> both;
    for (const key_part& a : left) {
      for (const key_part& b : right) {
        if (a.partition && b.partition && *a.partition != *b.partition) return false;
        if (a.sort && b.sort) return false;
        both.push_back({a.partition ? a.partition : b.partition, a.sort ? a.sort : b.sort});
      }
    }
    left = std::move(both);
    return true;
  }

 private:
  static key_parts anything() { return {{key_part{}}, false}; }

  bool is_sort(const operand& o) const { return !sort_.empty() && is_attribute(o, sort_); }

  key_parts read_clause(const condition& c) const {
    const auto kind = clause_kind(c.what);
    if (!kind || !std::ranges::all_of(c.operands.begin() + 1, c.operands.end(), is_value)) return anything();
    key_part one;
    if (c.what == condition::kind::equal && is_attribute(c.operands[0], partition_)) {
      one.partition = c.operands[1].value;
    } else if (is_sort(c.operands[0])) {
      one.sort = key_range_clause{std::string(sort_), *kind, c.operands[1].value,
                                  c.operands.size() > 2 ? c.operands[2].value : std::string()};
    } else {
      return anything();
    }
    return {{std::move(one)}, true};
  }

  key_parts read_in(const condition& c) const {
    const bool of_partition = is_attribute(c.operands[0], partition_);
    if ((!of_partition && !is_sort(c.operands[0])) || c.operands.size() - 1 > key_branches_max ||
        !std::ranges::all_of(c.operands.begin() + 1, c.operands.end(), is_value)) {
      return anything();
    }
    key_parts found{{}, true};
    std::vector<std::string_view> seen;
    for (std::size_t i = 1; i < c.operands.size(); ++i) {
      const std::string& value = c.operands[i].value;
      if (std::ranges::find(seen, std::string_view(value)) != seen.end()) continue;
      seen.push_back(value);
      key_part one;
      if (of_partition) {
        one.partition = value;
      } else {
        one.sort = key_range_clause{std::string(sort_), key_range_clause::kind::equal, value, {}};
      }
      found.parts.push_back(std::move(one));
    }
    return found;
  }

  key_parts read_all(const condition& c) const {
    key_parts found{{key_part{}}, true};
    for (const condition& child : c.children) {
      const key_parts more = read(child);
      const bool taken = combine(found.parts, more.parts);
      found.exact = found.exact && taken && more.exact;
    }
    return found;
  }

  key_parts read_any(const condition& c) const {
    key_parts found{{}, true};
    for (const condition& child : c.children) {
      key_parts more = read(child);
      const bool says_nothing =
          std::ranges::any_of(more.parts, [](const key_part& part) { return !part.partition && !part.sort; });
      if (says_nothing || found.parts.size() + more.parts.size() > key_branches_max) return anything();
      found.exact = found.exact && more.exact;
      std::ranges::move(more.parts, std::back_inserter(found.parts));
    }
    return found;
  }

  const std::string_view partition_;
  const std::string_view sort_;  // empty: none
};

void flatten(condition c, std::vector<condition>& conjuncts) {
  if (c.what != condition::kind::all) return conjuncts.push_back(std::move(c));
  for (condition& child : c.children) flatten(std::move(child), conjuncts);
}

std::optional<condition> joined_conditions(std::vector<condition> conjuncts) {
  if (conjuncts.empty()) return std::nullopt;
  if (conjuncts.size() == 1) return std::move(conjuncts.front());
  return condition{condition::kind::all, {}, std::move(conjuncts)};
}

// A branch that is the whole partition has the others of it in it.
void add_branch(std::vector<key_selection::branch>& branches, key_part part) {
  const auto same = [&](const key_selection::branch& known) { return known.partition == *part.partition; };
  if (!part.sort) {
    const auto first = std::ranges::find_if(branches, same);
    if (first == branches.end()) return branches.push_back({*std::move(part.partition), {}});
    first->sort.reset();
    branches.erase(std::remove_if(first + 1, branches.end(), same), branches.end());
    return;
  }
  const bool is_inside =
      std::ranges::any_of(branches, [&](const key_selection::branch& known) { return same(known) && !known.sort; });
  if (!is_inside) branches.push_back({*std::move(part.partition), std::move(part.sort)});
}

}  // namespace

bool key_selection::is_one_item(const key_schema& key) const noexcept {
  if (branches.size() != 1 || rest) return false;
  const auto& sort = branches.front().sort;
  return key.sort.empty() ? !sort : sort && sort->what == key_range_clause::kind::equal;
}

key_selection select_keys(condition where, const key_schema& key) {
  const key_reader reader(key);
  std::vector<condition> conjuncts, rest;
  flatten(std::move(where), conjuncts);
  std::vector<key_part> parts{key_part{}};
  std::vector<bool> exact;
  for (const condition& one : conjuncts) {
    const key_parts more = reader.read(one);
    const bool taken = key_reader::combine(parts, more.parts);
    exact.push_back(taken && more.exact);
  }
  key_selection selected;
  const bool is_keyed = std::ranges::all_of(parts, [](const key_part& part) { return part.partition.has_value(); });
  if (is_keyed) {
    for (key_part& part : parts) add_branch(selected.branches, std::move(part));
  }
  for (std::size_t i = 0; i < conjuncts.size(); ++i) {
    if (!is_keyed || !exact[i]) rest.push_back(std::move(conjuncts[i]));
  }
  selected.rest = joined_conditions(std::move(rest));
  return selected;
}

std::optional<whole_key> find_whole_key(condition where, const key_schema& key) {
  std::vector<condition> conjuncts, rest;
  flatten(std::move(where), conjuncts);
  std::optional<std::string> partition, sort;
  const auto take = [](condition& c, std::string_view name, std::optional<std::string>& value) {
    if (value || c.what != condition::kind::equal || !is_attribute(c.operands[0], name) || !is_value(c.operands[1])) {
      return false;
    }
    value = std::move(c.operands[1].value);
    return true;
  };
  for (condition& one : conjuncts) {
    if (take(one, key.partition.front().name, partition)) continue;
    if (!key.sort.empty() && take(one, key.sort.front().name, sort)) continue;
    rest.push_back(std::move(one));
  }
  if (!partition || (!key.sort.empty() && !sort)) return std::nullopt;
  return whole_key{*std::move(partition), std::move(sort), joined_conditions(std::move(rest))};
}

}  // namespace dynamo::engine
