#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::vector_proof {

inline constexpr std::size_t dimensions = 16;
using vector = std::array<float, dimensions>;

/// Finite, with few digits: exact as decimals and as 32-bit floats. The same for the same numbers.
vector vector_of(std::uint32_t item, std::uint32_t version);

enum class distance : bool { euclidean, cosine };

/// What is known of the items of the table: their versions. Not thread-safe.
class brute_force_items {
 public:
  explicit brute_force_items(std::uint32_t count) : versions_(count) {}
  std::uint32_t count() const noexcept { return static_cast<std::uint32_t>(versions_.size()); }
  /// A version that no item has had; from now on the item has it, also if it was removed.
  std::uint32_t next_version(std::uint32_t item) noexcept {
    versions_[item] = ++changes_;
    return changes_;
  }
  void remove(std::uint32_t item) noexcept { versions_[item].reset(); }
  /// Version 0.
  void put(std::uint32_t item) noexcept { versions_[item] = 0; }
  std::size_t present() const noexcept;

  /// The attribute that searches filter by.
  static std::string kind_of(std::uint32_t item) { return std::to_string(item % 10); }

  using found = std::vector<std::pair<std::uint32_t, double>>;  ///< items and scores
  /// What is wrong with these results of a search for the nearest `top`; empty if they are the nearest. Results that are as near as each other
  /// may come in any order.
  std::string compare(const vector& query, distance, const std::optional<std::string>& kind, std::size_t top,
                      const found&) const;

 private:
  std::vector<std::optional<std::uint32_t>> versions_;
  std::uint32_t changes_ = 0;
};

}  // namespace dynamo::vector_proof
