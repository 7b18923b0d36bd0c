#pragma once

#include <dynamo/schema/containers.hpp>
#include <dynamo/schema/detail/record.hpp>
#include <dynamo/schema/enums.hpp>
#include <dynamo/schema/keys.hpp>
#include <dynamo/schema/scalars.hpp>
#include <dynamo/schema/times.hpp>
#include <dynamo/schema/ttl.hpp>
#include <dynamo/schema/vector_index.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

/// What a table is: its name, the struct its items are, its keys and indexes. Declared as a struct, so that the compiler's
/// messages say its name:
///
///     using by_email = dynamo::global_index<"by_email", dynamo::partition_key<&User::email>, dynamo::keys_only>;
///     struct users_schema : dynamo::schema<"users", User, dynamo::partition_key<&User::user_id>, by_email> {};
namespace dynamo {

namespace detail {

template <fixed_string Name, bool Global, class Partition, class... Parts>
struct index {
  static constexpr std::string_view name = Name.view();
  static_assert(name.size() >= 3 && name.size() <= 255, "dynamo: the name of an index has 3 to 255 characters");
  static_assert(((is_sort_key<Parts> || projection_of<Parts>::is_projection) && ...),
                "dynamo: after its partition key an index has a sort_key and a projection: keys_only or include<...>");
  using partition = Partition;
  using sort = typename pick_sort<Parts...>::type;
  using projection = projection_of<typename pick_projection<Parts...>::type>;
  static constexpr bool has_sort = sort::count != 0;
  static constexpr bool global = Global;
  static constexpr keys_description keys{
      name,   keys_in<partition>::list, partition::count,  keys_in<sort>::list, sort::count,
      Global, projection::kind,         projection::names, projection::count};
};

}  // namespace detail

/// Another order over the same items, with keys of its own: a partition key, and in any order a sort key and a projection
/// (all_attributes, which is the default, keys_only, include<...>). Items without one of the keys are not in it: members of
/// type std::optional make a sparse index. Up to four attributes make a partition key, and up to four a sort key.
template <fixed_string Name, class Partition, class... Parts>
struct global_index : detail::index<Name, true, Partition, Parts...> {};
/// An index with the table's partition key and another sort key. What it does not project is fetched from the table.
template <fixed_string Name, class Partition, class Sort, class... Projection>
struct local_index : detail::index<Name, false, Partition, Sort, Projection...> {};

namespace detail {

template <class T>
concept index_type = requires {
  typename T::partition;
  { T::keys } -> std::convertible_to<keys_description>;
};

/// Keys of a table, validated once. Base of schema<>.
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

/// An index fits the table that it is declared with.
template <class Index, class Entity, class TableKeys>
consteval bool index_fits() {
  if constexpr (index_type<Index>) {
    static_assert(keys_in<typename Index::partition>::template belong_to<Entity> &&
                      keys_in<typename Index::sort>::template belong_to<Entity>,
                  "dynamo: the keys of an index must be members of the table's struct");
    static_assert(Index::projection::template belong_to<Entity>,
                  "dynamo: what an index includes must be members of the table's struct");
    static_assert(Index::global || (TableKeys::has_sort && Index::sort::count == 1),
                  "dynamo: a local index orders the items of a partition in another way: it has one sort key, and the "
                  "table has one too");
    static_assert(Index::global || std::is_same_v<typename Index::partition, typename TableKeys::partition>,
                  "dynamo: a local index has the table's partition key");
  } else if constexpr (vector_index_type<Index>) {
    static_assert(std::is_base_of_v<owner_of<Index::member>, Entity> &&
                      keys_in<typename Index::search_partition>::template belong_to<Entity> &&
                      keys_in<typename Index::search_filter>::template belong_to<Entity>,
                  "dynamo: the vector, the partition key and the filters of a vector index must be members of the "
                  "table's struct");
    static_assert(Index::projection::template belong_to<Entity>,
                  "dynamo: what an index includes must be members of the table's struct");
  }
  return true;
}

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
template <class... Parts>
consteval auto describe_vector_indexes() {
  constexpr std::size_t count = (std::size_t{0} + ... + (vector_index_type<Parts> ? 1u : 0u));
  std::array<vector_index_description, count> indexes{};
  [[maybe_unused]] std::size_t at = 0;
  const auto add = [&]<class Part>(std::type_identity<Part>) {
    if constexpr (vector_index_type<Part>) indexes[at++] = Part::vectors;
  };
  (add(std::type_identity<Parts>()), ...);
  return indexes;
}

}  // namespace detail

/// Base of a table's description. `Parts` are one partition_key, at most one sort_key, and any number of indexes and vector indexes.
template <fixed_string Name, class Entity, class... Parts>
struct schema : detail::table_keys<Entity, Parts...> {
  using entity = Entity;
  using keys = detail::table_keys<Entity, Parts...>;
  static constexpr std::string_view name = Name.view();
  static_assert(name.size() >= 3 && name.size() <= 255, "dynamo: the name of a table has 3 to 255 characters");
  static_assert((detail::index_fits<Parts, Entity, keys>() && ...));

  template <auto Member>
  static constexpr bool is_key = detail::keys_in<typename keys::partition>::template contain<Member> ||
                                 detail::keys_in<typename keys::sort>::template contain<Member>;
  template <class Index>
  static constexpr bool has_index = (std::is_same_v<Index, Parts> || ...);

  static constexpr auto indexes = detail::describe_indexes<Parts...>();
  static constexpr auto vector_indexes = detail::describe_vector_indexes<Parts...>();
  static constexpr detail::schema_description description{
      {name, &keys::partition_attribute, 1, &keys::sort_attribute, keys::has_sort ? 1u : 0u, false},
      indexes.data(),
      indexes.size(),
      vector_indexes.data(),
      vector_indexes.size()};
};

template <class T>
concept schema_type = requires {
  typename T::entity;
  { T::description } -> std::convertible_to<const detail::schema_description&>;
};

}  // namespace dynamo
