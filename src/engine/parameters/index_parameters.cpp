#include "index_parameters.hpp"

#include <dynamo/value/limits.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace dynamo::engine {
namespace {

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
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& name = (*index.non_key_attributes)[i];
    const std::string member = fmt::format("{}.nonKeyAttributes.{}.member", parameter, i + 1);
    if (name.empty()) found.add(member, name, "Member must have length greater than or equal to 1");
    if (name.size() > limits::key_name_size_max) {
      found.add(member, name,
                fmt::format("Member must have length less than or equal to {}", limits::key_name_size_max));
    }
  }
}

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

}  // namespace dynamo::engine
