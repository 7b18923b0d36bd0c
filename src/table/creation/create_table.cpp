#include <dynamo/json/writer.hpp>
#include <dynamo/table/table.hpp>

#include <table/creation/creating_endpoint.hpp>
#include <table/creation/table_shape.hpp>

#include <algorithm>
#include <string>

namespace dynamo::detail {

namespace {

void write_definitions(json::buffer& out, const schema_description& schema) {
  std::vector<key_attribute> attributes;
  const auto add = [&](const keys_description& keys) {
    attributes.insert(attributes.end(), keys.partition, keys.partition + keys.partition_count);
    attributes.insert(attributes.end(), keys.sort, keys.sort + keys.sort_count);
  };
  add(schema.table);
  for (std::size_t i = 0; i < schema.index_count; ++i) add(schema.indexes[i]);
  for (std::size_t i = 0; i < schema.vector_index_count; ++i) {
    const vector_index_description& index = schema.vector_indexes[i];
    attributes.insert(attributes.end(), index.partition, index.partition + index.partition_count);
    attributes.insert(attributes.end(), index.filters, index.filters + index.filter_count);
  }
  const auto by_name = [](const key_attribute& a, const key_attribute& b) { return a.name < b.name; };
  const auto same = [](const key_attribute& a, const key_attribute& b) { return a.name == b.name; };
  std::sort(attributes.begin(), attributes.end(), by_name);
  attributes.erase(std::unique(attributes.begin(), attributes.end(), same), attributes.end());

  out.append(",\"AttributeDefinitions\":[");
  for (const key_attribute& attribute : attributes) {
    if (&attribute != attributes.data()) out.append(',');
    out.append("{\"AttributeName\":");
    json::write_string(out, attribute.name);
    out.append(",\"AttributeType\":\"");
    out.append(to_string(attribute.type));
    out.append("\"}");
  }
  out.append(']');
}

void write_key_schema(json::buffer& out, const keys_description& keys) {
  out.append("\"KeySchema\":[");
  const auto write = [&](const key_attribute& attribute, std::string_view role) {
    if (out.back() != '[') out.append(',');
    out.append("{\"AttributeName\":");
    json::write_string(out, attribute.name);
    out.append(",\"KeyType\":\"");
    out.append(role);
    out.append("\"}");
  };
  for (std::size_t i = 0; i < keys.partition_count; ++i) write(keys.partition[i], "HASH");
  for (std::size_t i = 0; i < keys.sort_count; ++i) write(keys.sort[i], "RANGE");
  out.append(']');
}

/// Of an index or a vector index.
template <class Description>
void write_projection(json::buffer& out, const Description& index) {
  static constexpr std::string_view words[] = {"ALL", "KEYS_ONLY", "INCLUDE"};
  out.append(",\"Projection\":{\"ProjectionType\":\"");
  out.append(words[static_cast<std::size_t>(index.projection)]);
  out.append('"');
  for (std::size_t i = 0; i < index.included_count; ++i) {
    out.append(i == 0 ? ",\"NonKeyAttributes\":[" : ",");
    json::write_string(out, index.included[i]);
  }
  out.append(index.included_count != 0 ? "]}" : "}");
}

void write_indexes(json::buffer& out, const schema_description& schema, bool global) {
  bool first = true;
  for (std::size_t i = 0; i < schema.index_count; ++i) {
    const keys_description& index = schema.indexes[i];
    if (index.global != global) continue;
    if (first) {
      out.append(global ? ",\"GlobalSecondaryIndexes\":[" : ",\"LocalSecondaryIndexes\":[");
    } else {
      out.append(',');
    }
    first = false;
    out.append("{\"IndexName\":");
    json::write_string(out, index.name);
    out.append(',');
    write_key_schema(out, index);
    write_projection(out, index);
    out.append('}');
  }
  if (!first) out.append(']');
}

void write_search_schema(json::buffer& out, const vector_index_description& index) {
  const auto write = [&](const key_attribute& attribute, std::string_view role) {
    out.append(out.back() == '[' ? "{\"AttributeName\":" : ",{\"AttributeName\":");
    json::write_string(out, attribute.name);
    out.append(",\"SearchSchemaElementType\":\"");
    out.append(role);
    out.append("\"}");
  };
  if (index.partition_count + index.filter_count == 0) return;
  out.append(",\"SearchSchema\":[");
  for (std::size_t i = 0; i < index.partition_count; ++i) write(index.partition[i], "HASH");
  for (std::size_t i = 0; i < index.filter_count; ++i) write(index.filters[i], "INLINE_FILTER");
  out.append(']');
}

void write_vector_indexes(json::buffer& out, const schema_description& schema) {
  static constexpr std::string_view words[] = {"COSINE", "EUCLIDEAN", "DOT_PRODUCT"};
  for (std::size_t i = 0; i < schema.vector_index_count; ++i) {
    const vector_index_description& index = schema.vector_indexes[i];
    out.append(i == 0 ? ",\"VectorIndexes\":[{\"IndexName\":" : ",{\"IndexName\":");
    json::write_string(out, index.name);
    out.append(",\"VectorAttribute\":{\"AttributeName\":");
    json::write_string(out, index.attribute);
    out.append("},\"Dimensions\":");
    out.append(std::to_string(index.dimensions));
    out.append(",\"DistanceFunction\":\"");
    out.append(words[static_cast<std::size_t>(index.distance)]);
    out.append('"');
    write_search_schema(out, index);
    write_projection(out, index);
    out.append('}');
  }
  if (schema.vector_index_count != 0) out.append(']');
}

request creation(const table_binding& table, const schema_description& schema, stream_view stream) {
  static constexpr std::string_view views[] = {"", "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"};
  json::buffer out(table.opening);
  write_definitions(out, schema);
  out.append(',');
  write_key_schema(out, schema.table);
  write_indexes(out, schema, true);
  write_indexes(out, schema, false);
  write_vector_indexes(out, schema);
  if (stream != stream_view::none) {
    out.append(",\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"");
    out.append(views[static_cast<std::size_t>(stream)]);
    out.append("\"}");
  }
  out.append(",\"BillingMode\":\"PAY_PER_REQUEST\"}");
  return request(operation_name::create_table, std::move(out));
}

}  // namespace

operation<void> create_table(const std::shared_ptr<const table_binding>& table, const schema_description& schema,
                             stream_view stream, timer& time) {
  return {creating_endpoint(table, schema, time), creation(*table, schema, stream),
          [](reply&&, void*) { return result<void>(); }};
}

operation<std::vector<std::string>> verify_table(const table_binding& table, const schema_description& schema) {
  struct wanted {
    const schema_description& schema;
  };
  return {table.via, description_of(table),
          [](reply&& answer, void* state) -> result<std::vector<std::string>> {
            const result<table_shape> found = read_shape(answer);
            if (!found) return std::unexpected(found.error());
            return differences(*found, static_cast<const wanted*>(state)->schema);
          },
          std::make_shared<wanted>(wanted{schema})};
}

}  // namespace dynamo::detail
