#pragma once

#include <dynamo/table/detail/value.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo {

namespace detail {

/// One side of a comparison: a path, its size, or a value; with the reason when the value cannot be encoded.
class term {
 public:
  explicit term(expression::operand);
  term(bound_value);  // NOLINT(google-explicit-constructor)
  term(term&&) noexcept;
  term& operator=(term&&) noexcept;
  ~term();

  expression::operand what;
  std::optional<error> problem;
};

/// A condition without its entity. The first value that could not be encoded is remembered and surfaces from the call.
class untyped_condition {
 public:
  using kind = expression::condition::kind;

  untyped_condition(kind, term, term);
  untyped_condition(kind, term, std::vector<term>);
  untyped_condition(kind, untyped_condition, untyped_condition);
  explicit untyped_condition(untyped_condition negated, std::nullptr_t);
  untyped_condition(expression::condition, std::optional<error>);
  untyped_condition(const untyped_condition&);
  untyped_condition(untyped_condition&&) noexcept;
  untyped_condition& operator=(untyped_condition) noexcept;
  ~untyped_condition();

  const expression::condition& tree() const noexcept { return tree_; }
  const std::optional<error>& problem() const noexcept { return problem_; }

 private:
  void add(term);

  expression::condition tree_;
  std::optional<error> problem_;
};

}  // namespace detail

/// A condition on items of one struct; made by comparing attributes, joined with &&, || and !.
template <class Entity>
class condition : public detail::untyped_condition {
 public:
  using entity = Entity;
  using untyped_condition::untyped_condition;
  explicit condition(untyped_condition untyped) : untyped_condition(std::move(untyped)) {}
};

/// A comparison of one whole attribute in a form that a key condition may have.
template <auto Member>
class comparison : public condition<owner_of<Member>> {
 public:
  static constexpr auto member = Member;
  static constexpr bool is_equality = false;
  using condition<owner_of<Member>>::condition;
};
/// The same by ==: of an index's sort key of several attributes, all but the last one are compared so.
template <auto Member>
class equality : public comparison<Member> {
 public:
  static constexpr bool is_equality = true;
  using comparison<Member>::comparison;
};

template <class Left, class Right>
condition<Left> operator&&(condition<Left> left, condition<Right> right) {
  static_assert(std::is_same_v<Left, Right>, "dynamo: conditions on different tables' items cannot be combined");
  return condition<Left>(detail::untyped_condition::kind::all, std::move(left), std::move(right));
}
template <class Left, class Right>
condition<Left> operator||(condition<Left> left, condition<Right> right) {
  static_assert(std::is_same_v<Left, Right>, "dynamo: conditions on different tables' items cannot be combined");
  return condition<Left>(detail::untyped_condition::kind::any, std::move(left), std::move(right));
}
template <class Entity>
condition<Entity> operator!(condition<Entity> negated) {
  return condition<Entity>(std::move(negated), nullptr);
}

// The same of what was made of temporaries.
template <class Left, class Right>
  requires(detail::is_on_temporary<Left> || detail::is_on_temporary<Right>)
auto operator&&(Left left, Right right) {
  using left_side = condition<typename Left::entity>;
  using right_side = condition<typename Right::entity>;
  return detail::part_on_temporary<left_side>(left_side(std::move(left)) && right_side(std::move(right)));
}
template <class Left, class Right>
  requires(detail::is_on_temporary<Left> || detail::is_on_temporary<Right>)
auto operator||(Left left, Right right) {
  using left_side = condition<typename Left::entity>;
  using right_side = condition<typename Right::entity>;
  return detail::part_on_temporary<left_side>(left_side(std::move(left)) || right_side(std::move(right)));
}
template <class Condition>
  requires detail::is_on_temporary<Condition>
auto operator!(Condition negated) {
  using side = condition<typename Condition::entity>;
  return detail::part_on_temporary<side>(!side(std::move(negated)));
}

/// size(path), to be compared with a number.
template <class Entity>
class size_term {
 public:
  using entity = Entity;
  explicit size_term(expression::path path) : path_(std::move(path)) {}
  detail::term to_term() const { return detail::term(expression::operand::size_of(path_)); }

