#pragma once

#include "table_descriptor.hpp"
#include "table_entry.hpp"

#include <engine/storage/age_clock.hpp>
#include <engine/storage/store.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// What tables and streams there are, in memory; its truth is in the store. Thread-safe.
class catalog {
 public:
  /// The current version of a table; null if there is none of that name.
  std::shared_ptr<const table_entry> find(std::string_view table_name) const;
  /// Names after `after` in ascending order, at most `limit`; `more` says whether others follow.
  std::vector<std::string> names(std::string_view after, std::size_t limit, bool& more) const;
  void put(std::shared_ptr<const table_entry>);
  void erase(std::string_view table_name);

  std::optional<stream_descriptor> find_stream(std::string_view table_name, std::string_view label) const;
  std::optional<stream_descriptor> find_stream(std::uint32_t id) const;
  /// The greatest label of the streams that tables of this name have or had; empty without one. Labels are never used twice,
  /// also when a table is dropped and created anew: the old one's stream stays readable.
  std::string latest_label(std::string_view table_name) const;
  void put(stream_descriptor);
  void erase_stream(std::uint32_t id);
  /// Streams with greater ids than `after`, in that order, at most `limit`.
  std::vector<stream_descriptor> streams_after(std::uint32_t id, std::size_t limit) const;
  /// All streams of tables of that name, or all there are, sorted by table name and label.
  std::vector<stream_descriptor> streams_of(std::optional<std::string_view> table_name) const;

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::shared_ptr<const table_entry>, std::less<>> tables_;
  std::map<std::uint32_t, stream_descriptor> streams_;
};

/// The database's own numbers, as the store holds them.
struct database_state {
  std::uint32_t epoch = 0;
  std::uint32_t next_id = 1;  ///< for tables and streams
};

/// Lays down the stored form of descriptors and numbers in a batch.
void put_table(write_batch&, std::string_view store_prefix, const table_descriptor&);
void erase_table(write_batch&, std::string_view store_prefix, const table_descriptor&);
void put_stream(write_batch&, std::string_view store_prefix, const stream_descriptor&);
void erase_stream(write_batch&, std::string_view store_prefix, std::uint32_t stream_id);
void put_next_id(write_batch&, std::string_view store_prefix, std::uint32_t);

void put_clock(write_batch&, std::string_view store_prefix, const stored_clock&);
/// Nothing where none is stored: a new database, or one of an earlier version.
result<std::optional<stored_clock>> get_clock(const store&);

/// Reads the catalog of an existing database, and its epoch and next id; nothing if it has none yet.
/// Errors: not_supported for a newer on-disk format, corruption, storage.
result<std::optional<database_state>> read_catalog(const store&, catalog&);
/// The same, or begins a new one, and raises the epoch durably, so that no change number is ever used twice.
result<database_state> load_catalog(store&, catalog&);

}  // namespace dynamo::engine
