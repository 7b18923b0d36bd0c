#include "capacity_rules.hpp"
#include "table_parameters.hpp"

#include <dynamo/value/limits.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace dynamo::engine {
namespace {

std::unexpected<error> invalid(std::string_view what) {
  return fail(errc::validation, fmt::format("One or more parameter values were invalid: {}", what));
}

/// The rules that one index's elements have to meet together.
class index_maker {
 public:
  index_maker(const std::vector<attribute_definition>& definitions, const table_descriptor& table)
      : definitions_(definitions), table_(table) {}

  result<std::vector<index_descriptor>> make(const table_parameters& p) {
    if (p.local) {
      if (p.local->empty()) return invalid("List of LocalSecondaryIndexes is empty");
      if (table_.key.sort.empty()) {
        return invalid(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex");
      }
      if (auto added = add_all(*p.local, false); !added) return std::unexpected(added.error());
      if (p.local->size() > limits::local_indexes_max) {
        return invalid(
            fmt::format("Number of LocalSecondaryIndexes exceeds per-table limit of {}", limits::local_indexes_max));
      }
    }
    if (p.global) {
      if (p.global->empty()) return invalid("List of GlobalSecondaryIndexes is empty");
      if (auto added = add_all(*p.global, true); !added) return std::unexpected(added.error());
      if (p.global->size() > limits::global_indexes_max) {
        return too_many_global_indexes();
      }
    }
    if (!p.local && !p.global && !p.vectors) return std::move(made_);  // make_key_schema() has counted the definitions
    if (auto valid = check_definitions_used(p); !valid) return std::unexpected(valid.error());
    return std::move(made_);
  }

  result<index_descriptor> make_added(const index_parameters& p) {
    std::size_t global = 1;
    for (const index_descriptor& index : table_.indexes) {
      names_.insert(index.name);
      projected_ += index.non_key_attributes.size();
      global += index.global ? 1 : 0;
    }
    if (auto valid = check_definitions(); !valid) return std::unexpected(valid.error());
    if (auto added = add_all({p}, true); !added) return std::unexpected(added.error());
    if (global > limits::global_indexes_max) return too_many_global_indexes();
    return std::move(made_.front());
  }

 private:
  static std::unexpected<error> too_many_global_indexes() {
    return invalid(
        fmt::format("GlobalSecondaryIndex count exceeds the per-table limit of {}", limits::global_indexes_max));
  }

  // Definitions that no key needs are let by, as they are where tools send all that they know of. No recorded answer has these words.
  result<void> check_definitions() const {
    std::set<std::string_view> defined;
    for (const attribute_definition& one : definitions_) {
      if (!defined.insert(one.name).second) {
        return fail(errc::validation, "Cannot have two attributes with the same name");
      }
      if (auto valid = check_type(one, table_.key); !valid) return valid;
      for (const index_descriptor& index : table_.indexes) {
        if (auto valid = check_type(one, index.key); !valid) return valid;
      }
    }
    return {};
  }
  static result<void> check_type(const attribute_definition& one, const key_schema& key) {
    for (const auto* part : {&key.partition, &key.sort}) {
      const auto used = std::ranges::find(*part, one.name, &key_attribute::name);
      if (used == part->end() || used->type == one.type) continue;
      return invalid(fmt::format("Attribute {} is defined as {}, and is a key attribute of type {}", one.name,
                                 to_string(one.type), to_string(used->type)));
    }
    return {};
  }

  result<void> add_all(const std::vector<index_parameters>& list, bool global) {
    for (const index_parameters& p : list) {
      index_descriptor index;
      index.name = p.name;
      index.global = global;
      auto key = global ? make_global_key(p.key) : make_local_key(p);
      if (!key) return std::unexpected(key.error());
      index.key = *std::move(key);
      if (auto set = add_projection(p, index); !set) return set;
      if (global) {
        if (auto set = set_throughput(p, index); !set) return set;
      }
      if (!names_.insert(index.name).second) return invalid("Duplicate index name: " + index.name);
      made_.push_back(std::move(index));
    }
    return {};
  }

  result<key_schema> make_local_key(const index_parameters& p) {
    auto key = make_key(p.key, definitions_);
    if (!key) return key;
    if (key->sort.empty()) return invalid("Index KeySchema does not have a range key for index: " + p.name);
    if (key->partition != table_.key.partition) {
      return invalid(
          fmt::format("Index KeySchema does not have the same leading hash key as table KeySchema for index: {}. index "
                      "hash key: {}, table hash key: {}",
                      p.name, key->partition.front().name, table_.partition_key().name));
    }
    return key;
  }

  result<key_schema> make_global_key(const std::vector<key_element>& elements) {
    if (elements.size() <= 2 && (elements.size() == 1 || elements[1].role == key_role::range)) {
      return make_key(elements, definitions_);
    }
    if (elements[0].role != key_role::hash) {
      return fail(errc::validation, "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    }
    if (!std::ranges::is_partitioned(
            elements, [](key_role role) { return role == key_role::hash; }, &key_element::role)) {
      return invalid("All HASH key attributes must precede RANGE key attributes in the KeySchema");
    }
    for (const key_role role : {key_role::hash, key_role::range}) {
      const auto count = std::ranges::count(elements, role, &key_element::role);
      if (static_cast<std::size_t>(count) > limits::index_key_attributes_max) {
        return invalid(fmt::format("The KeySchema exceeds the maximum allowed number of {} key attributes",
                                   role == key_role::hash ? "HASH" : "RANGE"));
      }
    }
    std::set<std::string_view> seen;
    for (const key_element& element : elements) {
      if (!seen.insert(element.name).second) {
        return fail(errc::validation, "The KeySchema contains multiple key attributes with the same name");
      }
    }
    return typed_key(elements, definitions_);
  }

  result<void> add_projection(const index_parameters& p, index_descriptor& index) {
    if (auto set = set_projection(p.projection, index.projection, index.non_key_attributes); !set) return set;
    projected_ += index.non_key_attributes.size();
    if (projected_ > limits::projected_attributes_max) {
      return invalid(
          fmt::format("The number of attributes projected into all indexes exceeds the per-table limit of {}",
                      limits::projected_attributes_max));
    }
    return {};
  }

  result<void> set_throughput(const index_parameters& p, index_descriptor& index) {
    if (!table_.provisioned && p.throughput) {
      return invalid(
          fmt::format("ProvisionedThroughput should not be specified for index: {} when BillingMode is PAY_PER_REQUEST",
                      index.name));
    }
    if (table_.provisioned && !p.throughput) {
      return invalid("ProvisionedThroughput is not specified for index: " + index.name);
    }
    if (p.throughput) {
      if (auto valid = check_units(*p.throughput, index.name); !valid) return valid;
    }
    const auto units = p.throughput ? std::optional(to_units(*p.throughput)) : std::nullopt;
    if (units) {
      index.read_units = units->read;
      index.write_units = units->write;
    }
    const capacity_rules rules(index.name, units);
    if (p.on_demand) {
      if (auto set = rules.set_on_demand(*p.on_demand, index.capacity); !set) return set;
    }
    return p.warm ? rules.set_warm(*p.warm, index.capacity) : result<void>();
  }

  result<void> check_definitions_used(const table_parameters& p) const {
    std::set<std::string> defined;
    for (const attribute_definition& one : definitions_) defined.insert(one.name);
    std::set<std::string> used;
    const auto add = [&](const key_schema& key) {
      for (const auto* part : {&key.partition, &key.sort}) {
        for (const key_attribute& attribute : *part) used.insert(attribute.name);
      }
    };
    add(table_.key);
    for (const index_descriptor& index : made_) add(index.key);
    for (std::size_t i = 0; p.vectors && i < p.vectors->size(); ++i) {
      const vector_index_parameters& one = (*p.vectors)[i];
      // A vector is no key, and has words of its own for a definition: make_vector_indexes().
      if (defined.contains(one.attribute.name)) used.insert(one.attribute.name);
      for (std::size_t j = 0; one.schema && j < one.schema->size(); ++j) {
        if (defined.contains((*one.schema)[j].name)) used.insert((*one.schema)[j].name);
      }
    }
    if (used == defined) return {};
    return invalid(fmt::format("Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: [{}]",
                               fmt::join(defined, ", "), fmt::join(used, ", ")));
  }

  const std::vector<attribute_definition>& definitions_;
  const table_descriptor& table_;
  std::vector<index_descriptor> made_;
  std::set<std::string> names_;
  std::size_t projected_ = 0;
};

}  // namespace

result<void> set_projection(const projection_parameters& p, projection_kind& projection,
                            std::vector<std::string>& names) {
  if (!p.kind) return invalid("Unknown ProjectionType: null");
  projection = *p.kind;
  if (!p.non_key_attributes) {
    if (projection != projection_kind::include) return {};
    return invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  }
  if (projection != projection_kind::include) {
    return invalid(fmt::format("ProjectionType is {}, but NonKeyAttributes is specified", to_string(projection)));
  }
  names = *p.non_key_attributes;
  std::set<std::string_view> seen;
  for (const std::string& name : names) {
    if (!seen.insert(name).second) return invalid("Duplicate element in NonKeyAttributes: " + name);
  }
  return {};
}

result<std::vector<index_descriptor>> make_indexes(const table_parameters& p, const table_descriptor& table) {
  return index_maker(p.definitions, table).make(p);
}

result<index_descriptor> make_added_index(const index_parameters& p,
                                          const std::vector<attribute_definition>& definitions,
                                          const table_descriptor& table) {
  return index_maker(definitions, table).make_added(p);
}

}  // namespace dynamo::engine
