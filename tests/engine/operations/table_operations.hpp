#pragma once

#include "two_items.hpp"

#include <engine/storage/change_key.hpp>
#include <engine/tables/stored_catalog.hpp>
#include <engine/tables/stored_descriptor.hpp>

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace dynamo::engine_tests {

/// Requests of table operations.
inline std::string create_body(const std::string& table, bool with_stream = false) {
  return R"({"TableName":")" + table + R"(","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
    {"AttributeName":"v","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
    "BillingMode":"PAY_PER_REQUEST","GlobalSecondaryIndexes":[{"IndexName":"by_value",
      "KeySchema":[{"AttributeName":"v","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}])" +
         (with_stream ? R"(,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"})" : "") + "}";
}
inline std::string name_body(const std::string& table) { return R"({"TableName":")" + table + "\"}"; }
inline std::string stream_body(const std::string& table, bool enabled) {
  return R"({"TableName":")" + table + R"(","StreamSpecification":)" +
         (enabled ? R"({"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"})" : R"({"StreamEnabled":false})") + "}";
}
inline std::string put_body(const std::string& table, const std::string& pk) {
  return R"({"TableName":")" + table + R"(","Item":{"pk":{"S":")" + pk + R"("},"v":{"S":"1"}}})";
}

/// What a catalog holds: descriptors in their stored form.
inline std::vector<std::string> descriptors_of(const engine::catalog& of) {
  std::vector<std::string> texts;
  for (const std::string& name : of.names("", 1'000).names) {
    const auto known = of.look_up(name);
    json::buffer text;
    engine::write_descriptor(text, known->entry->descriptor);
    texts.push_back(std::string(text.view()) + std::string(to_string(known->status)));
  }
  for (const engine::stream_descriptor& stream : of.streams_after(0, 1'000)) {
    json::buffer text;
    engine::write_descriptor(text, stream);
    texts.emplace_back(text.view());
  }
  return texts;
}

/// What must be true whenever no table operation is under way: memory and store agree, no id is used twice or free to be used again, an enabled
/// stream is its table's, and the streams of one table follow each other in labels and numbers.
inline void expect_sound(const engine::engine_core& core, const std::string& when) {
  engine::catalog stored;
  const auto read = engine::read_catalog(*core.rows, stored);
  ASSERT_TRUE(read) << read.error().describe() << ' ' << when;
  EXPECT_EQ(descriptors_of(core.tables), descriptors_of(stored)) << when;
  EXPECT_LE(stored.next_id(), core.tables.next_id()) << when;
  std::set<std::uint32_t> ids;
  const auto take = [&](std::uint32_t id) {
    EXPECT_TRUE(ids.insert(id).second) << "id " << id << " is used twice " << when;
    EXPECT_LT(id, stored.next_id()) << when;
  };
  std::size_t enabled = 0;
  for (const std::string& name : stored.names("", 1'000).names) {
    const engine::table_descriptor& table = stored.find(name)->descriptor;
    take(table.id);
    for (const engine::index_descriptor& index : table.indexes) take(index.id);
    if (!table.stream) continue;
    ++enabled;
    const auto stream = stored.find_stream(table.stream->id);
    ASSERT_TRUE(stream) << when;
    EXPECT_TRUE(stream->enabled) << when;
    EXPECT_EQ(stream->table_id, table.id) << when;
  }
  std::optional<engine::stream_descriptor> before;
  for (const engine::stream_descriptor& stream : stored.streams_of(std::nullopt)) {
    take(stream.id);
    enabled -= stream.enabled ? 1 : 0;
    if (before && before->table_name == stream.table_name) {
      EXPECT_LT(before->label, stream.label) << when;
      EXPECT_FALSE(before->enabled) << when;
      EXPECT_LE(before->first, stream.first) << when;
    }
    before = stream;
  }
  EXPECT_EQ(enabled, 0u) << "streams that are enabled without their table " << when;
}

}  // namespace dynamo::engine_tests
