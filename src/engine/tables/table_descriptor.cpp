#include "table_descriptor.hpp"

#include "enumerator.hpp"
#include "resource_arn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dynamo::engine {
namespace {

constexpr auto view_names =
    std::to_array<std::string_view>({"KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"});

}  // namespace

std::string_view to_string(view_type view) noexcept { return view_names[static_cast<std::size_t>(view)]; }

std::optional<view_type> view_type_from(std::string_view name) noexcept {
  return enumerator_of<view_type>(view_names, name);
}

const index_descriptor* table_descriptor::find_index(std::string_view index_name) const noexcept {
  const auto found =
      std::find_if(indexes.begin(), indexes.end(), [&](const index_descriptor& i) { return i.name == index_name; });
  return found == indexes.end() ? nullptr : &*found;
}

const vector_index_descriptor* table_descriptor::find_vector_index(std::string_view index_name) const noexcept {
  const auto found = std::ranges::find(vector_indexes, index_name, &vector_index_descriptor::name);
  return found == vector_indexes.end() ? nullptr : &*found;
}

bool table_descriptor::is_filling() const noexcept {
  return std::ranges::any_of(indexes, &index_descriptor::filling) ||
         std::ranges::any_of(vector_indexes, &vector_index_descriptor::filling);
}

void derive_indexes(table_descriptor& table) {
  const auto sort_once = [](std::vector<std::string>& names) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
  };
  const auto add_names = [](const key_schema& key, std::vector<std::string>& names) {
    for (const auto* part : {&key.partition, &key.sort}) {
      for (const key_attribute& attribute : *part) names.push_back(attribute.name);
    }
  };
  table.index_key_names.clear();
  for (const index_descriptor& index : table.indexes) add_names(index.key, table.index_key_names);
  sort_once(table.index_key_names);
  for (index_descriptor& index : table.indexes) {
    index.attributes.clear();
    if (index.projection != projection_kind::all) {
      add_names(table.key, index.attributes);
      add_names(index.key, index.attributes);
      if (index.projection == projection_kind::include) {
        index.attributes.insert(index.attributes.end(), index.non_key_attributes.begin(),
                                index.non_key_attributes.end());
      }
      sort_once(index.attributes);
    }
    std::vector<std::string> names;
    add_names(index.key, names);
    index.key_positions.clear();
    for (const std::string& name : names) {
      const auto at = std::lower_bound(table.index_key_names.begin(), table.index_key_names.end(), name);
      index.key_positions.push_back(static_cast<std::size_t>(at - table.index_key_names.begin()));
    }
  }
  for (vector_index_descriptor& index : table.vector_indexes) {
    index.attributes.clear();
    if (index.projection == projection_kind::all) continue;
    add_names(table.key, index.attributes);
    add_names({index.hash, index.filters}, index.attributes);
    if (index.projection == projection_kind::include) {
      index.attributes.insert(index.attributes.end(), index.non_key_attributes.begin(), index.non_key_attributes.end());
    }
    sort_once(index.attributes);
    std::erase(index.attributes, index.attribute);  // it lies in the row in another form
  }
}

std::string table_arn(std::string_view region, std::string_view table_name) {
  return fmt::format("arn:aws:dynamodb:{}:{}:table/{}", region, own_account, table_name);
}

std::string stream_arn(std::string_view region, std::string_view table_name, std::string_view label) {
  return fmt::format("{}/stream/{}", table_arn(region, table_name), label);
}

}  // namespace dynamo::engine
