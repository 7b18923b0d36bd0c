#include "search_parameters.hpp"

#include "member_reader.hpp"
#include "strict_reader.hpp"
#include "table_reference.hpp"
#include "violations.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/rows/key_path_rules.hpp>
#include <engine/rows/vector_value.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr auto search_members = std::to_array<std::string_view>(
    {"TableName", "IndexName", "ReturnConsumedCapacity", "ExpressionAttributeNames", "ExpressionAttributeValues",
     "ProjectionExpression", "SearchVector", "SearchConditionExpression", "TopK"});

// What the model says of single members is told of all of them at once.
class search_constraints {
 public:
  void check_name(std::size_t order, std::string_view member, std::string_view name, bounds within) {
    const value_place place{nullptr, value_place::step::member, order, member};
    if (!std::ranges::all_of(name, is_name_letter)) {
      found_.add(place, name, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
    }
    const auto size = static_cast<std::int64_t>(name.size());
    if (size < within.least) {
      found_.add(place, name, fmt::format("Member must have length greater than or equal to {}", within.least));
    } else if (size > within.greatest) {
      found_.add(place, name, fmt::format("Member must have length less than or equal to {}", within.greatest));
    }
  }
  void check_top_k(std::int32_t top_k) {
    if (top_k >= 1) return;
    found_.add({nullptr, value_place::step::member, 8, "TopK"}, std::to_string(top_k),
               "Member must have value greater than or equal to 1");
  }
  void check_vector(std::size_t size) {
    if (size > 0) return;
    found_.add({nullptr, value_place::step::member, 6, "SearchVector"}, "[]",
               "Member must have length greater than or equal to 1");
  }
  std::optional<capacity_report> report(std::string_view text) {
    const auto found = std::ranges::find(capacity_reports, text, &choice::name);
    if (found != capacity_reports.end()) return static_cast<capacity_report>(found->value);
    found_.add({nullptr, value_place::step::member, 2, "ReturnConsumedCapacity"}, text,
               "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]");
    return std::nullopt;
  }
  result<void> to_result() const { return found_.to_result(); }

 private:
  violations found_;
};

/// What was read, before it is checked.
struct raw_search {
  std::array<bool, search_members.size()> given{};
  std::optional<std::string> table, index, report;
  std::optional<std::int32_t> top_k;
  std::size_t elements = 0;
  bool elements_fit = true;
};

void read_elements(strict_reader& in, search_parameters& p, raw_search& raw) {
  if (!in.begins_list()) return;
  json::cursor& at = in.cursor();
  at.begin_array();
  json::buffer canonical;
  for (; in.ok() && at.next_element(); ++raw.elements) {
    canonical.clear();
    const json::cursor before = at;
    const auto size = json::canonicalise_value(at, canonical);
    std::optional<float> element;
    if (size && json::type_of(canonical.view()) == attribute_type::N) {
      element = to_float(json::raw_scalar(canonical.view()));
    } else if (!size) {
      if (size.error().code() != errc::validation) return in.refuse(size.error());
      at = before;
      at.skip();
    }
    if (!element) raw.elements_fit = false;
    if (element && raw.elements < limits::vector_dimensions_max) p.vector.push_back(*element);
  }
}

void read_search_member(strict_reader& in, std::size_t which, search_parameters& p, raw_search& raw) {
  switch (which) {
    case 0: raw.table = in.text(); return;
    case 1: raw.index = in.text(); return;
    case 6: return read_elements(in, p, raw);
    case 8: raw.top_k = in.integer(); return;
    default: break;
  }
  if (in.null()) return;
  expression_parameters& e = p.expressions;
  switch (which) {
    case 2: raw.report = in.text(); return;
    case 3: return in.names(e.names.emplace());
    case 4: return in.values(e.values.emplace());
    case 5: e.projection_text = in.text(); return;
    default: e.search_condition_text = in.text(); return;
  }
}

result<raw_search> read_members(const request& r, search_parameters& p) {
  raw_search raw;
  strict_reader in(r.body);
  in.members([&](std::string_view name) {
    const auto found = std::ranges::find(search_members, name);
    if (found == search_members.end()) {
      in.cursor().skip();
      return;
    }
    const auto which = static_cast<std::size_t>(found - search_members.begin());
    if (std::exchange(raw.given[which], true)) return in.refuse_repeated(name);
    read_search_member(in, which, p, raw);
  });
  if (in.ok()) {
    for (const std::size_t required : std::to_array<std::size_t>({0, 1, 6, 8})) {
      if (!raw.given[required]) in.refuse_missing(search_members[required]);
    }
  }
  if (auto read = in.status(); !read) return std::unexpected(read.error());
  return raw;
}

result<void> check_members(search_parameters& p, raw_search& raw) {
  search_constraints constraints;
  if (const auto name = table_name_in_arn(*raw.table)) {
    p.table = *name;
  } else {
    p.table = *std::move(raw.table);
    constraints.check_name(0, "TableName", p.table, {1, limits::table_name_size_max});
  }
  p.index = *std::move(raw.index);
  constraints.check_name(1, "IndexName", p.index, {limits::index_name_size_min, limits::index_name_size_max});
  if (raw.report) p.capacity = constraints.report(*raw.report).value_or(capacity_report::none);
  constraints.check_vector(raw.elements);
  constraints.check_top_k(*raw.top_k);
  if (auto valid = constraints.to_result(); !valid) return valid;
  if (*raw.top_k > static_cast<std::int32_t>(limits::search_results_max)) {
    return fail(
        errc::validation,
        fmt::format("Provided TopK value '{}' is out of valid range. The value must be between 1 and {} inclusive",
                    *raw.top_k, limits::search_results_max));
  }
  p.top_k = static_cast<std::size_t>(*raw.top_k);
  if (!raw.elements_fit) {
    return fail(
        errc::validation,
        "Search vector contains invalid values. All values in the search vector must be a 32-bit floating-point "
        "number attribute");
  }
  // Longer than any index takes: only the length is of use, to be told.
  p.vector.resize(raw.elements);
  return {};
}

std::unexpected<error> invalid_search_condition(std::string_view what) {
  return fail(errc::validation, fmt::format("Invalid SearchConditionExpression: {}", what));
}

/// Takes a condition apart, which may be nothing but equalities that hold all together.
class search_filter_maker {
 public:
  search_filter_maker(const vector_index_descriptor& index, search_filter& made) : index_(index), made_(made) {}

