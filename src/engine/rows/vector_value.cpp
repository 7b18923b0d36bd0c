#include "vector_value.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/value/limits.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

namespace dynamo::engine {
namespace {

std::unexpected<error> invalid_vector(const vector_index_descriptor& index, const vector_fault& fault) {
  constexpr std::string_view start = "One or more parameter values were invalid. Invalid";
  const std::string& name = index.attribute;
  switch (fault.what) {
    case vector_fault::kind::wrong_size:
      return fail(errc::validation, fmt::format("{} size for parameter {}, Expected: {}, Actual: {} IndexName: {}",
                                                start, name, index.dimensions, fault.size, index.name));
    case vector_fault::kind::no_number:
      return fail(errc::validation,
                  fmt::format("{} type for parameter {}[{}], Expected: 32-bit floating point number, Actual: {}. "
                              "IndexName: {}",
                              start, name, fault.position, to_string(fault.type), index.name));
    case vector_fault::kind::too_great:  // no recorded answer says this: the words are ours
      return fail(errc::validation,
                  fmt::format("{} value for parameter {}[{}], Expected: 32-bit floating point number. IndexName: {}",
                              start, name, fault.position, index.name));
    case vector_fault::kind::no_list: break;
  }
  return fail(errc::validation,
              fmt::format("{} type for parameter {}, Expected: 32-bit floating point number list IndexName: {}", start,
                          name, index.name));
}

result<void> check_schema(const vector_index_descriptor& index, const vector_index_values& values,
                          index_key_source source) {
  if (values.hash) {
    const auto bytes = check_index_attribute(index.name, index.hash.front(), *values.hash, source);
    if (!bytes) return std::unexpected(bytes.error());
    if (*bytes > limits::partition_key_size_max) return fail(partition_too_large());
  }
  // What is no key may be empty. Whether DynamoDB lets other types by is not recorded.
  for (std::size_t i = 0; i < index.filters.size(); ++i) {
    if (!values.filters[i] || json::type_of(*values.filters[i]) == index.filters[i].type) continue;
    if (auto valid = check_index_attribute(index.name, index.filters[i], *values.filters[i], source); !valid) {
      return std::unexpected(valid.error());
    }
  }
  return {};
}

result<void> check_one(const vector_index_descriptor& index, const vector_index_values& values, index_key_source source,
                       std::vector<float>& scratch) {
  if (values.vector) {
    const auto fault = read_vector(*values.vector, index.dimensions, scratch);
    if (fault) return invalid_vector(index, *fault);
  }
  return check_schema(index, values, source);
}

}  // namespace

std::optional<float> to_float(std::string_view digits) noexcept {
  const char* const end = digits.data() + digits.size();
  float value = 0;
  const auto read = std::from_chars(digits.data(), end, value);
  if (read.ec == std::errc::result_out_of_range) {
    double wide = 0;
    if (std::from_chars(digits.data(), end, wide).ec != std::errc() || std::abs(wide) > 1) return std::nullopt;
    return 0.0F;
  }
  if (read.ec != std::errc() || read.ptr != end || !std::isfinite(value)) return std::nullopt;
  return value == 0 ? 0.0F : value;
}

std::optional<vector_fault> read_vector(std::string_view value, std::size_t dimensions, std::vector<float>& vector) {
  vector.clear();
  if (json::type_of(value) != attribute_type::L) return vector_fault{.what = vector_fault::kind::no_list};
  json::cursor at(value);
  at.begin_value();
  at.begin_array();
  std::optional<vector_fault> first;
  std::size_t size = 0;
  for (; at.next_element(); ++size) {
    std::string_view digits;
    if (!at.try_scalar(attribute_type::N, digits)) {
      const std::string_view element = at.skip();
      if (!first) first = {vector_fault::kind::no_number, size, json::type_of(element), 0};
      continue;
    }
    const auto read = to_float(digits);
    if (!read && !first) first = {vector_fault::kind::too_great, size, attribute_type::N, 0};
    if (size < dimensions) vector.push_back(read.value_or(0));
  }
  if (size != dimensions) return vector_fault{.what = vector_fault::kind::wrong_size, .size = size};
  return first;
}

vector_index_values find_vector_index_values(const vector_index_descriptor& index, std::string_view item) {
  vector_index_values values;
  values.filters.resize(index.filters.size());
  if (item.empty()) return values;
  values.vector = json::find_attribute(item, index.attribute);
  if (!index.hash.empty()) values.hash = json::find_attribute(item, index.hash.front().name);
  for (std::size_t i = 0; i < index.filters.size(); ++i) {
    values.filters[i] = json::find_attribute(item, index.filters[i].name);
  }
  return values;
}

result<void> check_vectors(const table_descriptor& table, std::string_view item, index_key_source source,
                           std::string_view old_item) {
  std::vector<float> scratch;
  for (const vector_index_descriptor& index : table.vector_indexes) {
    const vector_index_values values = find_vector_index_values(index, item);
    const auto valid = check_one(index, values, source, scratch);
    if (valid) continue;
    if (old_item.empty() || values != find_vector_index_values(index, old_item)) return valid;
  }
  return {};
}

std::size_t written_size(const table_descriptor& table, std::string_view item, std::size_t size) {
  if (item.empty()) return size;
  std::vector<float> scratch;
  std::vector<std::string_view> counted;  // an attribute may be in several indexes
  for (const vector_index_descriptor& index : table.vector_indexes) {
    if (std::ranges::find(counted, std::string_view(index.attribute)) != counted.end()) continue;
    const auto value = json::find_attribute(item, index.attribute);
    if (!value || read_vector(*value, index.dimensions, scratch)) continue;
    counted.emplace_back(index.attribute);
    size = size - json::size_of_value(*value) + sizeof(float) * scratch.size();
  }
  return size;
}

}  // namespace dynamo::engine