 private:
  expression::path path_;
};
namespace detail {

template <path_type Path>
term term_of(const Path& path) {
  return term(expression::operand::of(path.path()));
}

template <class T>
inline constexpr bool is_size_term = false;
template <class Entity>
inline constexpr bool is_size_term<size_term<Entity>> = true;

/// Attributes that DynamoDB can compare: stored as the same type.
template <class Left, class Right>
consteval bool comparable() {
  if constexpr (requires { codec<Left>::stored == codec<Right>::stored; }) {
    return codec<Left>::stored == codec<Right>::stored;
  } else {
    return std::is_same_v<Left, Right>;
  }
}

/// The right side: another attribute, a size, or a value that fits the left side.
template <class Field, class Entity, class Value>
term right_side(Value&& value) {
  using given = std::remove_cvref_t<Value>;
  if constexpr (path_type<given>) {
    static_assert(std::is_same_v<typename given::entity, Entity>,
                  "dynamo: this attribute belongs to another table's items");
    static_assert(comparable<Field, typename given::value_type>(),
                  "dynamo: attributes of different types are never equal and have no order");
    return term_of(value);
  } else if constexpr (is_size_term<given>) {
    return value.to_term();
  } else {
    return encode_for<Field>(std::forward<Value>(value));
  }
}

// A path with one member can be a key; anything longer cannot.
template <class Path>
struct comparison_type {
  using type = condition<typename Path::entity>;
  using equal = type;
};
template <auto Member>
struct comparison_type<attribute<Member>> {
  using type = comparison<Member>;
  using equal = equality<Member>;
};
template <class Path>
using comparison_of = typename comparison_type<Path>::type;

template <class Path, class Value>
auto ordered_comparison(untyped_condition::kind kind, const Path& path, Value&& value) {
  static_assert(
      ordered<typename Path::value_type>,
      "dynamo: only strings, numbers, times, enums and binaries have an order; <, <=, >, >= and between do not apply to "
      "this attribute");
  return part_made_of<comparison_of<Path>, Value&&>(
      kind, term_of(path), right_side<typename Path::value_type, typename Path::entity>(std::forward<Value>(value)));
}

/// Values for in(): what is walked through, unless it is one value itself.
template <class Field, class Range>
concept value_range = !fits<Field, const Range&>() && !path_type<Range> && requires(const Range& values) {
  values.begin() != values.end();
  *values.begin();
};
/// What can begin with other bytes.
template <class T>
inline constexpr bool stored_as_bytes = false;
template <key_type T>
inline constexpr bool stored_as_bytes<T> = codec<T>::stored == attribute_type::B;

/// What every path can be asked. Self is the path.
template <class Self>
class path_operations {
 public:
  /// low <= attribute <= high.
  template <class Low, class High>
  auto between(Low&& low, High&& high) const {
    static_assert(
        ordered<typename Self::value_type>,
        "dynamo: only strings, numbers, times, enums and binaries have an order; <, <=, >, >= and between do not apply to this attribute");
    std::vector<term> bounds;
    bounds.push_back(right_side<typename Self::value_type, typename Self::entity>(std::forward<Low>(low)));
    bounds.push_back(right_side<typename Self::value_type, typename Self::entity>(std::forward<High>(high)));
    return part_made_of<comparison_of<Self>, Low&&, High&&>(untyped_condition::kind::between, term_of(self()),
                                                            std::move(bounds));
  }
  /// Equal to one of 1 to 100 values, which are given one by one or as a range: a vector, a set.
  template <class Range>
    requires value_range<typename Self::value_type, std::remove_cvref_t<Range>>
  auto in(Range&& values) const {
    std::vector<term> candidates;
    for (const auto& value : values) {
      candidates.push_back(right_side<typename Self::value_type, typename Self::entity>(value));
    }
    return part_made_of<condition<typename Self::entity>, Range&&>(untyped_condition::kind::in, term_of(self()),
                                                                   std::move(candidates));
  }
  template <class... Values>
  auto in(Values&&... values) const {
    static_assert(sizeof...(Values) >= 1 && sizeof...(Values) <= 100, "dynamo: in() takes 1 to 100 values");
    std::vector<term> candidates;
    candidates.reserve(sizeof...(Values));
    (candidates.push_back(right_side<typename Self::value_type, typename Self::entity>(std::forward<Values>(values))),
     ...);
    return part_made_of<condition<typename Self::entity>, Values&&...>(untyped_condition::kind::in, term_of(self()),
                                                                       std::move(candidates));
  }
  /// The text or binary starts with `prefix`.
  template <class Value>
  auto begins_with(Value&& prefix) const {
    using field = typename Self::value_type;
    static_assert(std::is_same_v<field, std::string> || stored_as_bytes<field>,
                  "dynamo: begins_with applies to strings and binaries");
    return part_made_of<comparison_of<Self>, Value&&>(
        untyped_condition::kind::begins_with, term_of(self()),
        right_side<field, typename Self::entity>(std::forward<Value>(prefix)));
  }
  /// A text contains a text, a list or set contains an element.
  template <class Value>
  auto contains(Value&& part) const {
    using field = typename Self::value_type;
    static_assert(std::is_same_v<field, std::string> || list_type<field> || set_type<field>,
                  "dynamo: contains applies to strings, lists and sets");
    using kind = untyped_condition::kind;
    using entity = typename Self::entity;
    using made = part_made_of<condition<entity>, Value&&>;
    if constexpr (list_type<field>) {
      return made(kind::contains, term_of(self()),
                  right_side<typename element_of<field>::type, entity>(std::forward<Value>(part)));
    } else if constexpr (set_type<field>) {
      return made(kind::contains, term_of(self()),
                  right_side<typename member_of_set<field>::type, entity>(std::forward<Value>(part)));
    } else {
      return made(kind::contains, term_of(self()), right_side<field, entity>(std::forward<Value>(part)));
    }
  }
  auto exists() const {
    return condition<typename Self::entity>(untyped_condition::kind::attribute_exists, term_of(self()),
                                            std::vector<term>());
  }
  auto not_exists() const {
    return condition<typename Self::entity>(untyped_condition::kind::attribute_not_exists, term_of(self()),
                                            std::vector<term>());
  }
  /// The stored value is of this type; for items that others wrote.
  auto has_type(attribute_type type) const {
    return condition<typename Self::entity>(untyped_condition::kind::attribute_type, term_of(self()),
                                            term(encode_text(to_string(type))));
  }
  /// The length of a text or binary, the number of elements of a list, map or set.
  auto size() const { return size_term<typename Self::entity>(self().path()); }

