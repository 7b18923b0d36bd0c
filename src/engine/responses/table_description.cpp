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
  for (const vector_index_descriptor& index : table.vector_indexes) add({index.hash, index.filters});
  return found;
}

void write_definition(json::buffer& out, const key_attribute& attribute) {
  object_writer definition(out);
  definition.member("AttributeName", attribute.name);
  definition.member("AttributeType", attribute.type);
  definition.end();
}

// What DescribeTable shows, and what the answer to a change of the table does.
enum class shown_by : std::uint8_t { describe, change };

void write_throughput(json::buffer& out, throughput_units units, const capacity_settings& capacity, instant now) {
  object_writer throughput(out);
  if (capacity.decreased != instant()) write_seconds(throughput.name("LastDecreaseDateTime"), capacity.decreased);
  if (capacity.increased != instant()) write_seconds(throughput.name("LastIncreaseDateTime"), capacity.increased);
  throughput.member("NumberOfDecreasesToday", decreases_today(capacity, now));
  throughput.member("ReadCapacityUnits", units.read);
  throughput.member("WriteCapacityUnits", units.write);
  throughput.end();
}

// -1 stands for no limit.
void write_limit(json::buffer& out, std::uint64_t limit) {
  if (limit == 0) {
    out.append("-1");
  } else {
    write_json(out, limit);
  }
}

void write_on_demand(object_writer& shown, const capacity_settings& capacity) {
  if (capacity.on_demand_max == throughput_units()) return;
  object_writer limits(shown.name("OnDemandThroughput"));
  write_limit(limits.name("MaxReadRequestUnits"), capacity.on_demand_max.read);
  write_limit(limits.name("MaxWriteRequestUnits"), capacity.on_demand_max.write);
  limits.end();
}

void write_warm(object_writer& shown, shown_by by, const capacity_settings& capacity,
                std::optional<throughput_units> provisioned, table_status status) {
  if (by == shown_by::change && capacity.warm == throughput_units()) return;
  const throughput_units units = warm_units(capacity, provisioned);
  object_writer warm(shown.name("WarmThroughput"));
  warm.member("ReadUnitsPerSecond", units.read);
  warm.member("Status", status);
  warm.member("WriteUnitsPerSecond", units.write);
  warm.end();
}

template <class Index>
void write_projection(json::buffer& out, const Index& index) {
  object_writer projection(out);
  if (index.projection == projection_kind::include) projection.member("NonKeyAttributes", index.non_key_attributes);
  projection.member("ProjectionType", index.projection);
  projection.end();
}

// Of a table that is on demand, or was.
void write_billing(object_writer& shown, shown_by by, const table_descriptor& table) {
  const instant since = table.settings.on_demand_since;
  if (table.provisioned && since == instant()) return;
  object_writer billing(shown.name("BillingModeSummary"));
  billing.member("BillingMode", table.provisioned ? "PROVISIONED" : "PAY_PER_REQUEST");
  if (by == shown_by::describe) {
    write_seconds(billing.name("LastUpdateToPayPerRequestDateTime"), since == instant() ? table.created : since);
  }
  billing.end();
}

void write_encryption(object_writer& shown, const std::optional<encryption_settings>& encryption,
                      std::string_view region) {
  if (!encryption) return;
  object_writer described(shown.name("SSEDescription"));
  described.member("KMSMasterKeyArn", key_arn(*encryption, region));
  described.member("SSEType", "KMS");
  described.member("Status", "ENABLED");
  described.end();
}

void write_class(object_writer& shown, const table_settings& settings) {
  if (!settings.storage) return;
  object_writer summary(shown.name("TableClassSummary"));
  if (!settings.class_changes.empty()) {
    write_seconds(summary.name("LastUpdateDateTime"), settings.class_changes.back());
  }
  summary.member("TableClass", *settings.storage);
  summary.end();
}

void write_stream_specification(json::buffer& out, const stream_descriptor& stream) {
  object_writer specification(out);
  specification.member("StreamEnabled", true);
  specification.member("StreamViewType", stream.view);
  specification.end();
}

void write_index_description(json::buffer& out, shown_by by, const described_table& described,
                             const index_descriptor& index, row_statistics statistics, std::string_view region) {
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
  if (index.global) write_on_demand(shown, index.capacity);
  write_projection(shown.name("Projection"), index);
  if (index.global) {
    const throughput_units units{index.read_units, index.write_units};
    write_throughput(shown.name("ProvisionedThroughput"), units, index.capacity, described.now);
    write_warm(shown, by, index.capacity, described.table.provisioned ? std::optional(units) : std::nullopt,
               described.status);
  }
  shown.end();
}

