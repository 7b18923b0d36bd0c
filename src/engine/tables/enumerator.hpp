#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace dynamo::engine {

/// The enumerator whose name this is: the names stand in the enumerators' order.
template <class Enum, std::size_t Count>
std::optional<Enum> enumerator_of(const std::array<std::string_view, Count>& names, std::string_view name) noexcept {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace dynamo::engine
