#include <dynamo/table/update.hpp>

namespace dynamo::detail {

untyped_action::untyped_action(expression::path target, expression::set_value to, std::optional<error> problem)
    : problem_(std::move(problem)) {
  part_.set.push_back({std::move(target), std::move(to)});
}
untyped_action::untyped_action(expression::path removed) { part_.remove.push_back(std::move(removed)); }
untyped_action::untyped_action(kind what, expression::path target, bound_value value)
    : problem_(std::move(value.problem)) {
  switch (what) {
    case kind::set:
      if (value.absent && target.back().index && !problem_) {
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
untyped_action::untyped_action(untyped_action&&) noexcept = default;
untyped_action::~untyped_action() = default;

untyped_expression::untyped_expression(expression::path path) : tree{kind::operand, {}, {}} {
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
    : tree{kind::if_not_exists, {}, {}}, problem(std::move(otherwise.problem)) {
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
