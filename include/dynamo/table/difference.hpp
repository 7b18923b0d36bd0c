#pragma once

#include <dynamo/table/batch.hpp>

#include <ranges>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

/// Differences of items and keys by key, such as what was wanted and what was found:
///
///     auto missing = dynamo::right_diff<users_schema>(found, wanted);   // of `wanted`, what `found` does not have
///
/// A range holds items, or keys as batch_get() takes them: values, pairs of partition and sort key, or `table::key`.
namespace dynamo {

namespace detail {

/// Keys by their canonical text, which is equal where DynamoDB takes the keys for equal.
class key_set {
 public:
  void insert(const encoded_key& one);
  bool contains(const encoded_key& one);
  const std::optional<error>& problem() const noexcept { return problem_; }

 private:
  struct hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
  };
  std::unordered_set<std::string, hash, std::equal_to<>> texts_;
  std::optional<error> problem_;  // the first key that cannot be one
};

}  // namespace detail

/// The elements of `left` whose key is that of no element of `right`, copied, in their order. errc::invalid_argument if an element
/// cannot be a key, such as an integer out of the range of the key's type. Takes memory for the keys of `right`.
template <schema_type Schema, std::ranges::input_range Left, std::ranges::input_range Right>
[[nodiscard]] result<std::vector<std::ranges::range_value_t<Left>>> left_diff(Left&& left, Right&& right) {
  detail::key_set known;
  for (const auto& one : right) {
    detail::with_key<Schema>(one, [&](const detail::encoded_key& k) { known.insert(k); });
  }
  std::vector<std::ranges::range_value_t<Left>> only;
  for (const auto& one : left) {
    bool found = false;
    detail::with_key<Schema>(one, [&](const detail::encoded_key& k) { found = known.contains(k); });
    if (!found) only.push_back(one);
  }
  if (known.problem()) return std::unexpected(*known.problem());
  return only;
}
/// The elements of `right` whose key is that of no element of `left`.
template <schema_type Schema, std::ranges::input_range Left, std::ranges::input_range Right>
[[nodiscard]] result<std::vector<std::ranges::range_value_t<Right>>> right_diff(Left&& left, Right&& right) {
  return left_diff<Schema>(right, left);
}

}  // namespace dynamo
