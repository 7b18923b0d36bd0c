#include "descriptor_json.hpp"

#include <dynamo/json/writer.hpp>

#include <charconv>
#include <utility>

namespace dynamo::engine {
namespace {

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

}  // namespace

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

void write_names(json::buffer& out, std::string_view name, const std::vector<std::string>& names) {
  json::write_string(out, name);
  out.append(":[");
  const char* separator = "";
  for (const std::string& one : names) {
    out.append(std::exchange(separator, ","));
    json::write_string(out, one);
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

std::vector<std::string> read_names(json::cursor& at) {
  std::vector<std::string> names;
  at.begin_array();
  while (at.next_element()) names.emplace_back(at.read_string());
  return names;
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

std::uint64_t microseconds_of(instant t) noexcept { return static_cast<std::uint64_t>(t.time_since_epoch().count()); }

}  // namespace dynamo::engine
