#pragma once

#include <dynamo/table/condition.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace dynamo {

namespace detail {

/// The right side of a SET without its type.
class untyped_expression {
 public:
  using kind = expression::set_value::kind;

  explicit untyped_expression(expression::path);
  explicit untyped_expression(bound_value);
  untyped_expression(kind, untyped_expression, untyped_expression);    ///< plus, minus, list_append
  untyped_expression(expression::path, untyped_expression otherwise);  ///< if_not_exists
  untyped_expression(const untyped_expression&);
  untyped_expression(untyped_expression&&) noexcept;
  untyped_expression& operator=(untyped_expression) noexcept;
  ~untyped_expression();

  expression::set_value tree;
  std::optional<error> problem;
};

/// One action of an update, without its entity.
class untyped_action {
 public:
  untyped_action(expression::path target, untyped_expression&&);  ///< SET
  explicit untyped_action(expression::path removed);              ///< REMOVE
  enum class kind : std::uint8_t { set, add, erase };
  untyped_action(kind, expression::path target,
                 bound_value);  ///< an absent value makes SET a REMOVE, the others nothing
  untyped_action(const untyped_action&) = delete;
  untyped_action(untyped_action&&) noexcept;
  ~untyped_action();

  // SET and ADD of a sum that DynamoDB computes and an integer member stores, under the condition that it is in the member's range.
  // Of a sum of two attributes no condition can be made.
  untyped_action(expression::path target, untyped_expression&&, const integer_range&);
  untyped_action(expression::path target, bound_value step, const integer_range&);

  const expression::update& part() const noexcept { return part_; }
  /// What the item must meet, or the action would store what its member cannot hold. Null: nothing.
  const expression::condition* range() const noexcept { return range_.get(); }
  const std::optional<error>& problem() const noexcept { return problem_; }

 private:
  void keep_in(const integer_range&);

  expression::update part_;
  std::unique_ptr<const expression::condition> range_;
  std::optional<error> problem_;
};

}  // namespace detail

/// One action of an update on the attribute whose outermost member is Root.
/// Gives: after it the whole attribute is there, even if there was no item.
template <auto Root, bool Gives = false>
class update_action : public detail::untyped_action {
 public:
  static constexpr auto root = Root;
  static constexpr bool gives = Gives;
  using entity = owner_of<Root>;
  using untyped_action::untyped_action;
};

/// A right side that DynamoDB computes: `logins + 1u`, `if_not_exists(logins, 0u) + 1u`, `list_append(tags, "x")`.
template <class Entity, class Value>
class value_expression : public detail::untyped_expression {
 public:
  using entity = Entity;
  using value_type = Value;
  using untyped_expression::untyped_expression;
};

