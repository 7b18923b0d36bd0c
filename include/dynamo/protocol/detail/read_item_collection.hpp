#pragma once

#include <dynamo/json/cursor.hpp>
#include <dynamo/protocol/item_collection.hpp>

namespace dynamo::detail {

/// Reads `{"ItemCollectionKey":{...},"SizeEstimateRangeGB":[0.0,1.0]}`. A problem is the cursor's.
item_collection read_item_collection(json::cursor&);

}  // namespace dynamo::detail
