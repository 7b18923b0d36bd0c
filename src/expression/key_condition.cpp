#include "wording.hpp"

#include <dynamo/expression/parse.hpp>
#include <dynamo/value/limits.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::expression {
namespace {

using range = key_condition::range;

/// One clause on one attribute, in the order "attribute operator value".
struct clause {
  condition::kind what;
  const std::string* attribute;
  const std::string* low;
  const std::string* high;  ///< nullptr except for between
};

std::unexpected<error> refuse_key_condition(std::string message) { return fail(errc::validation, std::move(message)); }
/// What is seen without a key schema is told as a syntax error is (recorded of one condition per key and of one name per condition).
std::unexpected<error> refuse_form(const std::string& message) {
  return refuse_key_condition("Invalid KeyConditionExpression: " + message);
}

condition::kind mirrored(condition::kind what) {
  switch (what) {
    case condition::kind::less: return condition::kind::greater;
    case condition::kind::less_equal: return condition::kind::greater_equal;
    case condition::kind::greater: return condition::kind::less;
    case condition::kind::greater_equal: return condition::kind::less_equal;
    default: return what;
  }
}

std::optional<range::kind> range_kind(condition::kind what) {
  switch (what) {
    case condition::kind::equal: return range::kind::equal;
    case condition::kind::less: return range::kind::less;
    case condition::kind::less_equal: return range::kind::less_equal;
    case condition::kind::greater: return range::kind::greater;
    case condition::kind::greater_equal: return range::kind::greater_equal;
    case condition::kind::between: return range::kind::between;
    case condition::kind::begins_with: return range::kind::begins_with;
    default: return std::nullopt;
  }
}

/// The clauses in written order, each validated by itself.
class clause_reader {
 public:
  /// `most`: how many clauses an acceptable condition can have.
  explicit clause_reader(std::size_t most) : most_(most) {}

  result<void> read(const condition& c) {
    if (c.what != condition::kind::all) return one(c);
    for (const condition& child : c.children) {
      if (auto done = read(child); !done) return done;
    }
    return {};
  }

  const std::vector<clause>& clauses() const noexcept { return clauses_; }

 private:
  result<void> one(const condition& c) {
    if (!range_kind(c.what)) {
      return refuse_form(
          std::string("Invalid operator used in KeyConditionExpression: ").append(operator_name(c.what)));
    }
    for (const operand& o : c.operands) {
      if (o.what == operand::kind::size) return refuse_form("KeyConditionExpressions cannot contain nested operations");
    }
    const bool fixed_order = c.what == condition::kind::between || c.what == condition::kind::begins_with;
    if (fixed_order && c.operands[0].what != operand::kind::path) {
      return refuse_form(std::string("Invalid condition in KeyConditionExpression: ")
                             .append(operator_name(c.what))
                             .append(" operator must have the key attribute as its first operand"));
    }
    return attribute_and_values(c);
  }

  result<void> attribute_and_values(const condition& c) {
    clause found{c.what, nullptr, nullptr, nullptr};
    for (const operand& o : c.operands) {
      if (o.what == operand::kind::value) {
        (found.low == nullptr ? found.low : found.high) = &o.value;
        continue;
      }
      if (found.attribute != nullptr) {
        return refuse_form(
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
      }
      if (o.at.size() > 1) return refuse_form("KeyConditionExpressions cannot have conditions on nested attributes");
      found.attribute = &o.at.front().name;
      if (&o != &c.operands.front()) found.what = mirrored(c.what);
    }
    if (found.attribute == nullptr) {
      return refuse_form("Invalid condition in KeyConditionExpression: No key attribute specified");
    }
    for (const clause& earlier : clauses_) {
      if (*earlier.attribute == *found.attribute) {
        return refuse_form("KeyConditionExpressions must only contain one condition per key");
      }
    }
    // A further clause cannot make the condition acceptable; so the comparison above is never more than a few names.
    if (clauses_.size() == most_) {
      return refuse_key_condition(most_ == 2 ? "Conditions can be of length 1 or 2 only"
                                             : "Query key condition not supported");
    }
    clauses_.push_back(found);
    return {};
  }

  const std::size_t most_;
  std::vector<clause> clauses_;
};

range to_range(std::string_view attribute, const clause& c) {
  return {std::string(attribute), *range_kind(c.what), *c.low, c.high == nullptr ? std::string() : *c.high};
}

/// The condition on the last of the sort attributes that have one.
template <class On>
const clause* last_on(std::span<const std::string_view> sort, On on) {
  const clause* last = nullptr;
  for (const std::string_view attribute : sort) {
    if (const clause* found = on(attribute)) last = found;
  }
  return last;
}

/// An attribute before `last` has no equality. The end of the sentence is recorded; what may stand before it is not.
template <class On>
std::unexpected<error> gap_before(std::string_view last, std::span<const std::string_view> sort, On on) {
  std::string names;
  for (const std::string_view attribute : sort) {
    if (attribute == last) break;
    if (const clause* found = on(attribute); found != nullptr && found->what == condition::kind::equal) continue;
    names.append(names.empty() ? "" : ", ").append(attribute);
  }
  return refuse_key_condition("RANGE key attributes " + names +
                              " must have equality conditions specified in the query because a condition is present on "
                              "key attribute " +
                              std::string(last));
}

}  // namespace

result<void> check_key_condition(const condition& c) {
  return clause_reader(2 * limits::index_key_attributes_max).read(c);
}

result<composite_key_condition> to_key_condition(const condition& c, std::span<const std::string_view> partition,
                                                 std::span<const std::string_view> sort) {
  clause_reader reader(std::max<std::size_t>(2, partition.size() + sort.size()));
  if (auto read = reader.read(c); !read) return fail(read.error());
  const auto on = [&](std::string_view attribute) -> const clause* {
    for (const clause& one : reader.clauses()) {
      if (*one.attribute == attribute) return &one;
    }
    return nullptr;
  };
  const auto missed = [](std::string_view attribute) {
    return refuse_key_condition(std::string("Query condition missed key schema element: ").append(attribute));
  };
  for (const std::string_view attribute : partition) {
    if (on(attribute) == nullptr) return missed(attribute);
  }
  const std::size_t on_sort = reader.clauses().size() - partition.size();
  if (on_sort > sort.size()) return refuse_key_condition("Query key condition not supported");
  for (const std::string_view attribute : sort.first(on_sort)) {
    if (on(attribute) != nullptr) continue;
    if (const clause* later = last_on(sort, on)) return gap_before(*later->attribute, sort, on);
    return missed(attribute);
  }

  composite_key_condition validated;
  for (const std::string_view attribute : partition) {
    const clause& one = *on(attribute);
    if (one.what != condition::kind::equal) return refuse_key_condition("Query key condition not supported");
    validated.partition.push_back({std::string(attribute), *one.low});
  }
  for (const std::string_view attribute : sort.first(on_sort)) {
    if (!validated.sort.empty() && validated.sort.back().what != range::kind::equal) {
      return gap_before(*last_on(sort, on)->attribute, sort, on);
    }
    validated.sort.push_back(to_range(attribute, *on(attribute)));
  }
  return validated;
}

result<key_condition> to_key_condition(const condition& c, std::string_view partition, std::string_view sort) {
  auto validated = to_key_condition(c, std::span(&partition, 1), std::span(&sort, sort.empty() ? 0 : 1));
  if (!validated) return fail(validated.error());
  key_condition simple{std::move(validated->partition.front()), std::nullopt};
  if (!validated->sort.empty()) simple.sort = std::move(validated->sort.front());
  return simple;
}

}  // namespace dynamo::expression
