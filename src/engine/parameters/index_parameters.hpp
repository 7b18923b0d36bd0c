#pragma once

#include "parameters.hpp"

#include <dynamo/base/result.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::engine {

struct table_parameters;

/// ProvisionedThroughput of a table or an index.
struct throughput_parameters {
  std::int64_t read_units = 0;
  std::int64_t write_units = 0;
};

/// One element of GlobalSecondaryIndexes or LocalSecondaryIndexes.
struct index_parameters {
  std::optional<std::string> name;
  std::optional<std::vector<std::pair<std::string, std::string>>> key;  ///< attribute name, HASH or RANGE
  bool projection_given = false;
  std::optional<std::string> projection;
  std::optional<std::vector<std::string>> non_key_attributes;
  std::optional<throughput_parameters> throughput;
};

/// Reads a list of structures of two strings, whatever the order of the two.
std::vector<std::pair<std::string, std::string>> read_pairs(parameter_reader&, std::string_view first,
                                                            std::string_view second);
throughput_parameters read_throughput(parameter_reader&);
std::vector<index_parameters> read_index_parameters(parameter_reader&);
/// What belongs to a later version is refused by name (errc::not_supported), unless it is given empty.
void refuse_until_later(std::string_view member, parameter_reader&);

/// What is wrong with single parameters of indexes; `list` is "globalSecondaryIndexes" or "localSecondaryIndexes".
void check_index_parameters(const std::vector<index_parameters>&, std::string_view list, violations& found);

/// The indexes that CreateTable describes, without ids; billing mode and key of the table are set. Errors in DynamoDB's words.
/// Refuses, too, definitions that no key uses.
result<std::vector<index_descriptor>> make_indexes(const table_parameters&, const table_descriptor&);

}  // namespace dynamo::engine
