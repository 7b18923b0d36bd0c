#pragma once

#include <dynamo/json/buffer.hpp>
#include <engine/parameters/batch_write_parameters.hpp>
#include <engine/rows/capacity.hpp>

#include <set>
#include <string>
#include <vector>

namespace dynamo::engine {

/// What came of a BatchWriteItem.
struct batch_write_outcome {
  const std::vector<bool>& unprocessed;            ///< by request
  const std::vector<consumed_capacity>& consumed;  ///< by table
  std::vector<std::set<std::string>>
      item_collections;  ///< by table: canonical, of what was written; empty if they were not asked for
};

json::buffer batch_write_response(const batch_write_parameters&, const batch_write_outcome&);

}  // namespace dynamo::engine
