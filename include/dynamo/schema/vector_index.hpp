#pragma once

#include <dynamo/schema/keys.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

/// Vector indexes: the items whose vectors are the nearest to a given one. Declared with the schema, as other indexes are:
///
///     struct Movie { std::string id; std::string genre; int year; std::vector<float> meaning; };
///     using by_meaning = dynamo::vector_index<"by_meaning", &Movie::meaning, dynamo::vector_distance::cosine, dynamo::dimensions<768>,
///                                             dynamo::partition_key<&Movie::genre>, dynamo::inline_filter<&Movie::year>>;
///     struct movies_schema : dynamo::schema<"movies", Movie, dynamo::partition_key<&Movie::id>, by_meaning> {};
namespace dynamo {

/// How near two vectors are, as a score.
enum class vector_distance : std::uint8_t {
  cosine,      ///< of their directions: 0 for the same one, 2 for opposite ones; the least score is the nearest
  euclidean,   ///< between their points: 0 for the same one; the least score is the nearest
  dot_product  ///< the greatest score is the nearest
};

/// How many elements the vectors of an index have. A std::array says so itself.
template <std::size_t Count>
struct dimensions {
  static_assert(Count >= 1 && Count <= 4096, "dynamo: vectors have 1 to 4096 dimensions");
};
/// Attributes that a search may compare by ==.
template <auto... Members>
struct inline_filter {
  static_assert(sizeof...(Members) >= 1, "dynamo: inline_filter names at least one attribute");
  static constexpr std::size_t count = sizeof...(Members);
};

namespace detail {

/// A vector index without its types. Points into static memory.
struct vector_index_description {
  std::string_view name;
  std::string_view attribute;  ///< that holds the vector
  std::size_t dimensions = 0;
  vector_distance distance = vector_distance::cosine;
  const key_attribute* partition = nullptr;
  std::size_t partition_count = 0;
  const key_attribute* filters = nullptr;
  std::size_t filter_count = 0;
  projected projection = projected::all;
  const std::string_view* included = nullptr;
  std::size_t included_count = 0;

