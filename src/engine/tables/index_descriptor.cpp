#include "index_descriptor.hpp"

#include "descriptor_json.hpp"

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

void write_index(json::buffer& out, const index_descriptor& index) {
  out.append('{');
  write_member(out, "id", index.id);
  out.append(',');
  write_member(out, "name", index.name);
  out.append(index.global ? R"(,"global":true,)" : R"(,"global":false,)");
  write_key_schema(out, index.key);
  out.append(',');
  write_member(out, "projection", to_string(index.projection));
  out.append(',');
  write_names(out, "non_key_attributes", index.non_key_attributes);
  out.append(',');
  write_member(out, "read_units", index.read_units);
  out.append(',');
  write_member(out, "write_units", index.write_units);
  out.append('}');
}

index_descriptor read_index(json::cursor& at) {
  index_descriptor index;
  std::string_view name;
  at.begin_object();
  while (at.next_name(name)) {
    if (name == "id") {
      index.id = static_cast<std::uint32_t>(read_unsigned(at));
    } else if (name == "name") {
      index.name = at.read_string();
    } else if (name == "global") {
      index.global = at.read_bool();
    } else if (name == "partition") {
      index.key.partition = read_keys(at);
    } else if (name == "sort") {
      index.key.sort = read_keys(at);
    } else if (name == "projection") {
      if (const auto kind = projection_kind_from(at.read_string())) {
        index.projection = *kind;
      } else {
        at.fail("not a projection");
      }
    } else if (name == "non_key_attributes") {
      index.non_key_attributes = read_names(at);
    } else if (name == "read_units") {
      index.read_units = read_unsigned(at);
    } else if (name == "write_units") {
      index.write_units = read_unsigned(at);
    } else {
      at.skip();
    }
  }
  if (index.id == 0 || index.name.empty() || index.key.partition.empty()) at.fail("not an index");
  return index;
}

}  // namespace dynamo::engine
