#pragma once

#include "common_parameters.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::engine {

/// The parameters of SearchVectors.
struct search_parameters {
  std::string table;
  std::string index;
  std::vector<float> vector;  ///< finite
  std::size_t top_k = 0;
  expression_parameters expressions;
  capacity_report capacity = capacity_report::none;
};

/// Reads the request, and checks it as far as that goes without its table: it is looked up last. Errors in DynamoDB's words: serialization,
/// validation.
result<search_parameters> read_search_vectors(const request&);

/// Which rows of an index a search wants: canonical values.
struct search_filter {
  std::optional<std::string> hash;                  ///< given if the index has a HASH attribute
  std::vector<std::optional<std::string>> filters;  ///< in the index's order; empty: any value, or none
};

/// Checks the search against its index. Errors in DynamoDB's words where they are known: validation.
result<search_filter> to_search_filter(const search_parameters&, const vector_index_descriptor&);

}  // namespace dynamo::engine
