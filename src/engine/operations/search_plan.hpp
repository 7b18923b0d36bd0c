#pragma once

#include "engine_core.hpp"
#include "long_read.hpp"

#include <dynamo/vector_search/distance.hpp>
#include <engine/parameters/search_parameters.hpp>
#include <engine/tables/table_entry.hpp>

#include <memory>
#include <string>

namespace dynamo::engine {

/// What a search reads, in the version of the table that it found.
struct search_plan {
  std::shared_ptr<const table_entry> table;
  const vector_index_descriptor* index;
  search_filter filter;
  std::string prefix;  ///< of the rows that it may find
  vector_search::distance by;
};

// Two ways to the same results: the exact nearest rows, with the same scores, in the same order.

/// Reads the rows that the search may find from the store.
std::unique_ptr<long_read> search_rows(const engine_core&, search_parameters, search_plan);
/// Searches the index in memory. Where it is not there the search fills it first; null where it cannot be.
std::unique_ptr<long_read> search_memory(const engine_core&, const search_parameters&, const search_plan&);

}  // namespace dynamo::engine
