#pragma once

#include "capacity.hpp"
#include "stored_row.hpp"

#include <engine/storage/store.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <string_view>

namespace dynamo::engine {

/// Lays down what a write of an item does to its rows in the table's indexes, in the batch that writes the item: a row goes where
/// its key has moved or the item left the index, and is put where it is new or differs; one that stays the same is not touched.
///
/// `row_key` is the whole key of the item's own row, `old_row` the item before (empty where there was none), `new_row` the item's
/// new row in the arena of `rows` (of size zero where it is erased). What the index rows consume is added to `consumed`, if given.
/// Source of the units: "Provisioned throughput considerations for global secondary indexes", Developer Guide.
void append_index_rows(write_batch& rows, std::string_view store_prefix, const table_descriptor&,
                       std::string_view row_key, const stored_row& old_row, write_batch::span new_row,
                       consumed_capacity* consumed);

}  // namespace dynamo::engine