 private:
  const Self& self() const { return static_cast<const Self&>(*this); }
};

}  // namespace detail

/// A place inside an attribute that is known at run time: `tags[2]`, `labels["x"]`.
template <auto Root, class Value, bool Required = false>
class inner_path : public detail::path_operations<inner_path<Root, Value, Required>> {
 public:
  /// It ends at a member that every struct of its kind has: nothing may remove it.
  static constexpr bool required = Required;
  using entity = owner_of<Root>;
  using value_type = typename detail::without_optional<Value>::type;
  static constexpr auto root = Root;

  explicit inner_path(expression::path path) : path_(std::move(path)) {}
  expression::path path() const { return path_; }

  template <auto Member>
  auto member() const {
    static_assert(std::is_base_of_v<owner_of<Member>, value_type>,
                  "dynamo: this is not a member of the struct that the path leads to");
    return inner_path<Root, type_of_member<Member>, detail::required_member<Member>>(
        detail::inside(path_, attribute_name<Member>));
  }
  auto operator[](std::uint32_t index) const
    requires detail::list_type<value_type>
  {
    return inner_path<Root, typename detail::element_of<value_type>::type>(detail::inside(path_, index));
  }
  auto operator[](const detail::text_argument& key) const
    requires detail::map_type<value_type>
  {
    return inner_path<Root, typename detail::value_of_map<value_type>::type>(detail::inside(path_, key));
  }

 private:
  expression::path path_;
};

/// A place in an item, checked by the compiler: attr<&Movie::title>, attr<&Movie::info, &Info::rating>, and from there
/// attr<&Movie::tags>[0] and attr<&Movie::labels>["x"]. Optionals on the way are looked through.
template <auto... Members>
struct attribute : detail::path_operations<attribute<Members...>> {
  static_assert(detail::member_chain<Members...>::connected,
                "dynamo: each member must belong to the struct that the one before it is");
  static constexpr auto root = detail::first_of<Members...>::value;
  using entity = owner_of<root>;
  using stored_type = type_of_member<detail::last_of<Members...>::value>;
  using value_type = typename detail::without_optional<stored_type>::type;

