#pragma once

#include "key_schema.hpp"

#include <dynamo/base/clock.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/json/cursor.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// Members of descriptors, stored and shown: `"name":value` without a separator.
void write_member(json::buffer& out, std::string_view name, std::string_view text);
void write_member(json::buffer& out, std::string_view name, std::uint64_t value);
void write_names(json::buffer& out, std::string_view name, const std::vector<std::string>&);
/// `"partition":[{"name":...,"type":...},...],"sort":[...]`
void write_key_schema(json::buffer& out, const key_schema&);

/// Values of stored descriptors. What is wrong is left in the cursor.
std::uint64_t read_unsigned(json::cursor&);
std::vector<std::string> read_names(json::cursor&);
std::vector<key_attribute> read_keys(json::cursor&);
instant read_instant(json::cursor&);

std::uint64_t microseconds_of(instant) noexcept;

/// The enumerator whose name this is: the names stand in the enumerators' order.
template <class Enum, std::size_t Count>
std::optional<Enum> enumerator_of(const std::array<std::string_view, Count>& names, std::string_view name) noexcept {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace dynamo::engine