// The global or the local indexes; nothing where there are none.
void write_indexes(object_writer& shown, shown_by by, const described_table& described, bool global,
                   std::string_view region) {
  const table_descriptor& table = described.table;
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < table.indexes.size(); ++i) {
    if (table.indexes[i].global == global) positions.push_back(i);
  }
  if (positions.empty()) return;
  const std::vector<row_statistics>& counted = described.statistics.indexes;
  write_array(shown.name(global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes"), positions,
              [&](json::buffer& out, std::size_t i) {
                write_index_description(out, by, described, table.indexes[i],
                                        i < counted.size() ? counted[i] : row_statistics{}, region);
              });
}

void write_vector_index(json::buffer& out, const described_table& described, const vector_index_descriptor& index,
                        row_statistics statistics, std::string_view region) {
  const index_action action = described.changed.of(index.name);
  object_writer shown(out);
  if (index.filling) shown.member("Backfilling", action == index_action::none);
  shown.member("Dimensions", index.dimensions);
  shown.member("DistanceFunction", index.distance);
  shown.member("IndexArn", table_arn(region, described.table.name) + "/index/" + index.name);
  shown.member("IndexName", index.name);
  shown.member("IndexSizeBytes", statistics.bytes);
  shown.member("IndexStatus", index_status(described.status, index.filling, action));
  shown.member("ItemCount", statistics.items);
  write_projection(shown.name("Projection"), index);
  if (!index.hash.empty() || !index.filters.empty()) {
    std::vector<std::pair<std::string_view, std::string_view>> elements;
    for (const key_attribute& attribute : index.hash) elements.emplace_back(attribute.name, "HASH");
    for (const key_attribute& attribute : index.filters) elements.emplace_back(attribute.name, "INLINE_FILTER");
    write_array(shown.name("SearchSchema"), elements, [](json::buffer& to, const auto& named) {
      object_writer element(to);
      element.member("AttributeName", named.first);
      element.member("SearchSchemaElementType", named.second);
      element.end();
    });
  }
  object_writer vector(shown.name("VectorAttribute"));
  vector.member("AttributeName", index.attribute);
  vector.end();
  shown.end();
}

void write_vector_indexes(object_writer& shown, const described_table& described, std::string_view region) {
  const std::vector<vector_index_descriptor>& indexes = described.table.vector_indexes;
  if (indexes.empty()) return;
  const std::vector<row_statistics>& counted = described.statistics.vector_indexes;
  write_array(shown.name("VectorIndexes"), indexes, [&](json::buffer& out, const vector_index_descriptor& index) {
    const auto i = static_cast<std::size_t>(&index - indexes.data());
    write_vector_index(out, described, index, i < counted.size() ? counted[i] : row_statistics{}, region);
  });
}

void write_table(json::buffer& out, shown_by by, const described_table& described, std::string_view region) {
  const auto& [table, status, statistics, now, changed] = described;
  const bool is_deletion = by == shown_by::change && status == table_status::deleting;
  object_writer shown(out);
  if (!is_deletion) write_array(shown.name("AttributeDefinitions"), definitions_of(table), write_definition);
  write_billing(shown, by, table);
  if (!is_deletion) write_seconds(shown.name("CreationDateTime"), table.created);
  shown.member("DeletionProtectionEnabled", table.deletion_protection);
  write_indexes(shown, by, described, true, region);
  shown.member("ItemCount", statistics.table.items);
  if (!is_deletion) write_key_elements(shown.name("KeySchema"), table.key);
  if (!table.latest_stream_label.empty()) {
    shown.member("LatestStreamArn", stream_arn(region, table.name, table.latest_stream_label));
    shown.member("LatestStreamLabel", table.latest_stream_label);
  }
  write_indexes(shown, by, described, false, region);
  write_on_demand(shown, table.settings.capacity);
  write_throughput(shown.name("ProvisionedThroughput"), {table.read_units, table.write_units}, table.settings.capacity,
                   now);
  write_encryption(shown, table.settings.encryption, region);
  if (table.stream) write_stream_specification(shown.name("StreamSpecification"), *table.stream);
  shown.member("TableArn", table_arn(region, table.name));
  write_class(shown, table.settings);
  // A UUID in form, derived from the table's own id: tables are never given an id twice.
  shown.member("TableId", fmt::format("00000000-0000-4000-8000-{:012x}", table.id));
  shown.member("TableName", table.name);
  shown.member("TableSizeBytes", statistics.table.bytes);
  shown.member("TableStatus", status);
  write_vector_indexes(shown, described, region);
  write_warm(shown, by, table.settings.capacity, table.provisioned_units(), status);
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
  write_table(answer.name(member), member == "Table" ? shown_by::describe : shown_by::change, described, region);
  answer.end();
  return reply(std::move(out));
}

}  // namespace dynamo::engine
