#pragma once

#include "index_descriptor.hpp"
#include "key_schema.hpp"
#include "table_settings.hpp"
#include "ttl_descriptor.hpp"
#include "vector_index_descriptor.hpp"

#include <dynamo/base/clock.hpp>
#include <engine/storage/change_number.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

enum class view_type : std::uint8_t { keys_only, new_image, old_image, new_and_old_images };
std::string_view to_string(view_type) noexcept;
std::optional<view_type> view_type_from(std::string_view) noexcept;

/// A table's stream. Outlives the table and its own disabling; found by its label (its creation time).
struct stream_descriptor {
  std::uint32_t id = 0;  ///< never reused
  std::uint32_t table_id = 0;
  std::string table_name;
  std::string label;  ///< creation time, "2026-11-21T11:15:00.000"
  view_type view = view_type::new_and_old_images;
  key_schema key;
  instant created{};
  /// Where its shard starts: greater than the numbers of the table's earlier streams, if this version made it.
  change_number first{change_number::first_epoch, 0};
  bool enabled = true;
  instant closed{};  ///< when it was disabled or its table deleted: 24 hours later it is gone
};

/// Everything known about a table but its items. Immutable once it is in the catalog: a change makes the next version.
struct table_descriptor {
  std::uint32_t id = 0;  ///< never reused
  std::string name;
  key_schema key;
  instant created{};
  bool provisioned = false;
  std::uint64_t read_units = 0;  ///< provisioned throughput, zero on demand
  std::uint64_t write_units = 0;
  bool deletion_protection = false;
  table_settings settings;
  std::optional<stream_descriptor> stream;  ///< the enabled one
  std::string latest_stream_label;          ///< of the enabled or the last one
  std::vector<index_descriptor> indexes;
  std::vector<vector_index_descriptor> vector_indexes;
  std::optional<ttl_descriptor> ttl;
  /// The key attributes of all indexes, ascending, each once; see derive_indexes().
  std::vector<std::string> index_key_names;

  /// Nothing on demand.
  std::optional<throughput_units> provisioned_units() const noexcept {
    return provisioned ? std::optional(throughput_units{read_units, write_units}) : std::nullopt;
  }
  const key_attribute& partition_key() const noexcept { return key.partition.front(); }
  const key_attribute* sort_key() const noexcept { return key.sort.empty() ? nullptr : &key.sort.front(); }
  bool is_key(std::string_view attribute) const noexcept { return key.has(attribute); }
  /// Null while TTL is off.
  const ttl_descriptor* enabled_ttl() const noexcept { return ttl && ttl->enabled ? &*ttl : nullptr; }
  /// Null if the table has no index of that name.
  const index_descriptor* find_index(std::string_view index_name) const noexcept;
  const vector_index_descriptor* find_vector_index(std::string_view index_name) const noexcept;
  /// Whether rows of an index, of either kind, are being filled in.
  bool is_filling() const noexcept;
};

/// Fills in what a table's indexes know by their definitions: call when they are complete.
void derive_indexes(table_descriptor&);

std::string table_arn(std::string_view region, std::string_view table_name);
std::string stream_arn(std::string_view region, std::string_view table_name, std::string_view label);

}  // namespace dynamo::engine
