#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/value/attribute_value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// A key attribute. Its type is S, N or B.
struct key_attribute {
  std::string name;
  attribute_type type = attribute_type::S;
  friend bool operator==(const key_attribute&, const key_attribute&) = default;
};

/// The attributes of a key: of a table one partition attribute and at most one sort attribute, of an index up to four each.
struct key_schema {
  std::vector<key_attribute> partition;
  std::vector<key_attribute> sort;
  friend bool operator==(const key_schema&, const key_schema&) = default;
};

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
  std::optional<stream_descriptor> stream;  ///< the enabled one
  std::string latest_stream_label;          ///< of the enabled or the last one

  const key_attribute& partition_key() const noexcept { return key.partition.front(); }
  const key_attribute* sort_key() const noexcept { return key.sort.empty() ? nullptr : &key.sort.front(); }
  bool is_key(std::string_view attribute) const noexcept {
    return attribute == partition_key().name || (sort_key() != nullptr && attribute == sort_key()->name);
  }
};

/// The form in which descriptors are stored: JSON with a format number (docs/formats.md). Reading refuses newer formats.
void write_descriptor(json::buffer& out, const table_descriptor&);
void write_descriptor(json::buffer& out, const stream_descriptor&);
result<table_descriptor> read_table_descriptor(std::string_view stored);
result<stream_descriptor> read_stream_descriptor(std::string_view stored);

std::string table_arn(std::string_view region, std::string_view table_name);
std::string stream_arn(std::string_view region, std::string_view table_name, std::string_view label);

/// What DescribeTable answers under "Table", and CreateTable and DeleteTable under "TableDescription".
struct table_statistics {
  std::uint64_t items = 0;
  std::uint64_t bytes = 0;
};
void write_table_description(json::buffer& out, const table_descriptor&, std::string_view status,
                             std::string_view region, table_statistics);

}  // namespace dynamo::engine
