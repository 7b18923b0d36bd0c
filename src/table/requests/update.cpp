#include <dynamo/table/update.hpp>

#include <string_view>

namespace dynamo::detail {

namespace {

/// A sum that DynamoDB computes of one path at most, and numbers that are known now.
struct sum {
  const expression::path* of = nullptr;
  std::optional<number>
      where_missing;  ///< the whole sum where there is no such attribute; empty: an error of DynamoDB's
  number step;
};

/// Of a bound value: `{"N":"5"}`. Nothing for one that is no number, or is none of ours.
std::optional<number> number_in(std::string_view canonical) {
  constexpr std::string_view before = R"({"N":")", after = R"("})";
  if (!canonical.starts_with(before) || !canonical.ends_with(after)) return std::nullopt;
  canonical.remove_prefix(before.size());
  canonical.remove_suffix(after.size());
  const result<number> parsed = number::parse(canonical);
  return parsed ? std::optional(*parsed) : std::nullopt;
}

std::optional<sum> sum_of(const expression::set_value& value) {
  using kind = expression::set_value::kind;
  switch (value.what) {
    case kind::operand: {
      const expression::operand& one = value.operands.front();
      if (one.what == expression::operand::kind::path) return sum{&one.at, std::nullopt, {}};
      const std::optional<number> known = number_in(one.value);
      return known ? std::optional(sum{nullptr, std::nullopt, *known}) : std::nullopt;
    }
    case kind::if_not_exists: {
      const std::optional<sum> otherwise = sum_of(value.children.front());
      if (!otherwise || otherwise->of != nullptr) return std::nullopt;
      return sum{&value.operands.front().at, otherwise->step, {}};
    }
    case kind::plus:
    case kind::minus: {
      std::optional<sum> left = sum_of(value.children[0]);
      const std::optional<sum> right = sum_of(value.children[1]);
      if (!left || !right || right->of != nullptr) return std::nullopt;
      const auto apply = value.what == kind::plus ? number::add : number::subtract;
      const result<number> step = apply(left->step, right->step);
      if (!step) return std::nullopt;
      left->step = *step;
      if (!left->where_missing) return left;
      const result<number> whole = apply(*left->where_missing, right->step);
      if (!whole) return std::nullopt;
      left->where_missing = *whole;
      return left;
    }
    case kind::list_append: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

untyped_action::untyped_action(expression::path target, untyped_expression&& to)
    : problem_(to.problem ? std::move(to.problem) : problem_of(target)) {
  part_.set.push_back({std::move(target), std::move(to.tree)});
}
untyped_action::untyped_action(expression::path target, untyped_expression&& to, const integer_range& range)
    : untyped_action(std::move(target), std::move(to)) {
  keep_in(range);
}
untyped_action::untyped_action(expression::path target, bound_value step, const integer_range& range)
    : untyped_action(kind::add, std::move(target), std::move(step)) {
  keep_in(range);
}
untyped_action::untyped_action(expression::path removed) : problem_(problem_of(removed)) {
  part_.remove.push_back(std::move(removed));
}
untyped_action::untyped_action(kind what, expression::path target, bound_value value)
    : problem_(value.problem ? std::move(value.problem) : problem_of(target)) {
  if (problem_) return;
  switch (what) {
    case kind::set:
      if (value.absent && target.back().index) {
        problem_.emplace(
            errc::invalid_argument,
            "an empty set cannot be an element of a list: DynamoDB has no empty sets; remove() takes the element out");
      } else if (value.absent) {
        part_.remove.push_back(std::move(target));
      } else {
        part_.set.push_back({std::move(target), std::move(untyped_expression(std::move(value)).tree)});
      }
      break;
    case kind::add:
      if (!value.absent) part_.add.push_back({std::move(target), std::move(value.json)});
      break;
    case kind::erase:
      if (!value.absent) part_.erase.push_back({std::move(target), std::move(value.json)});
      break;
  }
}
void untyped_action::keep_in(const integer_range& range) {
  if (problem_) return;
  std::optional<sum> stored;
  if (!part_.add.empty()) {
    const expression::value_action& one = part_.add.front();
    if (const std::optional<number> step = number_in(one.value)) stored = sum{&one.target, step, *step};
  } else if (!part_.set.empty()) {
    stored = sum_of(part_.set.front().to);
  }
  if (!stored || stored->of == nullptr || stored->step.is_zero()) return;
  const number low(range.low), high(range.high);
  const bool upwards = !stored->step.negative();
  const result<number> bound = number::subtract(upwards ? high : low, stored->step);
  if (!bound || (upwards ? *bound < low : *bound > high)) {
    problem_ = out_of_range().problem;
    return;
  }
  using is = expression::condition::kind;
  expression::condition in_range{upwards ? is::less_equal : is::greater_equal, {}, {}};
  in_range.operands.push_back(expression::operand::of(*stored->of));
  in_range.operands.push_back(expression::operand::bound(R"({"N":")" + bound->to_string() + R"("})"));
  const bool may_be_missing =
      !stored->where_missing || (*stored->where_missing >= low && *stored->where_missing <= high);
  if (may_be_missing) {
    expression::condition missing{is::attribute_not_exists, {}, {}};
    missing.operands.push_back(expression::operand::of(*stored->of));
    expression::condition either{is::any, {}, {}};
    either.children.push_back(std::move(missing));
    either.children.push_back(std::move(in_range));
    in_range = std::move(either);
  }
  range_ = std::make_unique<const expression::condition>(std::move(in_range));
}
untyped_action::untyped_action(untyped_action&&) noexcept = default;
untyped_action::~untyped_action() = default;

untyped_expression::untyped_expression(expression::path path) : tree{kind::operand, {}, {}}, problem(problem_of(path)) {
  tree.operands.push_back(expression::operand::of(std::move(path)));
}
untyped_expression::untyped_expression(bound_value value)
    : tree{kind::operand, {}, {}}, problem(std::move(value.problem)) {
  if (value.absent && !problem)
    problem.emplace(errc::invalid_argument, "an empty optional or set cannot be part of a computed value");
  tree.operands.push_back(expression::operand::bound(std::move(value.json)));
}
untyped_expression::untyped_expression(kind what, untyped_expression left, untyped_expression right)
    : tree{what, {}, {}}, problem(left.problem ? std::move(left.problem) : std::move(right.problem)) {
  tree.children.reserve(2);
  tree.children.push_back(std::move(left.tree));
  tree.children.push_back(std::move(right.tree));
}
untyped_expression::untyped_expression(expression::path path, untyped_expression otherwise)
    : tree{kind::if_not_exists, {}, {}}, problem(otherwise.problem ? std::move(otherwise.problem) : problem_of(path)) {
  tree.operands.push_back(expression::operand::of(std::move(path)));
  tree.children.push_back(std::move(otherwise.tree));
}
untyped_expression::untyped_expression(const untyped_expression&) = default;
untyped_expression::untyped_expression(untyped_expression&&) noexcept = default;
untyped_expression& untyped_expression::operator=(untyped_expression other) noexcept {
  std::swap(tree, other.tree);
  std::swap(problem, other.problem);
  return *this;
}
untyped_expression::~untyped_expression() = default;

}  // namespace dynamo::detail
