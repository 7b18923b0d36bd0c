#include "capacity_rules.hpp"
#include "table_parameters.hpp"

#include <dynamo/value/limits.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace dynamo::engine {
namespace {

// The key attribute of a table or of an index that has this name, and its part of the key.
struct vector_collision {
  const key_attribute* attribute;
  std::string_view role;
};
std::optional<vector_collision> find_collision(const table_descriptor& table, std::string_view name) {
  const auto find_in = [&](const key_schema& key) -> std::optional<vector_collision> {
    if (const auto found = std::ranges::find(key.partition, name, &key_attribute::name); found != key.partition.end()) {
      return vector_collision{&*found, "HASH"};
    }
    if (const auto found = std::ranges::find(key.sort, name, &key_attribute::name); found != key.sort.end()) {
      return vector_collision{&*found, "RANGE"};
    }
    return std::nullopt;
  };
  if (const auto found = find_in(table.key)) return found;
  for (const index_descriptor& index : table.indexes) {
    if (const auto found = find_in(index.key)) return found;
  }
  for (const vector_index_descriptor& index : table.vector_indexes) {
    if (const key_attribute* found = index.find_schema(name)) return vector_collision{found, "HASH"};
  }
  return std::nullopt;
}

/// The rules of a vector index for its table, which has its key and the indexes before it.
class vector_index_maker {
 public:
  vector_index_maker(const std::vector<attribute_definition>& definitions, const table_descriptor& table)
      : definitions_(definitions), table_(table) {}

  result<vector_index_descriptor> make(const vector_index_parameters& p) const {
    vector_index_descriptor index;
    index.name = p.name;
    index.attribute = p.attribute.name;
    index.distance = p.distance;
    if (p.dimensions > static_cast<std::int64_t>(limits::vector_dimensions_max)) {  // the words are ours
      return invalid_values(
          fmt::format("Dimensions of vector index {} must be between 1 and {}", p.name, limits::vector_dimensions_max));
    }
    index.dimensions = static_cast<std::uint64_t>(p.dimensions);
    if (auto valid = check_attribute(index); !valid) return std::unexpected(valid.error());
    if (p.schema) {
      if (auto set = set_schema(*p.schema, index); !set) return std::unexpected(set.error());
    }
    if (auto set = set_projection(p.projection, index.projection, index.non_key_attributes); !set) {
      return std::unexpected(set.error());
    }
    return index;
  }

 private:
  result<void> check_attribute(const vector_index_descriptor& index) const {
    const std::string& name = index.attribute;
    if (std::ranges::find(definitions_, name, &attribute_definition::name) != definitions_.end()) {
      return invalid_values(fmt::format(
          "Conflicting attribute definition for '{}'. An attribute cannot be defined in AttributeDefinitions "
          "when used as a VectorAttribute.",
          name));
    }
    const auto collision = find_collision(table_, name);
    if (!collision) return {};
    return invalid_values(fmt::format(
        "Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. "
        "Existing schema: Schema:[SchemaElement: key{{{0}:{1}:{2}}}] New schema: "
        "VectorIndexSchema:[VectorAttribute: key{{{0}:L:{3}}}]",
        name, to_string(collision->attribute->type), collision->role, index.dimensions));
  }

  result<void> set_schema(const std::vector<schema_element>& schema, vector_index_descriptor& index) const {
    for (const schema_element& element : schema) {
      const auto definition = std::ranges::find(definitions_, element.name, &attribute_definition::name);
      if (definition == definitions_.end()) {
        return invalid_values("One element in SearchSchema is not defined in attribute definitions");
      }
      // From here on no recorded answer says what is wrong: the words are ours.
      if (index.find_schema(element.name) != nullptr) {
        return invalid_values(fmt::format("The SearchSchema has the attribute {} more than once", element.name));
      }
      if (const auto known = find_collision(table_, element.name);
          known && known->attribute->type != definition->type) {
        return invalid_values(fmt::format("Attribute {} is defined as {}, and is a key attribute of type {}",
                                          element.name, to_string(definition->type),
                                          to_string(known->attribute->type)));
      }
      auto& part = element.role == schema_role::hash ? index.hash : index.filters;
      part.push_back({element.name, definition->type});
    }
    if (index.hash.size() > 1) return invalid_values("The SearchSchema has more than one HASH element");
    if (index.filters.size() > limits::inline_filters_max) {
      return invalid_values(
          fmt::format("The SearchSchema has more than {} INLINE_FILTER elements", limits::inline_filters_max));
    }
    return {};
  }

  const std::vector<attribute_definition>& definitions_;
  const table_descriptor& table_;
};

std::unexpected<error> only_on_demand() {
  return invalid_values("Vector indexes are only supported for PAY_PER_REQUEST tables");
}

}  // namespace

result<std::vector<vector_index_descriptor>> make_vector_indexes(const table_parameters& p,
                                                                 const table_descriptor& table) {
  std::vector<vector_index_descriptor> made;
  if (!p.vectors) return made;
  if (p.vectors->empty()) return invalid_values("List of VectorIndexes is empty");  // the words are ours
  if (table.provisioned) return only_on_demand();
  table_descriptor so_far = table;
  for (const vector_index_parameters& one : *p.vectors) {
    if (so_far.find_index(one.name) != nullptr || so_far.find_vector_index(one.name) != nullptr) {
      return invalid_values("Duplicate index name: " + one.name);
    }
    auto index = vector_index_maker(p.definitions, so_far).make(one);
    if (!index) return std::unexpected(index.error());
    so_far.vector_indexes.push_back(*std::move(index));
  }
  if (so_far.vector_indexes.size() > limits::vector_indexes_max) {
    return invalid_values(
        fmt::format("VectorIndex count exceeds the per-table limit of {}", limits::vector_indexes_max));
  }
  return std::move(so_far.vector_indexes);
}

result<vector_index_descriptor> make_added_vector_index(const vector_index_parameters& p,
                                                        const std::vector<attribute_definition>& definitions,
                                                        const table_descriptor& table) {
  if (table.provisioned) return only_on_demand();
  const vector_index_descriptor* const known = table.find_vector_index(p.name);
  if (known != nullptr && known->filling) {
    return fail(errc::resource_in_use,
                fmt::format("Attempt to change a resource which is still in use: Index is being created.  Table: {} "
                            "Index: {}",
                            table.name, p.name));
  }
  if (known != nullptr || table.find_index(p.name) != nullptr) {
    return fail(errc::validation, "Attempting to create an index which already exists");
  }
  auto made = vector_index_maker(definitions, table).make(p);
  if (!made) return made;
  if (table.vector_indexes.size() >= limits::vector_indexes_max) {
    return fail(
        errc::limit_exceeded,
        fmt::format("Subscriber limit exceeded: Number of vector secondary indexes exceeds per-table limit of {}",
                    limits::vector_indexes_max));
  }
  return made;
}

}  // namespace dynamo::engine
