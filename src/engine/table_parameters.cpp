#include "table_parameters.hpp"

#include <dynamo/value/limits.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

namespace dynamo::engine {
namespace {

// A list of structures of two strings: the two are read whatever their order.
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

stream_specification read_stream_specification(parameter_reader& in) {
  stream_specification stream;
  in.members([&](std::string_view name) {
    if (name == "StreamEnabled") {
      stream.enabled = in.boolean();
    } else if (name == "StreamViewType") {
      stream.view = in.string();
    } else {
      in.cursor().skip();
    }
  });
  return stream;
}

void read_throughput(parameter_reader& in, table_parameters& p) {
  p.throughput_given = true;
  in.members([&](std::string_view name) {
    if (name == "ReadCapacityUnits") {
      p.read_units = in.integer().value_or(0);
    } else if (name == "WriteCapacityUnits") {
      p.write_units = in.integer().value_or(0);
    } else {
      in.cursor().skip();
    }
  });
}

// What belongs to a later version is refused by name, unless it is given empty.
void refuse_until_later(std::string_view member, parameter_reader& in) {
  if (in.null()) return;
  const std::string_view given = in.cursor().skip();
  if (given == "[]" || given == "{}") return;
  in.refuse(error(errc::not_supported, fmt::format("{} is not supported by the embedded engine yet", member)));
}

}  // namespace

result<table_parameters> read_table_parameters(const request& r, violations& found) {
  table_parameters p;
  const auto read = read_members(r, [&](std::string_view name, parameter_reader& in) {
    if (name == "TableName") {
      p.name = in.string();
    } else if (name == "AttributeDefinitions") {
      if (in.null()) return;
      p.definitions_given = true;
      p.definitions = read_pairs(in, "AttributeName", "AttributeType");
    } else if (name == "KeySchema") {
      if (in.null()) return;
      p.key_given = true;
      p.key = read_pairs(in, "AttributeName", "KeyType");
    } else if (name == "BillingMode") {
      p.billing_mode = in.string();
    } else if (name == "ProvisionedThroughput") {
      if (!in.null()) read_throughput(in, p);
    } else if (name == "StreamSpecification") {
      if (!in.null()) p.stream = read_stream_specification(in);
    } else if (name == "DeletionProtectionEnabled") {
      p.deletion_protection = in.boolean();
    } else if (name == "GlobalSecondaryIndexes" || name == "LocalSecondaryIndexes" ||
               name == "GlobalSecondaryIndexUpdates" || name == "ReplicaUpdates" || name == "MultiRegionConsistency" ||
               name == "OnDemandThroughput" || name == "WarmThroughput" || name == "ResourcePolicy" || name == "Tags" ||
               name == "TableClass" || name == "SSESpecification") {
      refuse_until_later(std::string(name), in);
    } else {
      in.cursor().skip();
    }
  });
  if (!read) return std::unexpected(read.error());
  check_table_name(p.name, found);
  if (p.billing_mode && *p.billing_mode != "PROVISIONED" && *p.billing_mode != "PAY_PER_REQUEST") {
    found.add("billingMode", *p.billing_mode, "Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]");
  }
  if (p.stream && !p.stream->enabled) found.add_null("streamSpecification.streamEnabled");
  if (p.stream && p.stream->view && !view_type_from(*p.stream->view)) {
    found.add("streamSpecification.streamViewType", *p.stream->view,
              "Member must satisfy enum value set: [NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY]");
  }
  return p;
}

result<void> check_stream(const stream_specification& stream) {
  if (*stream.enabled && !stream.view) {
    return fail(
        errc::validation,
        "One or more parameter values were invalid: StreamViewType must be specified when StreamEnabled is true");
  }
  if (!*stream.enabled && stream.view) {
    return fail(
        errc::validation,
        "One or more parameter values were invalid: StreamViewType must not be specified when StreamEnabled is false");
  }
  return {};
}

void check_definitions(const table_parameters& p, violations& found) {
  if (!p.definitions_given) found.add_null("attributeDefinitions");
  for (std::size_t i = 0; i < p.definitions.size(); ++i) {
    const std::string& type = p.definitions[i].second;
    if (type != "S" && type != "N" && type != "B") {
      found.add(fmt::format("attributeDefinitions.{}.member.attributeType", i + 1), type,
                "Member must satisfy enum value set: [B, N, S]");
    }
    if (p.definitions[i].first.empty() || p.definitions[i].first.size() > limits::key_name_size_max) {
      found.add(fmt::format("attributeDefinitions.{}.member.attributeName", i + 1), p.definitions[i].first,
                fmt::format("Member must have length between 1 and {}", limits::key_name_size_max));
    }
  }
  if (!p.key_given) {
    found.add_null("keySchema");
  } else if (p.key.empty()) {
    found.add("keySchema", "[]", "Member must have length greater than or equal to 1");
  } else if (p.key.size() > 2) {
    found.add("keySchema", fmt::format("[{} elements]", p.key.size()),
              "Member must have length less than or equal to 2");
  }
  for (std::size_t i = 0; i < p.key.size(); ++i) {
    if (p.key[i].second != "HASH" && p.key[i].second != "RANGE") {
      found.add(fmt::format("keySchema.{}.member.keyType", i + 1), p.key[i].second,
                "Member must satisfy enum value set: [HASH, RANGE]");
    }
  }
}

result<key_schema> make_key_schema(const table_parameters& p) {
  std::map<std::string, std::string> types;
  for (const auto& [name, type] : p.definitions) {
    if (!types.emplace(name, type).second) {
      return fail(errc::validation, "Cannot have two attributes with the same name");
    }
  }
  if (p.key[0].second != "HASH") {
    return fail(errc::validation, "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  if (p.key.size() == 2 && p.key[1].second != "RANGE") {
    return fail(errc::validation, "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  if (p.key.size() == 2 && p.key[0].first == p.key[1].first) {
    return fail(errc::validation, "Both the Hash Key and the Range Key element in the KeySchema have the same name");
  }
  key_schema schema;
  std::vector<std::string> key_names;
  for (const auto& [name, role] : p.key) {
    const auto type = types.find(name);
    if (type == types.end()) {
      std::vector<std::string> defined;
      for (const auto& [n, t] : types) defined.push_back(n);
      for (const auto& [n, r] : p.key) key_names.push_back(n);
      return fail(errc::validation,
                  fmt::format("One or more parameter values were invalid: Some index key attributes are not defined in "
                              "AttributeDefinitions. Keys: [{}], AttributeDefinitions: [{}]",
                              fmt::join(key_names, ", "), fmt::join(defined, ", ")));
    }
    auto& part = role == "HASH" ? schema.partition : schema.sort;
    part.push_back({name, *attribute_type_from(type->second)});
  }
  if (types.size() != p.key.size()) {
    return fail(
        errc::validation,
        "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of "
        "attributes defined in AttributeDefinitions");
  }
  return schema;
}

result<void> apply_billing(const table_parameters& p, table_descriptor& table) {
  table.provisioned = p.billing_mode ? *p.billing_mode == "PROVISIONED" : p.throughput_given || table.provisioned;
  if (!table.provisioned && p.throughput_given) {
    return fail(
        errc::validation,
        "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified "
        "when BillingMode is PAY_PER_REQUEST");
  }
  if (!table.provisioned) {
    table.read_units = table.write_units = 0;
    return {};
  }
  if (!p.throughput_given && table.read_units == 0) {
    return fail(errc::validation,
                "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be "
                "specified when "
                "BillingMode is PROVISIONED");
  }
  if (p.throughput_given) {
    if (p.read_units < 1 || p.write_units < 1) {
      return fail(errc::validation,
                  "1 validation error detected: Value at 'provisionedThroughput' failed to satisfy constraint: Member "
                  "must have "
                  "value greater than or equal to 1");
    }
    table.read_units = static_cast<std::uint64_t>(p.read_units);
    table.write_units = static_cast<std::uint64_t>(p.write_units);
  }
  return {};
}

}  // namespace dynamo::engine
