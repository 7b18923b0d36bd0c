#pragma once

#include "index_parameters.hpp"
#include "parameters.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::engine {

/// Attribute names, each with its type letter or its role in a key.
using attribute_pairs = std::vector<std::pair<std::string, std::string>>;

struct stream_specification {
  std::optional<bool> enabled;
  std::optional<std::string> view;
};

/// The parameters of CreateTable and UpdateTable.
struct table_parameters {
  std::optional<std::string> name;
  attribute_pairs definitions;  ///< attribute name, type letter
  bool definitions_given = false;
  attribute_pairs key;  ///< attribute name, HASH or RANGE
  bool key_given = false;
  std::optional<std::string> billing_mode;
  std::optional<throughput_parameters> throughput;
  std::optional<std::vector<index_parameters>> global;
  std::optional<std::vector<index_parameters>> local;
  std::optional<stream_specification> stream;
  std::optional<bool> deletion_protection;
};

/// Reads them; what is wrong with single ones is added to `found`. What belongs to a later version is
/// errc::not_supported.
result<table_parameters> read_table_parameters(const request&, violations& found);

/// The rules of CreateTable for what it must be given.
void check_definitions(const table_parameters&, violations& found);
/// A stream is enabled with a view type, disabled without one.
result<void> check_stream(const stream_specification&);
/// The key that definitions and key schema of the table make together. Errors in DynamoDB's words.
result<key_schema> make_key_schema(const table_parameters&);
/// The same for any key of one HASH and at most one RANGE element; and without any rule but that its attributes are defined.
result<key_schema> make_key(const attribute_pairs& elements, const attribute_pairs& definitions);
result<key_schema> typed_key(const attribute_pairs& elements, const attribute_pairs& definitions);
/// Sets billing mode and throughput of a table.
result<void> apply_billing(const table_parameters&, table_descriptor&);

}  // namespace dynamo::engine
