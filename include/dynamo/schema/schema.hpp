#pragma once

#include <dynamo/schema/containers.hpp>
#include <dynamo/schema/enums.hpp>
#include <dynamo/schema/record.hpp>
#include <dynamo/schema/scalars.hpp>
#include <dynamo/schema/times.hpp>

#include <cstddef>
#include <string_view>
#include <type_traits>

/// What a table is: its name, the struct its items are, its keys and indexes. Declared as a struct, so that the compiler's
/// messages say its name:
///
///     using by_email = dynamo::global_index<"by_email", dynamo::partition_key<&User::email>>;
///     struct users_schema : dynamo::schema<"users", User, dynamo::partition_key<&User::user_id>, by_email> {};
namespace dynamo {

template <auto... Members>
struct partition_key;
template <auto... Members>
struct sort_key;

namespace detail {

/// A key attribute without its type.
struct key_attribute {
  std::string_view name;
  attribute_type type;
};

/// The keys of a table or an index without their types. Points into static memory.
struct keys_description {
  std::string_view name;  ///< of the index, or of the table in the schema
  const key_attribute* partition;
  std::size_t partition_count;
  const key_attribute* sort;
  std::size_t sort_count;
  bool global;  ///< a global index
};
struct schema_description {
  keys_description table;
  const keys_description* indexes;
  std::size_t index_count;
};

template <auto Member>
consteval key_attribute describe_key() {
  if constexpr (key_type<type_of_member<Member>>) {
    return {attribute_name<Member>, codec<type_of_member<Member>>::stored};
  } else {
    return {};
  }
}
/// A table need not have a sort key, but if it has one, every item has it.
template <class Key>
inline constexpr bool fit_for_a_key = true;
template <auto... Members>
inline constexpr bool fit_for_a_key<sort_key<Members...>> = (key_type<type_of_member<Members>> && ...);

/// An index key may be optional: items without it are not in the index.
template <class T>
struct without_optional {
  using type = T;
};
template <class T>
struct without_optional<std::optional<T>> {
  using type = T;
};
template <auto Member>
consteval key_attribute describe_index_key() {
  using type = typename without_optional<type_of_member<Member>>::type;
  static_assert(key_type<type>, "dynamo: the key of an index must be a string, an enum, a number, a time or binary");
  if constexpr (key_type<type>) {
    return {attribute_name<Member>, codec<type>::stored};
  } else {
    return {};
  }
}

template <auto First, auto...>
struct first_of {
  static constexpr auto value = First;
};

}  // namespace detail

/// The attribute by which items are distributed. A table has exactly one; an index may have up to four.
template <auto... Members>
struct partition_key {
  static_assert(sizeof...(Members) >= 1 && sizeof...(Members) <= 4,
                "dynamo: a partition key has one to four attributes");
  static constexpr auto member = detail::first_of<Members...>::value;
  static constexpr std::size_t count = sizeof...(Members);
};
/// The attribute by which items of one partition are ordered.
template <auto... Members>
struct sort_key {
  static_assert(sizeof...(Members) >= 1 && sizeof...(Members) <= 4, "dynamo: a sort key has one to four attributes");
  static constexpr auto member = detail::first_of<Members...>::value;
  static constexpr std::size_t count = sizeof...(Members);
};
struct no_sort_key {
  static constexpr std::size_t count = 0;
};

namespace detail {

template <auto... Members>
inline constexpr key_attribute index_keys[] = {describe_index_key<Members>()...};

template <class Keys>
struct keys_in;
template <auto... Members>
struct keys_in<partition_key<Members...>> {
  static constexpr const key_attribute* list = index_keys<Members...>;
  template <class Entity>
  static constexpr bool belong_to = (std::is_base_of_v<owner_of<Members>, Entity> && ...);
  template <auto Member>
  static constexpr bool contain = (same_member<Members, Member> || ...);
};
template <auto... Members>
struct keys_in<sort_key<Members...>> : keys_in<partition_key<Members...>> {};
template <>
struct keys_in<no_sort_key> {
  static constexpr const key_attribute* list = nullptr;
  template <class Entity>
  static constexpr bool belong_to = true;
  template <auto Member>
  static constexpr bool contain = false;
};

template <fixed_string Name, class Partition, class Sort, bool Global>
struct index {
  static constexpr std::string_view name = Name.view();
  static_assert(name.size() >= 3 && name.size() <= 255, "dynamo: the name of an index has 3 to 255 characters");
  using partition = Partition;
  using sort = Sort;
  static constexpr bool has_sort = Sort::count != 0;
  static constexpr keys_description keys{
      name, keys_in<Partition>::list, Partition::count, keys_in<Sort>::list, Sort::count, Global};
};

}  // namespace detail

/// Another order over the same items, with keys of its own. (This version declares indexes; the embedded engine does not have
/// them yet and answers errc::not_supported or a validation error.)
template <fixed_string Name, class Partition, class Sort = no_sort_key>
struct global_index : detail::index<Name, Partition, Sort, true> {};
/// An index with the table's partition key and another sort key.
template <fixed_string Name, class Partition, class Sort>
struct local_index : detail::index<Name, Partition, Sort, false> {};

namespace detail {

template <class T>
concept index_type = requires {
  typename T::partition;
  { T::keys } -> std::convertible_to<keys_description>;
};

template <class... Parts>
struct pick_partition {
  static constexpr bool found = false;
};
template <auto... Members, class... Rest>
struct pick_partition<partition_key<Members...>, Rest...> {
  static constexpr bool found = true;
  using type = partition_key<Members...>;
};
template <class First, class... Rest>
struct pick_partition<First, Rest...> : pick_partition<Rest...> {};

template <class... Parts>
struct pick_sort {
  using type = no_sort_key;
};
template <auto... Members, class... Rest>
struct pick_sort<sort_key<Members...>, Rest...> {
  using type = sort_key<Members...>;
};
template <class First, class... Rest>
struct pick_sort<First, Rest...> : pick_sort<Rest...> {};

/// Keys of a table, judged once. Base of schema<>.
template <class Entity, class... Parts>
struct table_keys {
  static_assert(pick_partition<Parts...>::found, "dynamo: a table needs dynamo::partition_key<&entity::member>");
  using partition = typename pick_partition<Parts...>::type;
  using sort = typename pick_sort<Parts...>::type;
  static constexpr bool has_sort = sort::count != 0;
  static_assert(partition::count == 1 && sort::count <= 1,
                "dynamo: a table's keys are single attributes; an index may have several");
  static_assert(keys_in<partition>::template belong_to<Entity>,
                "dynamo: the partition key must be a member of the table's struct");
  static_assert(keys_in<sort>::template belong_to<Entity>,
                "dynamo: the sort key must be a member of the table's struct");
  static_assert(
      key_type<type_of_member<partition::member>>,
      "dynamo: a key must be a string, an enum, a number, a time or binary, and not optional: every item has its keys");
  static constexpr key_attribute partition_attribute = describe_key<partition::member>();
  static_assert(
      fit_for_a_key<sort>,
      "dynamo: a key must be a string, an enum, a number, a time or binary, and not optional: every item has its keys");
  static constexpr key_attribute sort_attribute = [] {
    if constexpr (has_sort) {
      return describe_key<sort::member>();
    } else {
      return key_attribute{};
    }
  }();
};

template <class... Parts>
consteval auto describe_indexes() {
  constexpr std::size_t count = (std::size_t{0} + ... + (index_type<Parts> ? 1u : 0u));
  std::array<keys_description, count> indexes{};
  [[maybe_unused]] std::size_t at = 0;
  const auto add = [&]<class Part>(std::type_identity<Part>) {
    if constexpr (index_type<Part>) indexes[at++] = Part::keys;
  };
  (add(std::type_identity<Parts>()), ...);
  return indexes;
}

}  // namespace detail

/// Base of a table's description. `Parts` are one partition_key, at most one sort_key, and any number of indexes.
template <fixed_string Name, class Entity, class... Parts>
struct schema : detail::table_keys<Entity, Parts...> {
  using entity = Entity;
  using keys = detail::table_keys<Entity, Parts...>;
  static constexpr std::string_view name = Name.view();
  static_assert(name.size() >= 3 && name.size() <= 255, "dynamo: the name of a table has 3 to 255 characters");

  template <auto Member>
  static constexpr bool is_key = detail::keys_in<typename keys::partition>::template contain<Member> ||
                                 detail::keys_in<typename keys::sort>::template contain<Member>;
  template <class Index>
  static constexpr bool has_index = (std::is_same_v<Index, Parts> || ...);

  static constexpr auto indexes = detail::describe_indexes<Parts...>();
  static constexpr detail::schema_description description{
      {name, &keys::partition_attribute, 1, &keys::sort_attribute, keys::has_sort ? 1u : 0u, false},
      indexes.data(),
      indexes.size()};
};

template <class T>
concept schema_type = requires {
  typename T::entity;
  { T::description } -> std::convertible_to<const detail::schema_description&>;
};

}  // namespace dynamo
