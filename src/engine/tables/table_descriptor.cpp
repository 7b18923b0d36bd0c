#include "table_descriptor.hpp"

#include "descriptor_json.hpp"

#include <dynamo/json/cursor.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dynamo::engine {
namespace {

// The versions of the stored form below. Readers refuse a greater one. A table with indexes has the second: a version that does
// not know them would write items without their rows.
constexpr std::uint64_t descriptor_format = 1;
constexpr std::uint64_t indexed_format = 2;
constexpr std::uint64_t format_max = 2;

constexpr auto view_names =
    std::to_array<std::string_view>({"KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"});

std::unexpected<error> unreadable(std::string_view what, const json::cursor& at) {
  return fail(errc::corruption, fmt::format("A stored {} descriptor cannot be read: {} at byte {}", what,
                                            at.problem() == nullptr ? "unfinished" : at.problem(), at.position()));
}

std::unexpected<error> too_new(std::string_view what, std::uint64_t format) {
  return fail(errc::not_supported,
              fmt::format("A stored {} descriptor has format {}, this version reads up to {}: open the "
                          "database with the version that wrote it, or a later one",
                          what, format, format_max));
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
    } else if (name == "first") {
      const auto first = from_sequence_number(at.read_string());
      if (first) {
        stream.first = *first;
      } else {
        at.fail("not a change number");
      }
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

}  // namespace

std::string_view to_string(view_type view) noexcept { return view_names[static_cast<std::size_t>(view)]; }

std::optional<view_type> view_type_from(std::string_view name) noexcept {
  return enumerator_of<view_type>(view_names, name);
}

const index_descriptor* table_descriptor::find_index(std::string_view index_name) const noexcept {
  const auto found =
      std::find_if(indexes.begin(), indexes.end(), [&](const index_descriptor& i) { return i.name == index_name; });
  return found == indexes.end() ? nullptr : &*found;
}

void derive_indexes(table_descriptor& table) {
  const auto sort_once = [](std::vector<std::string>& names) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
  };
  const auto add_names = [](const key_schema& key, std::vector<std::string>& names) {
    for (const auto* part : {&key.partition, &key.sort}) {
      for (const key_attribute& attribute : *part) names.push_back(attribute.name);
    }
  };
  table.index_key_names.clear();
  for (const index_descriptor& index : table.indexes) add_names(index.key, table.index_key_names);
  sort_once(table.index_key_names);
  for (index_descriptor& index : table.indexes) {
    index.attributes.clear();
    if (index.projection != projection_kind::all) {
      add_names(table.key, index.attributes);
      add_names(index.key, index.attributes);
      if (index.projection == projection_kind::include) {
        index.attributes.insert(index.attributes.end(), index.non_key_attributes.begin(),
                                index.non_key_attributes.end());
      }
      sort_once(index.attributes);
    }
    std::vector<std::string> names;
    add_names(index.key, names);
    index.key_positions.clear();
    for (const std::string& name : names) {
      const auto at = std::lower_bound(table.index_key_names.begin(), table.index_key_names.end(), name);
      index.key_positions.push_back(static_cast<std::size_t>(at - table.index_key_names.begin()));
    }
  }
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
  out.append(',');
  write_member(out, "first", to_sequence_number(stream.first));
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
  write_member(out, "format", table.indexes.empty() ? descriptor_format : indexed_format);
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
  if (!table.indexes.empty()) {
    out.append(R"(,"indexes":)");
    char separator = '[';
    for (const index_descriptor& index : table.indexes) {
      out.append(std::exchange(separator, ','));
      write_index(out, index);
    }
    out.append(']');
  }
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
    } else if (name == "indexes") {
      at.begin_array();
      while (at.next_element()) table.indexes.push_back(read_index(at));
    } else if (name == "stream") {
      std::uint64_t stream_format = 0;
      table.stream = read_stream(at, stream_format);
    } else {
      at.skip();
    }
  }
  if (format > format_max) return too_new("table", format);
  if (!at.ok() || format == 0 || table.id == 0 || table.key.partition.empty()) return unreadable("table", at);
  derive_indexes(table);
  return table;
}

result<stream_descriptor> read_stream_descriptor(std::string_view stored) {
  const json::buffer padded(stored);
  json::cursor at(padded);
  std::uint64_t format = 0;
  stream_descriptor stream = read_stream(at, format);
  if (format > format_max) return too_new("stream", format);
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

}  // namespace dynamo::engine
