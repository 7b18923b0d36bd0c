#pragma once

#include "capacity.hpp"
#include "write_parameters.hpp"

#include <dynamo/json/buffer.hpp>

#include <string_view>

namespace dynamo::engine {

/// The reply of a write: what ReturnValues and ReturnConsumedCapacity ask for. Images are canonical, empty where there is no item.
json::buffer write_response(const write_parameters&, std::string_view old_item, std::string_view new_item,
                            const consumed_capacity&);

}  // namespace dynamo::engine
