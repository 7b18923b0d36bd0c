#include "index_parameters.hpp"

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

void read_projection(parameter_reader& in, index_parameters& index) {
  index.projection_given = true;
  in.members([&](std::string_view name) {
    if (name == "ProjectionType") {
      index.projection = in.string();
    } else if (name == "NonKeyAttributes") {
      if (in.null()) return;
      std::vector<std::string>& attributes = index.non_key_attributes.emplace();
      json::cursor& at = in.cursor();
      at.begin_array();
      while (in.ok() && at.next_element()) attributes.push_back(in.string().value_or(""));
    } else {
      in.cursor().skip();
    }
  });
}

index_parameters read_index_member(parameter_reader& in) {
  index_parameters index;
  in.members([&](std::string_view name) {
    if (name == "IndexName") {
      index.name = in.string();
    } else if (name == "KeySchema") {
      if (!in.null()) index.key = read_pairs(in, "AttributeName", "KeyType");
    } else if (name == "Projection") {
      if (!in.null()) read_projection(in, index);
    } else if (name == "ProvisionedThroughput") {
      if (!in.null()) index.throughput = read_throughput(in);
    } else if (name == "OnDemandThroughput" || name == "WarmThroughput") {
      refuse_until_later(std::string(name), in);
    } else {
      in.cursor().skip();
    }
  });
  return index;
}

void check_name(const std::optional<std::string>& name, const std::string& parameter, violations& found) {
  if (!name) return found.add_null(parameter);
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  };
  if (!std::all_of(name->begin(), name->end(), allowed)) {
    found.add(parameter, *name, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  }
  if (name->size() < limits::index_name_size_min) {
    found.add(parameter, *name,
              fmt::format("Member must have length greater than or equal to {}", limits::index_name_size_min));
  }
  if (name->size() > limits::index_name_size_max) {
    found.add(parameter, *name,
              fmt::format("Member must have length less than or equal to {}", limits::index_name_size_max));
  }
}

void check_key(const index_parameters& index, const std::string& parameter, bool global, violations& found) {
  if (!index.key) return found.add_null(parameter);
  if (index.key->empty()) found.add(parameter, "[]", "Member must have length greater than or equal to 1");
  if (!global && index.key->size() > 2) {
    found.add(parameter, fmt::format("[{} elements]", index.key->size()),
              "Member must have length less than or equal to 2");
  }
  for (std::size_t i = 0; i < index.key->size(); ++i) {
    const std::string& role = (*index.key)[i].second;
    if (role == "HASH" || role == "RANGE") continue;
    found.add(fmt::format("{}.{}.member.keyType", parameter, i + 1), role,
              "Member must satisfy enum value set: [HASH, RANGE]");
  }
}

void check_projection(const index_parameters& index, const std::string& parameter, violations& found) {
  if (!index.projection_given) return found.add_null(parameter);
  if (index.projection && !projection_kind_from(*index.projection)) {
    found.add(parameter + ".projectionType", *index.projection,
              "Member must satisfy enum value set: [ALL, INCLUDE, KEYS_ONLY]");
  }
  if (!index.non_key_attributes) return;
  const std::size_t count = index.non_key_attributes->size();
  if (count == 0) {
    found.add(parameter + ".nonKeyAttributes", "[]", "Member must have length greater than or equal to 1");
  }
  if (count > limits::non_key_attributes_max) {
    found.add(parameter + ".nonKeyAttributes", fmt::format("[{} elements]", count),
              fmt::format("Member must have length less than or equal to {}", limits::non_key_attributes_max));
  }
}

/// The rules that one index's elements have to meet together.
class index_maker {
 public:
  index_maker(const table_parameters& p, const table_descriptor& table) : p_(p), table_(table) {}

