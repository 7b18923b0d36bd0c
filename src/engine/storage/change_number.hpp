#pragma once

#include <dynamo/value/number.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// Identifies a change: a 32-bit epoch, raised at every open, and a counter. Printed as one decimal number it is a stream's
/// sequence number; epochs start at 6, so that every number has 21 digits or more.
struct change_number {
  static constexpr std::uint32_t first_epoch = 6;
  static constexpr std::size_t stored_size = 12;
  std::uint32_t epoch = 0;
  std::uint64_t counter = 0;

  static constexpr change_number from(uint128 whole) noexcept {
    return {static_cast<std::uint32_t>(whole >> 64), static_cast<std::uint64_t>(whole)};
  }
  constexpr uint128 whole() const noexcept { return static_cast<uint128>(epoch) << 64 | counter; }
  /// The number after this one; the one before it. Nothing is written under either by that.
  constexpr change_number following() const noexcept { return from(whole() + 1); }
  constexpr change_number preceding() const noexcept { return from(whole() - 1); }

  friend constexpr auto operator<=>(const change_number&, const change_number&) = default;
};

/// A change number as AWS writes sequence numbers: decimal. And back; nothing for what no engine could have written.
std::string to_sequence_number(change_number);
std::optional<change_number> from_sequence_number(std::string_view) noexcept;

}  // namespace dynamo::engine
