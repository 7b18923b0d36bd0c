#include "table_parameters.hpp"

#include <dynamo/value/limits.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace dynamo::engine {
namespace {

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
      if (!in.null()) p.throughput = read_throughput(in);
    } else if (name == "StreamSpecification") {
      if (!in.null()) p.stream = read_stream_specification(in);
    } else if (name == "DeletionProtectionEnabled") {
      p.deletion_protection = in.boolean();
    } else if (name == "GlobalSecondaryIndexes") {
      if (!in.null()) p.global = read_index_parameters(in);
    } else if (name == "LocalSecondaryIndexes") {
      if (!in.null()) p.local = read_index_parameters(in);
    } else if (name == "GlobalSecondaryIndexUpdates" || name == "ReplicaUpdates" || name == "MultiRegionConsistency" ||
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
  if (p.global) check_index_parameters(*p.global, "globalSecondaryIndexes", found);
  if (p.local) check_index_parameters(*p.local, "localSecondaryIndexes", found);
}

result<key_schema> typed_key(const attribute_pairs& elements, const attribute_pairs& definitions) {
  const auto names_in = [](const attribute_pairs& pairs) {
    std::vector<std::string_view> names;
    for (const auto& [name, second] : pairs) names.emplace_back(name);
    return names;
  };
  key_schema schema;
  for (const auto& [name, role] : elements) {
    const auto definition =
        std::find_if(definitions.begin(), definitions.end(), [&](const auto& d) { return d.first == name; });
    if (definition == definitions.end()) {
      auto defined = names_in(definitions);
      std::sort(defined.begin(), defined.end());
      return fail(errc::validation,
                  fmt::format("One or more parameter values were invalid: Some index key attributes are not defined in "
                              "AttributeDefinitions. Keys: [{}], AttributeDefinitions: [{}]",
                              fmt::join(names_in(elements), ", "), fmt::join(defined, ", ")));
    }
    auto& part = role == "HASH" ? schema.partition : schema.sort;
    part.push_back({name, *attribute_type_from(definition->second)});
  }
  return schema;
}

result<key_schema> make_key(const attribute_pairs& elements, const attribute_pairs& definitions) {
  if (elements[0].second != "HASH") {
    return fail(errc::validation, "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  if (elements.size() == 2 && elements[1].second != "RANGE") {
    return fail(errc::validation, "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  if (elements.size() == 2 && elements[0].first == elements[1].first) {
    return fail(errc::validation, "Both the Hash Key and the Range Key element in the KeySchema have the same name");
  }
  return typed_key(elements, definitions);
}

result<key_schema> make_key_schema(const table_parameters& p) {
  std::set<std::string_view> defined;
  for (const auto& [name, type] : p.definitions) {
    if (!defined.insert(name).second) {
      return fail(errc::validation, "Cannot have two attributes with the same name");
    }
  }
  auto schema = make_key(p.key, p.definitions);
  if (!schema) return schema;
  if (!p.global && !p.local && defined.size() != p.key.size()) {
    return fail(
        errc::validation,
        "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of "
        "attributes defined in AttributeDefinitions");
  }
  return schema;
}

result<void> apply_billing(const table_parameters& p, table_descriptor& table) {
  table.provisioned = p.billing_mode ? *p.billing_mode == "PROVISIONED" : p.throughput.has_value() || table.provisioned;
  if (!table.provisioned && p.throughput) {
    return fail(
        errc::validation,
        "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified "
        "when BillingMode is PAY_PER_REQUEST");
  }
  if (!table.provisioned) {
    table.read_units = table.write_units = 0;
    return {};
  }
  if (!p.throughput && table.read_units == 0) {
    return fail(errc::validation,
                "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be "
                "specified when "
                "BillingMode is PROVISIONED");
  }
  if (p.throughput) {
    if (p.throughput->read_units < 1 || p.throughput->write_units < 1) {
      return fail(errc::validation,
                  "1 validation error detected: Value at 'provisionedThroughput' failed to satisfy constraint: Member "
                  "must have "
                  "value greater than or equal to 1");
    }
    table.read_units = static_cast<std::uint64_t>(p.throughput->read_units);
    table.write_units = static_cast<std::uint64_t>(p.throughput->write_units);
  }
  return {};
}

}  // namespace dynamo::engine
