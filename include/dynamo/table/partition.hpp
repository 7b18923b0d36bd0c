#pragma once

#include <dynamo/schema/schema.hpp>
#include <dynamo/table/detail/request_builder.hpp>
#include <dynamo/table/detail/value.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace dynamo {

/// A value for each attribute of an index's partition key; made by partition().
template <class... Values>
class partition_values {
 public:
  template <class... Given>
  explicit partition_values(std::in_place_t, Given&&... values) : values_(std::forward<Given>(values)...) {}
  template <class Take>
  void pass_to(Take&& take) const {
    std::apply(std::forward<Take>(take), values_);
  }

 private:
  std::tuple<Values...> values_;
};
/// The partition of an index whose partition key has several attributes:
///
///     shops.query(by_place{}, dynamo::partition("SE", "Malmö"), street == "Storgatan")
template <class... Values>
auto partition(Values&&... values) {
  return detail::part_made_of<partition_values<std::decay_t<Values>...>, Values&&...>(std::in_place,
                                                                                      std::forward<Values>(values)...);
}

namespace detail {

template <auto Member>
using index_key_type = typename without_optional<type_of_member<Member>>::type;

/// Writes a partition key's equalities.
template <class Key>
struct partition_writer;
template <auto... Members>
struct partition_writer<partition_key<Members...>> {
  template <class... Values>
  static void write(request_builder& builder, const Values&... values) {
    static_assert(sizeof...(Members) == sizeof...(Values),
                  "dynamo: a partition needs a value for each attribute of the partition key: "
                  "dynamo::partition(first, second, ...)");
    if constexpr (sizeof...(Members) == sizeof...(Values)) {
      constexpr bool fit = (fits<index_key_type<Members>, const Values&>() && ...);
      static_assert(fit, "dynamo: this is not of the partition key's type");
      if constexpr (fit)
        (builder.key_equals(attribute_name<Members>, encode_stored<index_key_type<Members>>(values)), ...);
    }
  }
  template <class... Values>
  static void write(request_builder& builder, const partition_values<Values...>& several) {
    several.pass_to([&](const Values&... values) { write(builder, values...); });
  }
};

/// A clause of a query that compares an attribute of the sort key: which one, and whether by ==.
struct sort_clause {
  std::size_t place = none;
  bool equality = false;
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
};
template <class Sort, class Clause>
consteval sort_clause sort_clause_of() {
  if constexpr (requires { Clause::member; }) {
    if constexpr (keys_in<Sort>::template contain<Clause::member>) {
      return {keys_in<Sort>::template place_of<Clause::member>(), Clause::is_equality};
    }
  }
  return {};
}

/// How the clauses of a query use the sort key.
struct sort_key_use {
  bool repeated = false;  ///< an attribute is compared twice
  bool gap = false;       ///< an attribute is compared although one before it is not compared by ==
};
template <class Sort, class... Clauses>
consteval sort_key_use validate_sort_clauses() {
  constexpr sort_clause clauses[] = {sort_clause_of<Sort, Clauses>()..., sort_clause()};
  constexpr std::size_t keys_max = 4;
  std::size_t compared[keys_max] = {};
  bool equal[keys_max] = {};
  for (const sort_clause& clause : clauses) {
    if (clause.place == sort_clause::none) continue;
    ++compared[clause.place];
    equal[clause.place] = clause.equality;
  }
  sort_key_use use;
  bool open = true;
  for (std::size_t i = 0; i < keys_max; ++i) {
    use.repeated = use.repeated || compared[i] > 1;
    use.gap = use.gap || (compared[i] != 0 && !open);
    open = open && compared[i] != 0 && equal[i];
  }
  return use;
}

}  // namespace detail
}  // namespace dynamo