namespace detail {

template <class T>
inline constexpr bool is_value_expression = false;
template <class Entity, class Value>
inline constexpr bool is_value_expression<value_expression<Entity, Value>> = true;
template <class Part>
inline constexpr bool is_value_expression<part_on_temporary<Part>> = is_value_expression<Part>;

/// A path or a computed value: what can stand left of + and -.
template <class T>
concept computable = path_type<T> || is_value_expression<T>;

template <class Field, class Entity, class Value>
untyped_expression set_side(Value&& value) {
  using given = std::remove_cvref_t<Value>;
  if constexpr (path_type<given> || is_value_expression<given>) {
    static_assert(std::is_same_v<typename given::entity, Entity>,
                  "dynamo: this attribute belongs to another table's items");
    static_assert(
        std::is_same_v<typename given::value_type, Field>,
        "dynamo: this value does not fit the attribute's type; it must be of the type of the struct's member");
    if constexpr (path_type<given>) {
      return untyped_expression(value.path());
    } else {
      return std::forward<Value>(value);
    }
  } else {
    return untyped_expression(encode_stored<Field>(std::forward<Value>(value)));
  }
}

/// SET and ADD on this path give an item the whole attribute.
template <class Path>
inline constexpr bool is_whole = requires { requires Path::whole; };
template <class Path, class... Values>
using action_made = part_made_of<update_action<Path::root, is_whole<Path>>, Values...>;

/// The right side of + or -: a step, if it is an integer.
template <class Field, class Entity, class Value>
untyped_expression step_side(Value&& value) {
  using given = std::remove_cvref_t<Value>;
  if constexpr (path_type<given> || is_value_expression<given>) {
    return set_side<Field, Entity>(std::forward<Value>(value));
  } else {
    return untyped_expression(encode_step<Field>(std::forward<Value>(value)));
  }
}

template <class Left, class Value>
auto arithmetic(untyped_expression::kind kind, Left&& left, Value&& value) {
  using side = std::remove_cvref_t<Left>;
  using field = typename side::value_type;
  static_assert(storable<field> && key_type<field> && codec<field>::stored == attribute_type::N,
                "dynamo: + and - apply to numbers");
  return part_made_of<value_expression<typename side::entity, field>, Left&&, Value&&>(
      kind, set_side<field, typename side::entity>(std::forward<Left>(left)),
      step_side<field, typename side::entity>(std::forward<Value>(value)));
}

template <class Field, class... Values>
bound_value encode_list(Values&&... values) {
  using element = typename element_of<Field>::type;
  static_assert((fits<element, Values>() && ...), "dynamo: this value does not fit the elements of the list");
  if (!(holds<element>(values) && ...)) return out_of_range();
  std::vector<element> list;
  list.reserve(sizeof...(Values));
  (list.push_back(element(std::forward<Values>(values))), ...);
  return encode_as(list);
}
template <class Field, class... Values>
bound_value encode_members(Values&&... values) {
  if constexpr (sizeof...(Values) == 1 && (std::is_same_v<std::remove_cvref_t<Values>, Field> && ...)) {
    return encode_as<Field>(values...);
  } else {
    using member = typename member_of_set<Field>::type;
    static_assert((fits<member, Values>() && ...), "dynamo: this value does not fit the members of the set");
    if (!(holds<member>(values) && ...)) return out_of_range();
    Field set;
    (set.insert(member(std::forward<Values>(values))), ...);
    return encode_as(set);
  }
}

}  // namespace detail

template <class Left, class Value>
  requires detail::computable<std::remove_cvref_t<Left>>
auto operator+(Left&& left, Value&& value) {
  return detail::arithmetic(detail::untyped_expression::kind::plus, std::forward<Left>(left),
                            std::forward<Value>(value));
}
template <class Left, class Value>
  requires detail::computable<std::remove_cvref_t<Left>>
auto operator-(Left&& left, Value&& value) {
  return detail::arithmetic(detail::untyped_expression::kind::minus, std::forward<Left>(left),
                            std::forward<Value>(value));
}

/// The attribute's value, or `otherwise` where it is missing.
template <detail::path_type Path, class Value>
auto if_not_exists(const Path& path, Value&& otherwise) {
  using field = typename Path::value_type;
  return detail::part_made_of<value_expression<typename Path::entity, field>, Value&&>(
      path.path(), detail::set_side<field, typename Path::entity>(std::forward<Value>(otherwise)));
}
/// The list, or a computed one, followed by these elements.
template <class List, class... Values>
  requires detail::computable<std::remove_cvref_t<List>>
auto list_append(List&& list, Values&&... values) {
  using side = std::remove_cvref_t<List>;
  static_assert(detail::list_type<typename side::value_type>, "dynamo: list_append applies to lists");
  return detail::part_made_of<value_expression<typename side::entity, typename side::value_type>, List&&, Values&&...>(
      detail::untyped_expression::kind::list_append,
      detail::set_side<typename side::value_type, typename side::entity>(std::forward<List>(list)),
      detail::untyped_expression(detail::encode_list<typename side::value_type>(std::forward<Values>(values)...)));
}
/// These elements followed by the list.
template <class List, class... Values>
  requires detail::computable<std::remove_cvref_t<List>>
auto list_prepend(List&& list, Values&&... values) {
  using side = std::remove_cvref_t<List>;
  static_assert(detail::list_type<typename side::value_type>, "dynamo: list_prepend applies to lists");
  return detail::part_made_of<value_expression<typename side::entity, typename side::value_type>, List&&, Values&&...>(
      detail::untyped_expression::kind::list_append,
      detail::untyped_expression(detail::encode_list<typename side::value_type>(std::forward<Values>(values)...)),
      detail::set_side<typename side::value_type, typename side::entity>(std::forward<List>(list)));
}

