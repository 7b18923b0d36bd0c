#pragma once

#include <dynamo/json/buffer.hpp>
#include <engine/parameters/parameters.hpp>
#include <engine/rows/capacity.hpp>

#include <string_view>

namespace dynamo::engine {

/// One object of ConsumedCapacity: `{"CapacityUnits":...,"TableName":...}`, with its parts if they are asked for.
void write_capacity_object(json::buffer& out, capacity_report, std::string_view table_name, const consumed_capacity&);
/// `"ConsumedCapacity":{...}` without the comma before it.
void write_capacity(json::buffer& out, capacity_report, std::string_view table_name, const consumed_capacity&);

}  // namespace dynamo::engine
