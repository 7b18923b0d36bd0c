#pragma once

#include <dynamo/json/buffer.hpp>
#include <engine/parameters/write_parameters.hpp>
#include <engine/rows/capacity.hpp>

#include <string_view>

namespace dynamo::engine {

/// The reply of a write: what ReturnValues, ReturnConsumedCapacity and ReturnItemCollectionMetrics ask for. Images are canonical,
/// empty where there is no item; so is `item_collection` where nothing is to be told.
json::buffer write_response(const write_parameters&, std::string_view old_item, std::string_view new_item,
                            const consumed_capacity&, std::string_view item_collection);

}  // namespace dynamo::engine