/// SET. The value is one of the attribute's type, another attribute, or a computed one. An empty optional removes the attribute,
/// which a member that is not optional does not let happen. What `+` and `-` of one attribute and integers give must be in the
/// range of the member's type, as for add(); of a sum of two attributes nobody can say that before it is stored.
template <detail::path_type Path, class Value>
auto set(const Path& path, Value&& value) -> detail::action_made<Path, Value&&> {
  using field = typename Path::value_type;
  using given = std::remove_cvref_t<Value>;
  using action = detail::action_made<Path, Value&&>;
  using kind = detail::untyped_action::kind;
  if constexpr (detail::path_type<given> || detail::is_value_expression<given>) {
    auto side = detail::set_side<field, typename Path::entity>(std::forward<Value>(value));
    if constexpr (detail::integer<field> && detail::is_value_expression<given>) {
      return action(path.path(), std::move(side), detail::range_of<field>);
    } else {
      return action(path.path(), std::move(side));
    }
  } else if constexpr (std::is_same_v<given, std::nullopt_t>) {
    static_assert(!Path::required,
                  "dynamo: this member is not optional: an item without it cannot be read, so nothing may remove it");
    return action(path.path());
  } else if constexpr (std::is_same_v<given, std::optional<field>>) {
    if (value) return action(kind::set, path.path(), detail::encode_stored<field>(*value));
    if constexpr (Path::required) return action(kind::set, path.path(), detail::no_value_for_required());
    return action(path.path());
  } else {
    return action(kind::set, path.path(), detail::encode_stored<field>(std::forward<Value>(value)));
  }
}

/// REMOVE. Not for a member that items cannot be read without: make it a std::optional, or give it a default.
template <detail::path_type Path>
update_action<Path::root> remove(const Path& path) {
  static_assert(!Path::required,
                "dynamo: this member is not optional: an item without it cannot be read, so nothing may remove it");
  return update_action<Path::root>(path.path());
}

/// ADD: a step, which may be negative, to a number (a missing one counts as 0), or members to a set. A step that no value of an
/// integer member's type survives is errc::invalid_argument. Whether the sum is one, the stored value decides, so the request
/// carries the condition that it is, and the answer is errc::conditional_check_failed where it is not: an unsigned member does
/// not fall below 0. raw_update() leaves the condition out. Times are added without one: they are far from the ends of 64 bits.
template <detail::path_type Path, class... Values>
auto add(const Path& path, Values&&... values) -> detail::action_made<Path, Values&&...> {
  using field = typename Path::value_type;
  constexpr bool number_attribute = [] {
    if constexpr (key_type<field>) {
      return codec<field>::stored == attribute_type::N;
    } else {
      return false;
    }
  }();
  static_assert(number_attribute || detail::set_type<field>, "dynamo: add applies to numbers and sets");
  using kind = detail::untyped_action::kind;
  using action = detail::action_made<Path, Values&&...>;
  if constexpr (detail::set_type<field>) {
    return action(kind::add, path.path(), detail::encode_members<field>(std::forward<Values>(values)...));
  } else if constexpr (number_attribute) {
    static_assert(sizeof...(Values) == 1, "dynamo: a number is added one step at a time");
    if constexpr (detail::integer<field>) {
      return action(path.path(), detail::encode_step<field>(std::forward<Values>(values)...), detail::range_of<field>);
    } else {
      return action(kind::add, path.path(), detail::encode_step<field>(std::forward<Values>(values)...));
    }
  } else {
    return action(path.path());
  }
}

/// DELETE: takes members out of a set.
template <detail::path_type Path, class... Values>
auto erase(const Path& path, Values&&... values) -> detail::part_made_of<update_action<Path::root>, Values&&...> {
  using field = typename Path::value_type;
  static_assert(detail::set_type<field>, "dynamo: erase takes members out of sets; remove() removes an attribute");
  if constexpr (detail::set_type<field>) {
    return detail::part_made_of<update_action<Path::root>, Values&&...>(
        detail::untyped_action::kind::erase, path.path(),
        detail::encode_members<field>(std::forward<Values>(values)...));
  } else {
    return detail::part_made_of<update_action<Path::root>, Values&&...>(path.path());
  }
}

}  // namespace dynamo
