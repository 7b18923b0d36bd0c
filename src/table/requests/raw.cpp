#include <dynamo/table/raw.hpp>

#include <dynamo/expression/parse.hpp>

namespace dynamo {

namespace {

/// Binds the values, parses, and sees to it that each value was used.
template <class Tree, class Parse>
result<Tree> parse_raw(detail::text_argument text, const bound* const* values, std::size_t count, Parse parse) {
  if (text.is_null()) return fail(errc::invalid_argument, "the text of an expression is a null pointer");
  expression::placeholders names;
  for (std::size_t i = 0; i < count; ++i) {
    const bound& one = *values[i];
    if (one.value().problem) return std::unexpected(*one.value().problem);
    if (one.value().absent)
      return fail(errc::invalid_argument, one.name() + " is an empty optional or set, which cannot be bound");
    if (const result<void> added = names.add_value(one.name(), one.value().json); !added)
      return std::unexpected(added.error());
  }
  result<Tree> tree = parse(names);
  if (!tree) return tree;
  if (const result<void> used = names.all_used(); !used) return std::unexpected(used.error());
  return tree;
}

/// The words are the parser's; the code says that nothing was sent.
error refused(const error& why) { return error(errc::invalid_argument, why.message()); }

detail::untyped_condition parse_condition(detail::text_argument text, const bound* const* values, std::size_t count,
                                          expression::parameter kind = expression::parameter::condition) {
  result<expression::condition> tree =
      parse_raw<expression::condition>(text, values, count, [&](expression::placeholders& names) {
        return expression::parse_condition(text.get(), names, kind, expression::dialect::application);
      });
  if (!tree) return {expression::condition{expression::condition::kind::all, {}, {}}, refused(tree.error())};
  return {std::move(*tree), std::nullopt};
}

}  // namespace

raw_condition::raw_condition(detail::text_argument text, const bound* const* values, std::size_t count)
    : condition_(parse_condition(text, values, count)) {}

raw_key_condition::raw_key_condition(detail::text_argument text, const bound* const* values, std::size_t count)
    : condition_(parse_condition(text, values, count, expression::parameter::key_condition)) {}

raw_actions::raw_actions(detail::text_argument text, const bound* const* values, std::size_t count) {
  result<expression::update> tree =
      parse_raw<expression::update>(text, values, count, [&](expression::placeholders& names) {
        return expression::parse_update(text.get(), names, expression::dialect::application);
      });
  if (tree) {
    tree_ = std::move(*tree);
  } else {
    problem_ = refused(tree.error());
  }
}

}  // namespace dynamo
