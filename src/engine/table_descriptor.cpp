#include "table_descriptor.hpp"

#include <dynamo/json/cursor.hpp>
#include <dynamo/json/writer.hpp>

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace dynamo::engine {
namespace {

// The version of the stored form below. Readers refuse a greater one.
constexpr std::uint64_t descriptor_format = 1;

constexpr auto view_names =
    std::to_array<std::string_view>({"KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"});

void write_member(json::buffer& out, std::string_view name, std::string_view text) {
  json::write_string(out, name);
  out.append(':');
  json::write_string(out, text);
}

void write_member(json::buffer& out, std::string_view name, std::uint64_t value) {
  json::write_string(out, name);
  out.append(':');
  json::write_integer(out, value);
}

void write_keys(json::buffer& out, std::string_view name, const std::vector<key_attribute>& attributes) {
  json::write_string(out, name);
  out.append(":[");
  const char* separator = "";
  for (const key_attribute& attribute : attributes) {
    out.append(std::exchange(separator, ","));
    out.append('{');
    write_member(out, "name", attribute.name);
    out.append(',');
    write_member(out, "type", to_string(attribute.type));
    out.append('}');
  }
  out.append(']');
}

void write_key_schema(json::buffer& out, const key_schema& key) {
  write_keys(out, "partition", key.partition);
  out.append(',');
  write_keys(out, "sort", key.sort);
}

std::uint64_t read_unsigned(json::cursor& at) {
  const std::string_view digits = at.read_number();
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (problem != std::errc() || end != digits.data() + digits.size()) at.fail("not an unsigned integer");
  return value;
}

std::vector<key_attribute> read_keys(json::cursor& at) {
  std::vector<key_attribute> keys;
  at.begin_array();
  while (at.next_element()) {
    key_attribute& key = keys.emplace_back();
    std::string_view name;
    at.begin_object();
    while (at.next_name(name)) {
      if (name == "name") {
        key.name = at.read_string();
      } else if (name == "type") {
        const auto type = attribute_type_from(at.read_string());
        if (type) {
          key.type = *type;
        } else {
          at.fail("not an attribute type");
        }
      } else {
        at.skip();
      }
    }
  }
  return keys;
}

instant read_instant(json::cursor& at) {
  return instant(std::chrono::microseconds(static_cast<std::int64_t>(read_unsigned(at))));
}

std::uint64_t microseconds_of(instant t) { return static_cast<std::uint64_t>(t.time_since_epoch().count()); }

std::unexpected<error> unreadable(std::string_view what, const json::cursor& at) {
  return fail(errc::corruption, fmt::format("A stored {} descriptor cannot be read: {} at byte {}", what,
                                            at.problem() == nullptr ? "unfinished" : at.problem(), at.position()));
}

std::unexpected<error> too_new(std::string_view what, std::uint64_t format) {
  return fail(errc::not_supported,
              fmt::format("A stored {} descriptor has format {}, this version reads up to {}: open the "
                          "database with the version that wrote it, or a later one",
                          what, format, descriptor_format));
}

stream_descriptor read_stream(json::cursor& at, std::uint64_t& format) {
  stream_descriptor stream;
  std::string_view name;
  at.begin_object();
  while (at.next_name(name)) {
    if (name == "format") {
      format = read_unsigned(at);
    } else if (name == "id") {
      stream.id = static_cast<std::uint32_t>(read_unsigned(at));
    } else if (name == "table_id") {
      stream.table_id = static_cast<std::uint32_t>(read_unsigned(at));
    } else if (name == "table") {
      stream.table_name = at.read_string();
    } else if (name == "label") {
      stream.label = at.read_string();
    } else if (name == "view") {
      const auto view = view_type_from(at.read_string());
      if (view) {
        stream.view = *view;
      } else {
        at.fail("not a view type");
      }
    } else if (name == "partition") {
      stream.key.partition = read_keys(at);
    } else if (name == "sort") {
      stream.key.sort = read_keys(at);
    } else if (name == "created_us") {
      stream.created = read_instant(at);
    } else if (name == "enabled") {
      stream.enabled = at.read_bool();
    } else if (name == "closed_us") {
      stream.closed = read_instant(at);
    } else {
      at.skip();
    }
  }
  return stream;
}

void write_seconds(json::buffer& out, instant t) {
  out.append(fmt::format("{:.3f}", static_cast<double>(microseconds_of(t)) / 1e6));
}

}  // namespace

std::string_view to_string(view_type view) noexcept { return view_names[static_cast<std::size_t>(view)]; }

std::optional<view_type> view_type_from(std::string_view name) noexcept {
  for (std::size_t i = 0; i < view_names.size(); ++i) {
    if (view_names[i] == name) return static_cast<view_type>(i);
  }
  return std::nullopt;
}

void write_descriptor(json::buffer& out, const stream_descriptor& stream) {
  out.append('{');
  write_member(out, "format", descriptor_format);
  out.append(',');
  write_member(out, "id", stream.id);
  out.append(',');
  write_member(out, "table_id", stream.table_id);
  out.append(',');
  write_member(out, "table", stream.table_name);
  out.append(',');
  write_member(out, "label", stream.label);
  out.append(',');
  write_member(out, "view", to_string(stream.view));
  out.append(',');
  write_key_schema(out, stream.key);
  out.append(',');
  write_member(out, "created_us", microseconds_of(stream.created));
  if (stream.enabled) {
    out.append(R"(,"enabled":true})");
    return;
  }
  out.append(R"(,"enabled":false,)");
  write_member(out, "closed_us", microseconds_of(stream.closed));
  out.append('}');
}

void write_descriptor(json::buffer& out, const table_descriptor& table) {
  out.append('{');
  write_member(out, "format", descriptor_format);
  out.append(',');
  write_member(out, "id", table.id);
  out.append(',');
  write_member(out, "name", table.name);
  out.append(',');
  write_key_schema(out, table.key);
  out.append(',');
  write_member(out, "created_us", microseconds_of(table.created));
  out.append(table.provisioned ? R"(,"provisioned":true,)" : R"(,"provisioned":false,)");
  write_member(out, "read_units", table.read_units);
  out.append(',');
  write_member(out, "write_units", table.write_units);
  out.append(table.deletion_protection ? R"(,"deletion_protection":true,)" : R"(,"deletion_protection":false,)");
  write_member(out, "latest_stream_label", table.latest_stream_label);
  if (table.stream) {
    out.append(R"(,"stream":)");
    write_descriptor(out, *table.stream);
  }
  out.append('}');
}

result<table_descriptor> read_table_descriptor(std::string_view stored) {
  const json::buffer padded(stored);
  json::cursor at(padded);
  table_descriptor table;
  std::uint64_t format = 0;
  std::string_view name;
  at.begin_object();
  while (at.next_name(name)) {
    if (name == "format") {
      format = read_unsigned(at);
    } else if (name == "id") {
      table.id = static_cast<std::uint32_t>(read_unsigned(at));
    } else if (name == "name") {
      table.name = at.read_string();
    } else if (name == "partition") {
      table.key.partition = read_keys(at);
    } else if (name == "sort") {
      table.key.sort = read_keys(at);
    } else if (name == "created_us") {
      table.created = read_instant(at);
    } else if (name == "provisioned") {
      table.provisioned = at.read_bool();
    } else if (name == "read_units") {
      table.read_units = read_unsigned(at);
    } else if (name == "write_units") {
      table.write_units = read_unsigned(at);
    } else if (name == "deletion_protection") {
      table.deletion_protection = at.read_bool();
    } else if (name == "latest_stream_label") {
      table.latest_stream_label = at.read_string();
    } else if (name == "stream") {
      std::uint64_t stream_format = 0;
      table.stream = read_stream(at, stream_format);
    } else {
      at.skip();
    }
  }
  if (format > descriptor_format) return too_new("table", format);
  if (!at.ok() || format == 0 || table.id == 0 || table.key.partition.empty()) return unreadable("table", at);
  return table;
}

result<stream_descriptor> read_stream_descriptor(std::string_view stored) {
  const json::buffer padded(stored);
  json::cursor at(padded);
  std::uint64_t format = 0;
  stream_descriptor stream = read_stream(at, format);
  if (format > descriptor_format) return too_new("stream", format);
  if (!at.ok() || format == 0 || stream.id == 0) return unreadable("stream", at);
  return stream;
}

// The account is the one that emulators use by custom; there is none here.
std::string table_arn(std::string_view region, std::string_view table_name) {
  return fmt::format("arn:aws:dynamodb:{}:000000000000:table/{}", region, table_name);
}

std::string stream_arn(std::string_view region, std::string_view table_name, std::string_view label) {
  return fmt::format("{}/stream/{}", table_arn(region, table_name), label);
}

void write_table_description(json::buffer& out, const table_descriptor& table, std::string_view status,
                             std::string_view region, table_statistics statistics) {
  out.append(R"({"AttributeDefinitions":[)");
  const char* separator = "";
  for (const auto* part : {&table.key.partition, &table.key.sort}) {
    for (const key_attribute& key : *part) {
      out.append(std::exchange(separator, ","));
      out.append('{');
      write_member(out, "AttributeName", key.name);
      out.append(',');
      write_member(out, "AttributeType", to_string(key.type));
      out.append('}');
    }
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
  write_member(out, "ItemCount", statistics.items);
  out.append(R"(,"KeySchema":[{)");
  write_member(out, "AttributeName", table.partition_key().name);
  out.append(R"(,"KeyType":"HASH"})");
  if (const key_attribute* sort = table.sort_key()) {
    out.append(",{");
    write_member(out, "AttributeName", sort->name);
    out.append(R"(,"KeyType":"RANGE"})");
  }
  out.append("],");
  if (!table.latest_stream_label.empty()) {
    write_member(out, "LatestStreamArn", stream_arn(region, table.name, table.latest_stream_label));
    out.append(',');
    write_member(out, "LatestStreamLabel", table.latest_stream_label);
    out.append(',');
  }
  out.append(R"("ProvisionedThroughput":{"NumberOfDecreasesToday":0,)");
  write_member(out, "ReadCapacityUnits", table.read_units);
  out.append(',');
  write_member(out, "WriteCapacityUnits", table.write_units);
  out.append("},");
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
  write_member(out, "TableSizeBytes", statistics.bytes);
  out.append(',');
  write_member(out, "TableStatus", status);
  out.append(R"(,"WarmThroughput":{"ReadUnitsPerSecond":12000,"Status":"ACTIVE","WriteUnitsPerSecond":4000}})");
}

}  // namespace dynamo::engine
