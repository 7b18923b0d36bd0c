#pragma once

#include <dynamo/base/result.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dynamo {

/// Where a change stands in its shard: DynamoDB's sequence number, a decimal of up to 40 digits whose length varies. Ordered as a
/// number, never as text. A trivially copyable value of 24 bytes; the default is 0, which is before every change.
class sequence_number {
 public:
  constexpr sequence_number() noexcept = default;

  /// Reads 1 to 40 decimal digits (DynamoDB writes 21 to 40; its documentation's samples have fewer). Leading zeros mean nothing.
  /// errc::invalid_argument for anything else. Allocates only to fail.
  [[nodiscard]] static result<sequence_number> parse(std::string_view digits);
  /// The digits, without leading zeros.
  std::string to_string() const;

  friend constexpr auto operator<=>(const sequence_number&, const sequence_number&) noexcept = default;
  std::size_t hash() const noexcept;

 private:
  // Base 10^19, the most significant part first, so that the members compare in their order.
  std::uint64_t high_ = 0;
  std::uint64_t middle_ = 0;
  std::uint64_t low_ = 0;
};

}  // namespace dynamo

template <>
struct std::hash<dynamo::sequence_number> {
  std::size_t operator()(const dynamo::sequence_number& n) const noexcept { return n.hash(); }
};