  /// The names on the way, as they are stored.
  static constexpr std::string_view names[] = {attribute_name<Members>...};
  static constexpr std::string_view name = names[sizeof...(Members) - 1];
  /// Items cannot be read without it: nothing may remove it.
  static constexpr bool required = detail::required_member<detail::last_of<Members...>::value>;
  /// It is a whole attribute of an item.
  static constexpr bool whole = sizeof...(Members) == 1;

  expression::path path() const { return detail::make_path(names, sizeof...(Members)); }

  template <auto Member>
  constexpr attribute<Members..., Member> member() const {
    return {};
  }
  auto operator[](std::uint32_t index) const
    requires detail::list_type<value_type>
  {
    return inner_path<root, typename detail::element_of<value_type>::type>(detail::inside(path(), index));
  }
  auto operator[](const detail::text_argument& key) const
    requires detail::map_type<value_type>
  {
    return inner_path<root, typename detail::value_of_map<value_type>::type>(detail::inside(path(), key));
  }
};
template <auto... Members>
inline constexpr attribute<Members...> attr{};

// ---- comparisons ------------------------------------------------------------------------------------------------

template <detail::path_type Path, class Value>
auto operator==(const Path& path, Value&& value) {
  return detail::part_made_of<typename detail::comparison_type<Path>::equal, Value&&>(
      detail::untyped_condition::kind::equal, detail::term_of(path),
      detail::right_side<typename Path::value_type, typename Path::entity>(std::forward<Value>(value)));
}
template <detail::path_type Path, class Value>
auto operator!=(const Path& path, Value&& value) {
  return detail::part_made_of<condition<typename Path::entity>, Value&&>(
      detail::untyped_condition::kind::not_equal, detail::term_of(path),
      detail::right_side<typename Path::value_type, typename Path::entity>(std::forward<Value>(value)));
}
template <detail::path_type Path, class Value>
auto operator<(const Path& path, Value&& value) {
  return detail::ordered_comparison(detail::untyped_condition::kind::less, path, std::forward<Value>(value));
}
template <detail::path_type Path, class Value>
auto operator<=(const Path& path, Value&& value) {
  return detail::ordered_comparison(detail::untyped_condition::kind::less_equal, path, std::forward<Value>(value));
}
template <detail::path_type Path, class Value>
auto operator>(const Path& path, Value&& value) {
  return detail::ordered_comparison(detail::untyped_condition::kind::greater, path, std::forward<Value>(value));
}
template <detail::path_type Path, class Value>
auto operator>=(const Path& path, Value&& value) {
  return detail::ordered_comparison(detail::untyped_condition::kind::greater_equal, path, std::forward<Value>(value));
}

namespace detail {
template <class Entity, class Value>
condition<Entity> compare_size(untyped_condition::kind kind, const size_term<Entity>& size, const Value& value) {
  static_assert(integer<Value>, "dynamo: a size is compared with an integer");
  return condition<Entity>(kind, size.to_term(), term(encode_for<std::uint64_t>(value)));
}
}  // namespace detail
template <class Entity, class Value>
auto operator==(const size_term<Entity>& size, const Value& value) {
  return detail::compare_size(detail::untyped_condition::kind::equal, size, value);
}
template <class Entity, class Value>
auto operator!=(const size_term<Entity>& size, const Value& value) {
  return detail::compare_size(detail::untyped_condition::kind::not_equal, size, value);
}
template <class Entity, class Value>
auto operator<(const size_term<Entity>& size, const Value& value) {
  return detail::compare_size(detail::untyped_condition::kind::less, size, value);
}
template <class Entity, class Value>
auto operator<=(const size_term<Entity>& size, const Value& value) {
  return detail::compare_size(detail::untyped_condition::kind::less_equal, size, value);
}
template <class Entity, class Value>
auto operator>(const size_term<Entity>& size, const Value& value) {
  return detail::compare_size(detail::untyped_condition::kind::greater, size, value);
}
template <class Entity, class Value>
auto operator>=(const size_term<Entity>& size, const Value& value) {
  return detail::compare_size(detail::untyped_condition::kind::greater_equal, size, value);
}

}  // namespace dynamo