  result<std::vector<index_descriptor>> make() {
    if (p_.local) {
      if (p_.local->empty()) return invalid("List of LocalSecondaryIndexes is empty");
      if (table_.key.sort.empty()) {
        return invalid(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex");
      }
      if (auto added = add_all(*p_.local, false); !added) return std::unexpected(added.error());
      if (p_.local->size() > limits::local_indexes_max) {
        return invalid(
            fmt::format("Number of LocalSecondaryIndexes exceeds per-table limit of {}", limits::local_indexes_max));
      }
    }
    if (p_.global) {
      if (p_.global->empty()) return invalid("List of GlobalSecondaryIndexes is empty");
      if (auto added = add_all(*p_.global, true); !added) return std::unexpected(added.error());
      if (p_.global->size() > limits::global_indexes_max) {
        return invalid(
            fmt::format("GlobalSecondaryIndex count exceeds the per-table limit of {}", limits::global_indexes_max));
      }
    }
    if (auto valid = check_definitions_used(); !valid) return std::unexpected(valid.error());
    return std::move(made_);
  }

 private:
  result<void> add_all(const std::vector<index_parameters>& list, bool global) {
    for (const index_parameters& p : list) {
      index_descriptor index;
      index.name = *p.name;
      index.global = global;
      auto key = global ? make_global_key(*p.key) : make_local_key(p);
      if (!key) return std::unexpected(key.error());
      index.key = *std::move(key);
      if (auto set = set_projection(p, index); !set) return set;
      if (global) {
        if (auto set = set_throughput(p, index); !set) return set;
      }
      if (!names_.insert(index.name).second) return invalid("Duplicate index name: " + index.name);
      made_.push_back(std::move(index));
    }
    return {};
  }

  result<key_schema> make_local_key(const index_parameters& p) {
    auto key = make_key(*p.key, p_.definitions);
    if (!key) return key;
    if (key->sort.empty()) return invalid("Index KeySchema does not have a range key for index: " + *p.name);
    if (key->partition != table_.key.partition) {
      return invalid(
          fmt::format("Index KeySchema does not have the same leading hash key as table KeySchema for index: {}. index "
                      "hash key: {}, table hash key: {}",
                      *p.name, key->partition.front().name, table_.partition_key().name));
    }
    return key;
  }

  result<key_schema> make_global_key(const std::vector<std::pair<std::string, std::string>>& elements) {
    if (elements.size() <= 2 && (elements.size() == 1 || elements[1].second == "RANGE")) {
      return make_key(elements, p_.definitions);
    }
    if (elements[0].second != "HASH") {
      return fail(errc::validation, "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    }
    if (!std::is_partitioned(elements.begin(), elements.end(), [](const auto& e) { return e.second == "HASH"; })) {
      return invalid("All HASH key attributes must precede RANGE key attributes in the KeySchema");
    }
    for (const std::string_view role : {"HASH", "RANGE"}) {
      const auto count =
          std::count_if(elements.begin(), elements.end(), [&](const auto& element) { return element.second == role; });
      if (static_cast<std::size_t>(count) > limits::index_key_attributes_max) {
        return invalid(fmt::format("The KeySchema exceeds the maximum allowed number of {} key attributes", role));
      }
    }
    std::set<std::string_view> seen;
    for (const auto& [name, role] : elements) {
      if (!seen.insert(name).second) {
        return fail(errc::validation, "The KeySchema contains multiple key attributes with the same name");
      }
    }
    return typed_key(elements, p_.definitions);
  }

  result<void> set_projection(const index_parameters& p, index_descriptor& index) {
    if (!p.projection) return invalid("Unknown ProjectionType: null");
    index.projection = *projection_kind_from(*p.projection);
    if (!p.non_key_attributes) {
      if (index.projection != projection_kind::include) return {};
      return invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
    }
    if (index.projection != projection_kind::include) {
      return invalid(fmt::format("ProjectionType is {}, but NonKeyAttributes is specified", *p.projection));
    }
    index.non_key_attributes = *p.non_key_attributes;
    std::set<std::string_view> seen;
    for (const std::string& name : index.non_key_attributes) {
      if (!seen.insert(name).second) return invalid("Duplicate element in NonKeyAttributes: " + name);
    }
    projected_ += index.non_key_attributes.size();
    if (projected_ > limits::projected_attributes_max) {
      return invalid(
          fmt::format("The number of attributes projected into all indexes exceeds the per-table limit of {}",
                      limits::projected_attributes_max));
    }
    return {};
  }

  result<void> set_throughput(const index_parameters& p, index_descriptor& index) {
    if (!table_.provisioned) {
      if (!p.throughput) return {};
      return invalid(
          fmt::format("ProvisionedThroughput should not be specified for index: {} when BillingMode is PAY_PER_REQUEST",
                      index.name));
    }
    if (!p.throughput) return invalid("ProvisionedThroughput is not specified for index: " + index.name);
    index.read_units = static_cast<std::uint64_t>(p.throughput->read_units);
    index.write_units = static_cast<std::uint64_t>(p.throughput->write_units);
    return {};
  }

  result<void> check_definitions_used() const {
    if (!p_.local && !p_.global) return {};  // make_key_schema() has counted them
    std::set<std::string> defined;
    for (const auto& [name, type] : p_.definitions) defined.insert(name);
    std::set<std::string> used;
    const auto add = [&](const key_schema& key) {
      for (const auto* part : {&key.partition, &key.sort}) {
        for (const key_attribute& attribute : *part) used.insert(attribute.name);
      }
    };
    add(table_.key);
    for (const index_descriptor& index : made_) add(index.key);
    if (used == defined) return {};
    return invalid(fmt::format("Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: [{}]",
                               fmt::join(defined, ", "), fmt::join(used, ", ")));
  }

  const table_parameters& p_;
  const table_descriptor& table_;
  std::vector<index_descriptor> made_;
  std::set<std::string> names_;
  std::size_t projected_ = 0;
};

}  // namespace

std::vector<std::pair<std::string, std::string>> read_pairs(parameter_reader& in, std::string_view first,
                                                            std::string_view second) {
  std::vector<std::pair<std::string, std::string>> pairs;
  json::cursor& at = in.cursor();
  at.begin_array();
  while (in.ok() && at.next_element()) {
    auto& pair = pairs.emplace_back();
    in.members([&](std::string_view name) {
      if (name == first) {
        pair.first = in.string().value_or("");
      } else if (name == second) {
        pair.second = in.string().value_or("");
      } else {
        at.skip();
      }
    });
  }
  return pairs;
}

throughput_parameters read_throughput(parameter_reader& in) {
  throughput_parameters p;
  in.members([&](std::string_view name) {
    if (name == "ReadCapacityUnits") {
      p.read_units = in.integer().value_or(0);
    } else if (name == "WriteCapacityUnits") {
      p.write_units = in.integer().value_or(0);
    } else {
      in.cursor().skip();
    }
  });
  return p;
}

std::vector<index_parameters> read_index_parameters(parameter_reader& in) {
  std::vector<index_parameters> list;
  json::cursor& at = in.cursor();
  at.begin_array();
  while (in.ok() && at.next_element()) list.push_back(read_index_member(in));
  return list;
}

void refuse_until_later(std::string_view member, parameter_reader& in) {
  if (in.null()) return;
  const std::string_view given = in.cursor().skip();
  if (given == "[]" || given == "{}") return;
  in.refuse(error(errc::not_supported, fmt::format("{} is not supported by the embedded engine yet", member)));
}

void check_index_parameters(const std::vector<index_parameters>& indexes, std::string_view list, violations& found) {
  const bool global = list == "globalSecondaryIndexes";
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    const index_parameters& index = indexes[i];
    const std::string member = fmt::format("{}.{}.member.", list, i + 1);
    check_name(index.name, member + "indexName", found);
    check_key(index, member + "keySchema", global, found);
    check_projection(index, member + "projection", found);
    if (!global || !index.throughput) continue;
    const auto at_least_one = [&](std::string_view name, std::int64_t units) {
      if (units >= 1) return;
      found.add(member + "provisionedThroughput." + std::string(name), std::to_string(units),
                "Member must have value greater than or equal to 1");
    };
    at_least_one("readCapacityUnits", index.throughput->read_units);
    at_least_one("writeCapacityUnits", index.throughput->write_units);
  }
}

result<std::vector<index_descriptor>> make_indexes(const table_parameters& p, const table_descriptor& table) {
  return index_maker(p, table).make();
}

}  // namespace dynamo::engine
