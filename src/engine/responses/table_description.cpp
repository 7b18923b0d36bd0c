#include "table_description.hpp"

#include <engine/tables/object_writer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace dynamo::engine {
namespace {

// Every attribute that is a key of the table or of an index, once, with its type.
std::vector<key_attribute> definitions_of(const table_descriptor& table) {
  std::vector<key_attribute> found;
  const auto add = [&](const key_schema& key) {
    for (const auto* part : {&key.partition, &key.sort}) {
      for (const key_attribute& attribute : *part) {
        if (std::find(found.begin(), found.end(), attribute) == found.end()) found.push_back(attribute);
      }
    }
  };
  add(table.key);
  for (const index_descriptor& index : table.indexes) add(index.key);
  return found;
}

void write_definition(json::buffer& out, const key_attribute& attribute) {
  object_writer definition(out);
  definition.member("AttributeName", attribute.name);
  definition.member("AttributeType", attribute.type);
  definition.end();
}

void write_throughput(json::buffer& out, std::uint64_t read_units, std::uint64_t write_units) {
  object_writer throughput(out);
  throughput.member("NumberOfDecreasesToday", std::uint64_t{0});
  throughput.member("ReadCapacityUnits", read_units);
  throughput.member("WriteCapacityUnits", write_units);
  throughput.end();
}

void write_warm_throughput(json::buffer& out) {
  object_writer warm(out);
  warm.member("ReadUnitsPerSecond", std::uint64_t{12'000});
  warm.member("Status", table_status::active);
  warm.member("WriteUnitsPerSecond", std::uint64_t{4'000});
  warm.end();
}

void write_projection(json::buffer& out, const index_descriptor& index) {
  object_writer projection(out);
  if (index.projection == projection_kind::include) projection.member("NonKeyAttributes", index.non_key_attributes);
  projection.member("ProjectionType", index.projection);
  projection.end();
}

void write_billing(json::buffer& out, instant since) {
  object_writer billing(out);
  billing.member("BillingMode", "PAY_PER_REQUEST");
  write_seconds(billing.name("LastUpdateToPayPerRequestDateTime"), since);
  billing.end();
}

void write_stream_specification(json::buffer& out, const stream_descriptor& stream) {
  object_writer specification(out);
  specification.member("StreamEnabled", true);
  specification.member("StreamViewType", stream.view);
  specification.end();
}

void write_index_description(json::buffer& out, const described_table& described, const index_descriptor& index,
                             row_statistics statistics, std::string_view region) {
  const index_action action = described.changed.of(index.name);
  object_writer shown(out);
  // First comes the definition, then the filling. An index that is there has no such member.
  if (index.filling) shown.member("Backfilling", action == index_action::none);
  shown.member("IndexArn", table_arn(region, described.table.name) + "/index/" + index.name);
  shown.member("IndexName", index.name);
  shown.member("IndexSizeBytes", statistics.bytes);
  if (index.global) shown.member("IndexStatus", index_status(described.status, index.filling, action));
  shown.member("ItemCount", statistics.items);
  write_key_elements(shown.name("KeySchema"), index.key);
  write_projection(shown.name("Projection"), index);
  if (index.global) {
    write_throughput(shown.name("ProvisionedThroughput"), index.read_units, index.write_units);
    write_warm_throughput(shown.name("WarmThroughput"));
  }
  shown.end();
}

// The global or the local indexes; nothing where there are none.
void write_indexes(object_writer& shown, const described_table& described, bool global, std::string_view region) {
  const table_descriptor& table = described.table;
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < table.indexes.size(); ++i) {
    if (table.indexes[i].global == global) positions.push_back(i);
  }
  if (positions.empty()) return;
  const std::vector<row_statistics>& counted = described.statistics.indexes;
  write_array(shown.name(global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes"), positions,
              [&](json::buffer& out, std::size_t i) {
                write_index_description(out, described, table.indexes[i],
                                        i < counted.size() ? counted[i] : row_statistics{}, region);
              });
}

void write_table(json::buffer& out, const described_table& described, std::string_view region) {
  const auto& [table, status, statistics, changed] = described;
  object_writer shown(out);
  write_array(shown.name("AttributeDefinitions"), definitions_of(table), write_definition);
  if (!table.provisioned) write_billing(shown.name("BillingModeSummary"), table.created);
  write_seconds(shown.name("CreationDateTime"), table.created);
  shown.member("DeletionProtectionEnabled", table.deletion_protection);
  write_indexes(shown, described, true, region);
  shown.member("ItemCount", statistics.table.items);
  write_key_elements(shown.name("KeySchema"), table.key);
  if (!table.latest_stream_label.empty()) {
    shown.member("LatestStreamArn", stream_arn(region, table.name, table.latest_stream_label));
    shown.member("LatestStreamLabel", table.latest_stream_label);
  }
  write_indexes(shown, described, false, region);
  write_throughput(shown.name("ProvisionedThroughput"), table.read_units, table.write_units);
  if (table.stream) write_stream_specification(shown.name("StreamSpecification"), *table.stream);
  shown.member("TableArn", table_arn(region, table.name));
  // A UUID in form, derived from the table's own id: tables are never given an id twice.
  shown.member("TableId", fmt::format("00000000-0000-4000-8000-{:012x}", table.id));
  shown.member("TableName", table.name);
  shown.member("TableSizeBytes", statistics.table.bytes);
  shown.member("TableStatus", status);
  write_warm_throughput(shown.name("WarmThroughput"));
  shown.end();
}

}  // namespace

void write_key_elements(json::buffer& out, const key_schema& key) {
  std::vector<std::pair<std::string_view, std::string_view>> elements;
  for (const key_attribute& attribute : key.partition) elements.emplace_back(attribute.name, "HASH");
  for (const key_attribute& attribute : key.sort) elements.emplace_back(attribute.name, "RANGE");
  write_array(out, elements, [](json::buffer& to, const auto& named) {
    object_writer element(to);
    element.member("AttributeName", named.first);
    element.member("KeyType", named.second);
    element.end();
  });
}

void write_seconds(json::buffer& out, instant t) {
  out.append(fmt::format("{:.3f}", static_cast<double>(t.time_since_epoch().count()) / 1e6));
}

reply write_described_table(std::string_view member, const described_table& described, std::string_view region) {
  json::buffer out;
  object_writer answer(out);
  write_table(answer.name(member), described, region);
  answer.end();
  return reply(std::move(out));
}

}  // namespace dynamo::engine
