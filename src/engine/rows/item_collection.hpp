#pragma once

#include <dynamo/json/buffer.hpp>
#include <engine/storage/store.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <string_view>

namespace dynamo::engine {

/// True if a table's items have collections: all items with one partition key value, and their rows in local indexes.
bool has_item_collections(const table_descriptor&) noexcept;

/// One object of ItemCollectionMetrics, `{"ItemCollectionKey":{...},"SizeEstimateRangeGB":[0.0,1.0]}`, of the collection that a
/// canonical item (or key, with padding) belongs to. The size is the store's estimate. Source: API Reference, ItemCollectionMetrics.
void write_item_collection(json::buffer& out, const store&, const table_descriptor&, std::string_view item);

}  // namespace dynamo::engine
