#include "vector_index_descriptor.hpp"

#include "enumerator.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace dynamo::engine {
namespace {

constexpr auto distance_names = std::to_array<std::string_view>({"COSINE", "EUCLIDEAN", "DOT_PRODUCT"});

}  // namespace

std::string_view to_string(distance_function function) noexcept {
  return distance_names[static_cast<std::size_t>(function)];
}

std::optional<distance_function> distance_function_from(std::string_view name) noexcept {
  return enumerator_of<distance_function>(distance_names, name);
}

const key_attribute* vector_index_descriptor::find_schema(std::string_view attribute_name) const noexcept {
  for (const auto* part : {&hash, &filters}) {
    const auto found = std::ranges::find(*part, attribute_name, &key_attribute::name);
    if (found != part->end()) return &*found;
  }
  return nullptr;
}

bool vector_index_descriptor::projects(std::string_view attribute_name) const noexcept {
  return projection == projection_kind::all || attribute_name == attribute ||
         std::binary_search(attributes.begin(), attributes.end(), attribute_name, std::less<>());
}

}  // namespace dynamo::engine
