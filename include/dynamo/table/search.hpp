#pragma once

#include <dynamo/protocol/operation.hpp>
#include <dynamo/schema/schema.hpp>
#include <dynamo/table/detail/request_builder.hpp>
#include <dynamo/table/detail/temporaries.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo {

/// search: so many items, the nearest ones: 1 to 100. Fewer come if the index, or the part of it that the conditions leave, has fewer.
class top_k {
 public:
  explicit constexpr top_k(std::uint32_t items) : items_(items) {}
  constexpr std::uint32_t get() const noexcept { return items_; }

 private:
  std::uint32_t items_;
};

/// An item that a search found, and how near it is: see vector_distance.
template <class T>
class scored {
 public:
  scored() = default;
  T item{};
  double score = 0;
};

namespace detail {

/// What the rows of a vector index have.
template <class Schema, class Index>
struct vector_rows {
  static constexpr bool whole = Index::vectors.projection == projected::all;
  /// Items without it are not in the index.
  static consteval bool has_index_key(std::string_view attribute) {
    return attribute == Index::vectors.attribute ||
           (Index::vectors.partition_count != 0 && attribute == Index::vectors.partition[0].name);
  }
  static consteval bool has(std::string_view attribute) {
    return whole || Schema::description.table.has_key(attribute) || Index::vectors.has(attribute);
  }
};

/// How the clauses of a search use the attributes of its index.
struct search_use {
  bool foreign = false;      ///< one is no comparison by == of the partition key or a filter
  bool repeated = false;     ///< an attribute is compared twice
  bool partitioned = false;  ///< the partition key is compared
};
template <class Index, class Clause>
consteval std::string_view searched_attribute() {
  if constexpr (requires { Clause::member; }) {
    if constexpr (Clause::is_equality && (keys_in<typename Index::search_partition>::template contain<Clause::member> ||
                                          keys_in<typename Index::search_filter>::template contain<Clause::member>))
      return attribute_name<Clause::member>;
  }
  return {};
}
template <class Index, class... Clauses>
consteval search_use validate_search() {
  constexpr std::string_view names[] = {searched_attribute<Index, Clauses>()..., std::string_view()};
  const std::size_t count = std::size(names) - 1;  // the last stands there in case there is no clause
  search_use use;
  for (std::size_t i = 0; i < count; ++i) {
    use.foreign = use.foreign || names[i].empty();
    use.partitioned =
        use.partitioned || (Index::vectors.partition_count != 0 && names[i] == Index::vectors.partition[0].name);
    for (std::size_t j = 0; j < i; ++j) use.repeated = use.repeated || names[i] == names[j];
  }
  return use;
}

/// Whether a search vector of this type may have the index's dimensions.
template <class Vector>
inline constexpr std::size_t elements_of = 0;
template <std::size_t Count>
inline constexpr std::size_t elements_of<std::array<float, Count>> = Count;
template <std::size_t Count>
  requires(Count != std::dynamic_extent)
inline constexpr std::size_t elements_of<std::span<const float, Count>> = Count;
template <class Vector>
concept search_vector = std::convertible_to<const Vector&, std::span<const float>>;

/// Index, vector and number of items. A vector of another length, or with an element that is no finite number, is a problem.
void write_search(request_builder&, const vector_index_description&, std::span<const float> vector, top_k);

/// A vector of scored items without its type. `append` adds one and says where its parts are.
struct scored_place {
  void* item;
  double* score;
};
struct scored_sink {
  void* results;
  scored_place (*append)(void* results);
  const record_description* record;
};
/// Reads the results of a reply to SearchVectors. An error names the item that cannot be read by its keys, where the reply has them.
[[nodiscard]] result<void> read_scored(const reply&, const keys_description&, const scored_sink&);

template <class Schema, class T>
[[nodiscard]] result<std::vector<scored<T>>> decode_scored(reply&& answer, void*) {
  result<std::vector<scored<T>>> all(std::in_place);
  const scored_sink sink{&*all,
                         [](void* results) -> scored_place {
                           scored<T>& added = static_cast<std::vector<scored<T>>*>(results)->emplace_back();
                           return {&added.item, &added.score};
                         },
                         &record_of<T>};
  const result<void> read = read_scored(answer, Schema::description.table, sink);
  if (!read) all = std::unexpected(read.error());
  return all;
}

/// The search of an index, for items as T.
template <class Schema, class T, class Index, class Vector, class... Clauses>
auto make_search(const table_binding& binding, const Vector& vector, top_k items, const Clauses&... clauses) {
  static_assert(Schema::template has_index<Index>, "dynamo: this table's schema does not have that index");
  static_assert(search_vector<Vector>,
                "dynamo: a search vector is a std::vector<float>, a std::array<float, n> or a span of floats");
  static_assert(elements_of<Vector> == 0 || elements_of<Vector> == Index::vectors.dimensions,
                "dynamo: this search vector has another number of elements than the index has dimensions");
  constexpr search_use use = validate_search<Index, Clauses...>();
  static_assert(!use.foreign,
                "dynamo: a search compares the partition key and the filters of its vector index, each by ==");
  static_assert(!use.repeated, "dynamo: a search compares an attribute once");
  static_assert(
      use.foreign || use.partitioned || Index::vectors.partition_count == 0,
      "dynamo: this vector index has a partition key, and each search says which partition: attribute == value");
  request_builder builder(operation_name::search_vectors, binding);
  if constexpr (search_vector<Vector>) write_search(builder, Index::vectors, vector, items);
  if constexpr (!use.foreign) (builder.search_condition(clauses), ...);
  // With the keys, by which an error names the item. All that is wanted is asked for by name: otherwise the vector does not come.
  builder.project_with_keys(record_of<T>, Schema::description.table);
  constexpr bool on_temporary = (is_on_temporary<Clauses> || ...);
  return operation_made<std::vector<scored<T>>, on_temporary>(std::move(builder).prepare(), decode_scored<Schema, T>);
}

}  // namespace detail
}  // namespace dynamo
