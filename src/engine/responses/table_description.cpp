#include "table_description.hpp"

#include <dynamo/json/writer.hpp>
#include <engine/tables/descriptor_json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr std::string_view warm_throughput =
    R"("WarmThroughput":{"ReadUnitsPerSecond":12000,"Status":"ACTIVE","WriteUnitsPerSecond":4000})";

void write_seconds(json::buffer& out, instant t) {
  out.append(fmt::format("{:.3f}", static_cast<double>(t.time_since_epoch().count()) / 1e6));
}

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

void write_throughput(json::buffer& out, std::uint64_t read_units, std::uint64_t write_units) {
  out.append(R"("ProvisionedThroughput":{"NumberOfDecreasesToday":0,)");
  write_member(out, "ReadCapacityUnits", read_units);
  out.append(',');
  write_member(out, "WriteCapacityUnits", write_units);
  out.append('}');
}

void write_projection(json::buffer& out, const index_descriptor& index) {
  out.append(R"("Projection":{)");
  if (index.projection == projection_kind::include) {
    write_names(out, "NonKeyAttributes", index.non_key_attributes);
    out.append(',');
  }
  write_member(out, "ProjectionType", to_string(index.projection));
  out.append('}');
}

void write_index_description(json::buffer& out, const table_descriptor& table, const index_descriptor& index,
                             table_status status, std::string_view region, row_statistics statistics) {
  out.append('{');
  write_member(out, "IndexArn", table_arn(region, table.name) + "/index/" + index.name);
  out.append(',');
  write_member(out, "IndexName", index.name);
  out.append(',');
  write_member(out, "IndexSizeBytes", statistics.bytes);
  if (index.global) {
    out.append(',');
    write_member(out, "IndexStatus", to_string(index_status(status)));
  }
  out.append(',');
  write_member(out, "ItemCount", statistics.items);
  out.append(',');
  write_key_elements(out, index.key);
  out.append(',');
  write_projection(out, index);
  if (index.global) {
    out.append(',');
    write_throughput(out, index.read_units, index.write_units);
    out.append(',');
    out.append(warm_throughput);
  }
  out.append('}');
}

// The global or the local indexes, with a comma after them; nothing where there are none.
void write_indexes(json::buffer& out, const table_descriptor& table, bool global, table_status status,
                   std::string_view region, const table_statistics& statistics) {
  char separator = '[';
  for (std::size_t i = 0; i < table.indexes.size(); ++i) {
    if (table.indexes[i].global != global) continue;
    if (separator == '[') out.append(global ? R"("GlobalSecondaryIndexes":)" : R"("LocalSecondaryIndexes":)");
    out.append(std::exchange(separator, ','));
    write_index_description(out, table, table.indexes[i], status, region,
                            i < statistics.indexes.size() ? statistics.indexes[i] : row_statistics{});
  }
  if (separator != '[') out.append("],");
}

}  // namespace

void write_key_elements(json::buffer& out, const key_schema& key) {
  out.append(R"("KeySchema":)");
  char separator = '[';
  for (const auto* part : {&key.partition, &key.sort}) {
    for (const key_attribute& attribute : *part) {
      out.append(std::exchange(separator, ','));
      out.append('{');
      write_member(out, "AttributeName", attribute.name);
      out.append(part == &key.partition ? R"(,"KeyType":"HASH"})" : R"(,"KeyType":"RANGE"})");
    }
  }
  out.append(']');
}

reply write_described_table(std::string_view member, const described_table& described, std::string_view region) {
  const auto& [table, status, statistics] = described;
  json::buffer out;
  out.append('{');
  json::write_string(out, member);
  out.append(R"(:{"AttributeDefinitions":[)");
  const char* separator = "";
  for (const key_attribute& key : definitions_of(table)) {
    out.append(std::exchange(separator, ","));
    out.append('{');
    write_member(out, "AttributeName", key.name);
    out.append(',');
    write_member(out, "AttributeType", to_string(key.type));
    out.append('}');
  }
  out.append("],");
  if (!table.provisioned) {
    out.append(R"("BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST","LastUpdateToPayPerRequestDateTime":)");
    write_seconds(out, table.created);
    out.append("},");
  }
  out.append(R"("CreationDateTime":)");
  write_seconds(out, table.created);
  out.append(table.deletion_protection ? R"(,"DeletionProtectionEnabled":true,)"
                                       : R"(,"DeletionProtectionEnabled":false,)");
  write_indexes(out, table, true, status, region, statistics);
  write_member(out, "ItemCount", statistics.table.items);
  out.append(',');
  write_key_elements(out, table.key);
  out.append(',');
  if (!table.latest_stream_label.empty()) {
    write_member(out, "LatestStreamArn", stream_arn(region, table.name, table.latest_stream_label));
    out.append(',');
    write_member(out, "LatestStreamLabel", table.latest_stream_label);
    out.append(',');
  }
  write_indexes(out, table, false, status, region, statistics);
  write_throughput(out, table.read_units, table.write_units);
  out.append(',');
  if (table.stream) {
    out.append(R"("StreamSpecification":{"StreamEnabled":true,)");
    write_member(out, "StreamViewType", to_string(table.stream->view));
    out.append("},");
  }
  write_member(out, "TableArn", table_arn(region, table.name));
  // A UUID in form, derived from the table's own id: tables are never given an id twice.
  out.append(fmt::format(R"(,"TableId":"00000000-0000-4000-8000-{:012x}",)", table.id));
  write_member(out, "TableName", table.name);
  out.append(',');
  write_member(out, "TableSizeBytes", statistics.table.bytes);
  out.append(',');
  write_member(out, "TableStatus", to_string(status));
  out.append(',');
  out.append(warm_throughput);
  out.append("}}");
  return reply(std::move(out));
}

}  // namespace dynamo::engine