  /// The rows of the index have this attribute, whatever the index projects.
  constexpr bool has(std::string_view wanted) const noexcept {
    if (wanted == attribute) return true;
    for (std::size_t i = 0; i < partition_count; ++i) {
      if (partition[i].name == wanted) return true;
    }
    for (std::size_t i = 0; i < filter_count; ++i) {
      if (filters[i].name == wanted) return true;
    }
    for (std::size_t i = 0; i < included_count; ++i) {
      if (included[i] == wanted) return true;
    }
    return false;
  }
};

template <class T>
inline constexpr bool holds_vector = std::same_as<T, std::vector<float>>;
template <std::size_t Count>
inline constexpr bool holds_vector<std::array<float, Count>> = true;
template <class T>
inline constexpr bool holds_vector<std::optional<T>> = holds_vector<T>;
/// Of an array; 0 for what has any number of elements.
template <class T>
inline constexpr std::size_t fixed_dimensions = 0;
template <std::size_t Count>
inline constexpr std::size_t fixed_dimensions<std::array<float, Count>> = Count;
template <class T>
inline constexpr std::size_t fixed_dimensions<std::optional<T>> = fixed_dimensions<T>;

/// An index without a partition key, or without filters.
struct no_such_part {
  static constexpr std::size_t count = 0;
};
template <>
struct keys_in<no_such_part> : keys_in<no_sort_key> {};
template <auto... Members>
struct keys_in<inline_filter<Members...>> : keys_in<partition_key<Members...>> {};

template <class Part>
inline constexpr std::size_t said_dimensions = 0;
template <std::size_t Count>
inline constexpr std::size_t said_dimensions<dimensions<Count>> = Count;
template <class Part>
inline constexpr bool is_partition_key = false;
template <auto... Members>
inline constexpr bool is_partition_key<partition_key<Members...>> = true;
template <class Part>
inline constexpr bool is_inline_filter = false;
template <auto... Members>
inline constexpr bool is_inline_filter<inline_filter<Members...>> = true;
template <class Part>
inline constexpr bool is_vector_index_part = said_dimensions<Part> != 0 || is_partition_key<Part> ||
                                             is_inline_filter<Part> || projection_of<Part>::is_projection;

template <class... Parts>
struct pick_search_partition {
  using type = no_such_part;
};
template <class First, class... Rest>
struct pick_search_partition<First, Rest...> : pick_search_partition<Rest...> {};
template <class First, class... Rest>
  requires is_partition_key<First>
struct pick_search_partition<First, Rest...> {
  using type = First;
};
template <class... Parts>
struct pick_search_filter {
  using type = no_such_part;
};
template <class First, class... Rest>
struct pick_search_filter<First, Rest...> : pick_search_filter<Rest...> {};
template <class First, class... Rest>
  requires is_inline_filter<First>
struct pick_search_filter<First, Rest...> {
  using type = First;
};

}  // namespace detail

/// An index over the vectors that `Member` holds: a std::vector<float> or a std::array<float, n>, or an optional one, whose items are not in
/// the index while it is empty. `Parts`, in any order: dimensions<n>, which an array needs not; a partition_key of one attribute, by which
/// the index is divided, so that each search says in which part; an inline_filter of attributes that a search may compare; and a projection (all_attributes,
/// which is the default, keys_only, include<...>).
///
/// A write whose vector has another number of elements is refused. DynamoDB has vector indexes of on-demand tables only, which is what
/// create_if_absent() creates.
template <fixed_string Name, auto Member, vector_distance Distance, class... Parts>
struct vector_index {
  static constexpr std::string_view name = Name.view();
  static constexpr auto member = Member;
  using search_partition = typename detail::pick_search_partition<Parts...>::type;
  using search_filter = typename detail::pick_search_filter<Parts...>::type;
  using projection = detail::projection_of<typename detail::pick_projection<Parts...>::type>;

  static_assert(name.size() >= 3 && name.size() <= 255, "dynamo: the name of an index has 3 to 255 characters");
  static_assert(detail::holds_vector<type_of_member<Member>>,
                "dynamo: a vector index is over a member of type std::vector<float> or std::array<float, n>, or an "
                "optional one");
  static_assert((detail::is_vector_index_part<Parts> && ...),
                "dynamo: after its distance a vector index has dimensions<n>, a partition_key, an inline_filter and a "
                "projection: keys_only or include<...>");
  static_assert(search_partition::count <= 1, "dynamo: the partition key of a vector index is a single attribute");

 private:
  static constexpr std::size_t said = (std::size_t{0} + ... + detail::said_dimensions<Parts>);
  static constexpr std::size_t fixed = detail::fixed_dimensions<type_of_member<Member>>;
  static constexpr std::size_t size = fixed != 0 ? fixed : said;
  static_assert(size != 0 || !detail::holds_vector<type_of_member<Member>>,
                "dynamo: a vector index says how many elements its vectors have: dynamo::dimensions<n>");
  static_assert(said == 0 || fixed == 0 || said == fixed,
                "dynamo: this vector index has other dimensions than its member's std::array");
  static_assert(size <= 4096, "dynamo: vectors have 1 to 4096 dimensions");

 public:
  static constexpr detail::vector_index_description vectors{name,
                                                            attribute_name<Member>,
                                                            size,
                                                            Distance,
                                                            detail::keys_in<search_partition>::list,
                                                            search_partition::count,
                                                            detail::keys_in<search_filter>::list,
                                                            search_filter::count,
                                                            projection::kind,
                                                            projection::names,
                                                            projection::count};
};

namespace detail {

template <class T>
concept vector_index_type = requires {
  { T::vectors } -> std::convertible_to<vector_index_description>;
};

}  // namespace detail
}  // namespace dynamo