  result<void> add(const expression::condition& condition) {
    using kind = expression::condition::kind;
    if (condition.what == kind::all) {
      for (const expression::condition& child : condition.children) {
        if (auto added = add(child); !added) return added;
      }
      return {};
    }
    if (condition.what != kind::equal) {
      return invalid_search_condition("Invalid comparator used in SearchConditionExpression");
    }
    return add_equality(condition.operands[0], condition.operands[1]);
  }

 private:
  // From here on no recorded answer says what is wrong: the words are ours.
  result<void> add_equality(const expression::operand& left, const expression::operand& right) {
    using kind = expression::operand::kind;
    const bool swapped = left.what == kind::value;
    const expression::operand& attribute = swapped ? right : left;
    const expression::operand& value = swapped ? left : right;
    if (attribute.what != kind::path || value.what != kind::value) {
      return invalid_search_condition("A condition must compare an attribute of the SearchSchema with a value");
    }
    if (attribute.at.size() != 1) {
      return invalid_search_condition("Conditions on nested attributes are not supported");
    }
    return set(attribute.at.front().name, value.value);
  }

  result<void> set(const std::string& name, const std::string& value) {
    const key_attribute* const key = index_.find_schema(name);
    if (key == nullptr) {
      return invalid_search_condition(
          fmt::format("Attribute {} is not in the SearchSchema of index {}", name, index_.name));
    }
    const json::buffer padded(value);
    if (json::type_of(padded.view()) != key->type) {
      return fail(errc::validation,
                  "One or more parameter values were invalid: Condition parameter type does not match schema type");
    }
    const bool is_hash = !index_.hash.empty() && key == &index_.hash.front();
    std::optional<std::string>& place =
        is_hash ? made_.hash : made_.filters[static_cast<std::size_t>(key - index_.filters.data())];
    if (place) {
      return invalid_search_condition(fmt::format("There is more than one condition on the attribute {}", name));
    }
    place = value;
    return {};
  }

  const vector_index_descriptor& index_;
  search_filter& made_;
};

// As a global index is told of by Query; of a vector index no answer is recorded.
result<void> check_search_projection(const search_parameters& p, const vector_index_descriptor& index) {
  if (!p.expressions.projection) return {};
  std::vector<std::string_view> missing;
  for (const expression::path& path : *p.expressions.projection) {
    const std::string& name = path.front().name;
    if (!index.projects(name) && std::ranges::find(missing, name) == missing.end()) missing.emplace_back(name);
  }
  if (missing.empty()) return {};
  return fail(errc::validation,
              fmt::format("One or more parameter values were invalid: Vector index {} does not project [{}]",
                          index.name, fmt::join(missing, ", ")));
}

}  // namespace

result<search_parameters> read_search_vectors(const request& r) {
  search_parameters p;
  auto raw = read_members(r, p);
  if (!raw) return std::unexpected(raw.error());
  if (auto valid = check_members(p, *raw); !valid) return std::unexpected(valid.error());
  if (auto parsed = p.expressions.parse(); !parsed) return std::unexpected(parsed.error());
  return p;
}

result<search_filter> to_search_filter(const search_parameters& p, const vector_index_descriptor& index) {
  if (p.vector.size() != index.dimensions) {  // as another emulator has it; not recorded
    return fail(errc::validation,
                fmt::format("Input search vector dimension {} does not match vector index dimension {}",
                            p.vector.size(), index.dimensions));
  }
  search_filter made;
  made.filters.resize(index.filters.size());
  if (p.expressions.search_condition) {
    if (auto added = search_filter_maker(index, made).add(*p.expressions.search_condition); !added) {
      return std::unexpected(added.error());
    }
  }
  if (!index.hash.empty() && !made.hash) {
    if (!p.expressions.search_condition) {
      return fail(errc::validation, "SearchConditionExpression must be provided when SearchSchema has a HASH key");
    }
    return invalid_search_condition(
        fmt::format("There is no condition on the HASH attribute {} of the SearchSchema", index.hash.front().name));
  }
  if (auto valid = check_search_projection(p, index); !valid) return std::unexpected(valid.error());
  return made;
}

}  // namespace dynamo::engine
