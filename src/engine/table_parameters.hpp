#pragma once

#include "parameters.hpp"
#include "table_descriptor.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::engine {

struct stream_specification {
  std::optional<bool> enabled;
  std::optional<std::string> view;
};

/// The parameters of CreateTable and UpdateTable.
struct table_parameters {
  std::optional<std::string> name;
  std::vector<std::pair<std::string, std::string>> definitions;  ///< attribute name, type letter
  bool definitions_given = false;
  std::vector<std::pair<std::string, std::string>> key;  ///< attribute name, HASH or RANGE
  bool key_given = false;
  std::optional<std::string> billing_mode;
  bool throughput_given = false;
  std::int64_t read_units = 0;
  std::int64_t write_units = 0;
  std::optional<stream_specification> stream;
  std::optional<bool> deletion_protection;
};

/// Reads them; what is wrong with single ones is added to `found`. Indexes and whatever else belongs to a later version are
/// errc::not_supported.
result<table_parameters> read_table_parameters(const request&, violations& found);

/// The rules of CreateTable for what it must be given.
void check_definitions(const table_parameters&, violations& found);
/// A stream is enabled with a view type, disabled without one.
result<void> check_stream(const stream_specification&);
/// The key that definitions and key schema make together. Errors in DynamoDB's words.
result<key_schema> make_key_schema(const table_parameters&);
/// Sets billing mode and throughput of a table.
result<void> apply_billing(const table_parameters&, table_descriptor&);

}  // namespace dynamo::engine
