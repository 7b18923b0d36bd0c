#include <dynamo/table/condition.hpp>

#include <dynamo/value/limits.hpp>

#include <string>
#include <utility>

namespace dynamo::detail {

expression::path make_path(const std::string_view* names, std::size_t count) {
  expression::path path;
  path.reserve(count);
  for (std::size_t i = 0; i < count; ++i) path.emplace_back(names[i]);
  return path;
}
expression::path inside(expression::path path, std::uint32_t index) {
  if (!path.empty()) path.emplace_back(index);
  return path;
}
expression::path inside(expression::path path, const text_argument& name) {
  if (name.is_null() || path.empty()) return {};
  path.emplace_back(name.get());
  return path;
}
std::optional<error> problem_of(const expression::path& path) {
  if (!path.empty()) return std::nullopt;
  return error(errc::invalid_argument, "a path is empty: a key on it is a null pointer, or it was moved from");
}

term::term(expression::operand operand) : what(std::move(operand)), problem(problem_of(what.at)) {}
term::term(bound_value value)
    : what(expression::operand::bound(std::move(value.json))), problem(std::move(value.problem)) {
  if (value.absent && !problem)
    problem.emplace(errc::invalid_argument,
                    "an empty optional or set cannot be compared with; use exists() or not_exists()");
}
term::term(term&&) noexcept = default;
term& term::operator=(term&&) noexcept = default;
term::~term() = default;

untyped_condition::untyped_condition(kind what, term left, term right) : tree_{what, {}, {}} {
  tree_.operands.reserve(2);
  add(std::move(left));
  add(std::move(right));
}
untyped_condition::untyped_condition(kind what, term first, std::vector<term> others) : tree_{what, {}, {}} {
  tree_.operands.reserve(1 + others.size());
  add(std::move(first));
  if (what == kind::in && !problem_ && (others.empty() || others.size() > limits::expression_in_operands_max))
    problem_.emplace(errc::invalid_argument, "in() takes 1 to 100 values, not " + std::to_string(others.size()));
  for (term& other : others) add(std::move(other));
}
untyped_condition::untyped_condition(kind what, untyped_condition left, untyped_condition right)
    : tree_{what, {}, {}}, problem_(left.problem_ ? std::move(left.problem_) : std::move(right.problem_)) {
  // `a && b && c` is one AND of three, as it is printed.
  for (untyped_condition* side : {&left, &right}) {
    if (side->tree_.what == what) {
      for (expression::condition& child : side->tree_.children) tree_.children.push_back(std::move(child));
    } else {
      tree_.children.push_back(std::move(side->tree_));
    }
  }
}
untyped_condition::untyped_condition(untyped_condition negated, std::nullptr_t)
    : tree_{kind::negation, {}, {}}, problem_(std::move(negated.problem_)) {
  tree_.children.push_back(std::move(negated.tree_));
}
untyped_condition::untyped_condition(expression::condition tree, std::optional<error> problem)
    : tree_(std::move(tree)), problem_(std::move(problem)) {}
untyped_condition::untyped_condition(const untyped_condition&) = default;
untyped_condition::untyped_condition(untyped_condition&&) noexcept = default;
untyped_condition& untyped_condition::operator=(untyped_condition other) noexcept {
  std::swap(tree_, other.tree_);
  std::swap(problem_, other.problem_);
  return *this;
}
untyped_condition::~untyped_condition() = default;

void untyped_condition::add(term one) {
  if (one.problem && !problem_) problem_ = std::move(one.problem);
  tree_.operands.push_back(std::move(one.what));
}

}  // namespace dynamo::detail
