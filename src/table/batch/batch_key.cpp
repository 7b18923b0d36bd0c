#include <table/batch/batch_key.hpp>

#include <dynamo/json/writer.hpp>
#include <dynamo/value/number.hpp>

namespace dynamo::detail {

namespace {

/// `{"N":"1"}` from a value at the cursor; empty if it is of another type.
std::string read_scalar(json::cursor& in, attribute_type wanted) {
  const std::string_view content = in.read_scalar(wanted);
  if (!in.ok()) return {};
  json::buffer out;
  if (wanted == attribute_type::N) {
    const result<number> value = number::parse(content);
    if (!value) return {};
    json::write_number_value(out, *value);
  } else if (wanted == attribute_type::S) {
    json::write_string_value(out, content);
  } else {
    out.append("{\"B\":\"");  // base64 has one spelling
    out.append(content);
    out.append("\"}");
  }
  return std::string(out.view());
}

}  // namespace

std::string read_key(json::cursor& in, const keys_description& table) {
  const key_attribute& partition = table.partition[0];
  const key_attribute* const sort = table.sort_count != 0 ? table.sort : nullptr;
  std::string partition_value, sort_value;
  std::string_view name;
  if (!in.begin_object()) return {};
  while (in.next_name(name)) {
    if (name == partition.name) {
      partition_value = read_scalar(in, partition.type);
    } else if (sort != nullptr && name == sort->name) {
      sort_value = read_scalar(in, sort->type);
    } else {
      in.skip();
    }
  }
  if (!in.ok() || partition_value.empty() || (sort != nullptr && sort_value.empty())) return {};
  json::buffer key;
  const auto add = [&](const key_attribute& attribute, std::string_view value) {
    key.append(key.empty() ? '{' : ',');
    json::write_string(key, attribute.name);
    key.append(':');
    key.append(value);
  };
  if (sort != nullptr && sort->name < partition.name) add(*sort, sort_value);
  add(partition, partition_value);
  if (sort != nullptr && partition.name < sort->name) add(*sort, sort_value);
  key.append('}');
  return std::string(key.view());
}

std::string read_key(std::string_view padded, const keys_description& table) {
  json::cursor in(padded);
  return read_key(in, table);
}

}  // namespace dynamo::detail
