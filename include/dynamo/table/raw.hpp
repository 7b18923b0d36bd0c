#pragma once

#include <dynamo/table/options.hpp>
#include <dynamo/table/update.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// Expressions as text, for what has to be decided at run time:
///
///     only_if(raw("status = :s AND logins < :n", bind(":s", "pending"), bind(":n", 5)))
///     users.update("user123", raw_update("SET #name = :n REMOVE team", bind(":n", "Jane")))
///     users.query(raw_key("user_id = :u AND created_at > :t", bind(":u", "user123"), bind(":t", 5)))
///
/// The text is parsed when the call is made: a syntax error points at the character, an unbound or unused :value is named,
/// and nothing is sent. Names are aliased, so reserved words are attributes like any other: `status` and `#status` mean the
/// same. Whether the attributes exist is not checked.
namespace dynamo {

/// A value for a `:name` in a raw expression.
class bound {
 public:
  bound(detail::text_argument name, detail::bound_value value)
      : name_(name.get()), value_(name.is_null() ? detail::null_text() : std::move(value)) {}
  const std::string& name() const noexcept { return name_; }
  const detail::bound_value& value() const noexcept { return value_; }

 private:
  std::string name_;
  detail::bound_value value_;
};
template <class Value>
auto bind(detail::text_argument name, Value&& value) {
  using given = std::remove_cvref_t<Value>;
  if constexpr (std::is_convertible_v<const given&, std::string_view>) {
    return bound(name, detail::is_null_text(value) ? detail::null_text() : detail::encode_text(value));
  } else {
    static_assert(storable<given>, "dynamo: a value of this type cannot be stored");
    return detail::part_made_of<bound, Value&&>(name, detail::encode_as<given>(value));
  }
}

/// A condition as text; may be joined with others after only_if() or filter() made a clause of it.
class raw_condition {
 public:
  raw_condition(detail::text_argument text, const bound* const* values, std::size_t count);
  const detail::untyped_condition& get() const noexcept { return condition_; }

 private:
  detail::untyped_condition condition_;
};
template <class... Bound>
auto raw(detail::text_argument text, const Bound&... values) {
  static_assert((std::is_base_of_v<bound, Bound> && ...),
                "dynamo: values of a raw expression are given with bind(\":name\", value)");
  const bound* const list[sizeof...(Bound) + 1] = {&values..., nullptr};
  return detail::part_made_of<raw_condition, Bound...>(text, list, sizeof...(Bound));
}
inline only_if_clause<detail::any_entity> only_if(const raw_condition& c) {
  return only_if_clause<detail::any_entity>(c.get());
}
inline filter_clause<detail::any_entity> filter(const raw_condition& c) {
  return filter_clause<detail::any_entity>(c.get());
}

/// The key condition of a query as text, in place of the partition.
class raw_key_condition {
 public:
  raw_key_condition(detail::text_argument text, const bound* const* values, std::size_t count);
  const detail::untyped_condition& get() const noexcept { return condition_; }

 private:
  detail::untyped_condition condition_;
};
template <class... Bound>
auto raw_key(detail::text_argument text, const Bound&... values) {
  static_assert((std::is_base_of_v<bound, Bound> && ...),
                "dynamo: values of a raw expression are given with bind(\":name\", value)");
  const bound* const list[sizeof...(Bound) + 1] = {&values..., nullptr};
  return detail::part_made_of<raw_key_condition, Bound...>(text, list, sizeof...(Bound));
}

/// An update as text.
class raw_actions {
 public:
  raw_actions(detail::text_argument text, const bound* const* values, std::size_t count);
  const expression::update& tree() const noexcept { return tree_; }
  const std::optional<error>& problem() const noexcept { return problem_; }

 private:
  expression::update tree_;
  std::optional<error> problem_;
};
template <class... Bound>
auto raw_update(detail::text_argument text, const Bound&... values) {
  static_assert((std::is_base_of_v<bound, Bound> && ...),
                "dynamo: values of a raw expression are given with bind(\":name\", value)");
  const bound* const list[sizeof...(Bound) + 1] = {&values..., nullptr};
  return detail::part_made_of<raw_actions, Bound...>(text, list, sizeof...(Bound));
}

}  // namespace dynamo
