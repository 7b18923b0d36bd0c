#pragma once

#include "operation.hpp"
#include "vector_indexes.hpp"

#include <dynamo/protocol/endpoint.hpp>

#include <optional>
#include <string>
#include <vector>

namespace dynamo::model {

/// A SearchVectors request; values are canonical.
struct vector_query {
  const vector_index_shape* index = nullptr;
  std::string vector;  ///< as SearchVector has it
  std::optional<std::string> hash, filter;
  int top_k = 1;
  std::string projection;  ///< an expression; empty: none
};

/// The search that an operation stands for. Some have a vector of another length, or do not say which HASH value they want.
vector_query search_of(const operation&);
std::string search_text(const vector_query&);
bool is_refused(const vector_query&);

/// What a search finds among items, given in the order of Scan: a line for each result, by a brute force.
std::vector<std::string> nearest(const vector_query&, const std::vector<std::string>& items);
/// The same lines of a response.
std::vector<std::string> search_results(const std::string& response);

/// Says where these indexes of a table hold something else than its items imply; up to 100 items.
std::optional<std::string> compare_vector_indexes(endpoint&, vector_index_set, const std::vector<std::string>& items);

}  // namespace dynamo::model
