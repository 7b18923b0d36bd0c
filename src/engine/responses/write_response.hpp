#pragma once

#include <dynamo/json/buffer.hpp>
#include <engine/parameters/write_parameters.hpp>
#include <engine/rows/capacity.hpp>

#include <string_view>

namespace dynamo::engine {

/// What came of a write. Images are canonical, empty where there is no item.
struct write_outcome {
  std::string_view old_item;
  std::string_view new_item;
  const consumed_capacity& consumed;
  json::buffer item_collection;  ///< canonical, empty where nothing is to be told
};

/// Appends the image that ReturnValues asks for; false, with `out` as it was, if there is none.
bool write_image(json::buffer& out, const write_parameters&, const write_outcome&);

/// The response of a write: what ReturnValues, ReturnConsumedCapacity and ReturnItemCollectionMetrics ask for.
json::buffer write_response(const write_parameters&, const write_outcome&);

}  // namespace dynamo::engine
