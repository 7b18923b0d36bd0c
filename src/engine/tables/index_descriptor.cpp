#include "index_descriptor.hpp"

#include "enumerator.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace dynamo::engine {
namespace {

constexpr auto kind_names = std::to_array<std::string_view>({"ALL", "KEYS_ONLY", "INCLUDE"});

}  // namespace

std::string_view to_string(projection_kind kind) noexcept { return kind_names[static_cast<std::size_t>(kind)]; }

std::optional<projection_kind> projection_kind_from(std::string_view name) noexcept {
  return enumerator_of<projection_kind>(kind_names, name);
}

bool index_descriptor::projects(std::string_view attribute) const noexcept {
  return projection == projection_kind::all ||
         std::binary_search(attributes.begin(), attributes.end(), attribute, std::less<>());
}

}  // namespace dynamo::engine
