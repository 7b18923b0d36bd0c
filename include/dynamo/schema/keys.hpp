#pragma once

#include <dynamo/schema/containers.hpp>
#include <dynamo/schema/detail/record.hpp>
#include <dynamo/schema/scalars.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

/// What the keys and the rows of tables and indexes are: partition_key<...>, sort_key<...>, and the projections all_attributes,
/// keys_only and include<...>. See schema.hpp.
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

/// Which attributes the rows of an index have beside the keys of the index and of the table.
enum class projected : std::uint8_t { all, keys_only, include };

/// The keys of a table or an index without their types. Points into static memory.
struct keys_description {
  std::string_view name;  ///< of the index, or of the table in the schema
  const key_attribute* partition;
  std::size_t partition_count;
  const key_attribute* sort;
  std::size_t sort_count;
  bool global;  ///< a global index
  projected projection = projected::all;
  const std::string_view* included = nullptr;  ///< names of attributes, for projected::include
  std::size_t included_count = 0;

  constexpr bool has_key(std::string_view attribute) const noexcept {
    for (std::size_t i = 0; i < partition_count; ++i) {
      if (partition[i].name == attribute) return true;
    }
    for (std::size_t i = 0; i < sort_count; ++i) {
      if (sort[i].name == attribute) return true;
    }
    return false;
  }
  constexpr bool includes(std::string_view attribute) const noexcept {
    for (std::size_t i = 0; i < included_count; ++i) {
      if (included[i] == attribute) return true;
    }
    return false;
  }
};
struct vector_index_description;
struct schema_description {
  keys_description table;
  const keys_description* indexes;
  std::size_t index_count;
  const vector_index_description* vector_indexes = nullptr;
  std::size_t vector_index_count = 0;

  /// The rows of the index have this attribute.
  constexpr bool projects(const keys_description& index, std::string_view attribute) const noexcept {
    return index.projection == projected::all || table.has_key(attribute) || index.has_key(attribute) ||
           index.includes(attribute);
  }
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

/// The rows of an index are whole items: the default.
struct all_attributes {};
/// The rows of an index have the keys of the index and of the table, and nothing else.
struct keys_only {};
/// The rows of an index have these attributes beside the keys.
template <auto... Members>
struct include {
  static_assert(sizeof...(Members) >= 1 && sizeof...(Members) <= 20,
                "dynamo: an index includes one to twenty attributes beside its keys; without any it is keys_only");
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
  /// The place of a member that they contain.
  template <auto Member>
  static consteval std::size_t place_of() {
    std::size_t at = 0;
    (void)((same_member<Members, Member> || (++at, false)) || ...);
    return at;
  }
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

/// What may follow the partition key of an index.
template <class Part>
inline constexpr bool is_sort_key = false;
template <auto... Members>
inline constexpr bool is_sort_key<sort_key<Members...>> = true;

template <class Projection>
struct projection_of {
  static constexpr bool is_projection = false;
};
template <>
struct projection_of<all_attributes> {
  static constexpr bool is_projection = true;
  static constexpr projected kind = projected::all;
  static constexpr const std::string_view* names = nullptr;
  static constexpr std::size_t count = 0;
  template <class Entity>
  static constexpr bool belong_to = true;
};
template <>
struct projection_of<keys_only> : projection_of<all_attributes> {
  static constexpr projected kind = projected::keys_only;
};
template <auto... Members>
struct projection_of<include<Members...>> {
  static constexpr bool is_projection = true;
  static constexpr projected kind = projected::include;
  static constexpr std::string_view names[] = {attribute_name<Members>...};
  static constexpr std::size_t count = sizeof...(Members);
  template <class Entity>
  static constexpr bool belong_to = (std::is_base_of_v<owner_of<Members>, Entity> && ...);
};

template <class... Parts>
struct pick_projection {
  using type = all_attributes;
};
template <class First, class... Rest>
struct pick_projection<First, Rest...> : pick_projection<Rest...> {};
template <class First, class... Rest>
  requires projection_of<First>::is_projection
struct pick_projection<First, Rest...> {
  using type = First;
};

}  // namespace detail
}  // namespace dynamo
