#pragma once

#include <dynamo/json/buffer.hpp>
#include <engine/change_log/change_record.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <cstddef>
#include <string_view>

namespace dynamo::engine {

/// Appends one element of GetRecords' Records and answers its SizeBytes: keys and images as DynamoDB counts items. Images that the
/// view type leaves out, or that the change does not have, are absent.
std::size_t write_record(json::buffer& out, std::string_view region, const stream_descriptor&, change_number,
                         const change_record&);

}  // namespace dynamo::engine
