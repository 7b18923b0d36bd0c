#pragma once

#include "catalog.hpp"

#include <dynamo/base/result.hpp>
#include <engine/storage/age_clock.hpp>
#include <engine/storage/store.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace dynamo::engine {

/// Put the stored form of descriptors and numbers into a batch.
void put_table(write_batch&, std::string_view store_prefix, const table_descriptor&);
void erase_table(write_batch&, std::string_view store_prefix, const table_descriptor&);
/// TTL rows of a table: from here on they are made for the items that it has (the filling-key without a place), or they are gone.
void begin_expiry_rows(write_batch&, std::string_view store_prefix, std::uint32_t ttl_id);
void erase_expiry_rows(write_batch&, std::string_view store_prefix, std::uint32_t ttl_id);
/// The index's rows, and how far they are filled in. The table's descriptor is put without it.
void erase_index(write_batch&, std::string_view store_prefix, const index_descriptor&);
void erase_vector_index(write_batch&, std::string_view store_prefix, const vector_index_descriptor&);
/// How far a walk came that filled in rows of this id.
void erase_cursor(write_batch&, std::string_view store_prefix, std::uint32_t id);
void put_stream(write_batch&, std::string_view store_prefix, const stream_descriptor&);
void erase_stream(write_batch&, std::string_view store_prefix, std::uint32_t stream_id);
void put_next_id(write_batch&, std::string_view store_prefix, std::uint32_t);

void put_clock(write_batch&, std::string_view store_prefix, const stored_clock&);
/// Nothing where none is stored: a new database, or one of an earlier version.
result<std::optional<stored_clock>> get_clock(const store&);

/// Reads the catalog of an existing database, and answers its epoch; nothing if it has none yet.
/// Errors: not_supported for a newer on-disk format, corruption, storage.
result<std::optional<std::uint32_t>> read_catalog(const store&, catalog&);
/// The same, or begins a new one, and raises the epoch durably, so that no change number is ever used twice. Answers the new epoch.
result<std::uint32_t> load_catalog(store&, catalog&);

}  // namespace dynamo::engine
