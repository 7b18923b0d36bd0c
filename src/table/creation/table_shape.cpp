#include <table/creation/table_shape.hpp>

#include <dynamo/json/cursor.hpp>

#include <algorithm>
#include <optional>
#include <span>

namespace dynamo::detail {

namespace {

/// Calls `take(name)` for each member of the object at the cursor; it reads or skips the value.
template <class Take>
void read_object(json::cursor& in, Take take) {
  if (in.peek() != json::token::object) {
    in.skip();
    return;
  }
  std::string_view name;
  if (!in.begin_object()) return;
  while (in.next_name(name)) take(name);
}
template <class Take>
void read_array(json::cursor& in, Take take) {
  if (in.peek() != json::token::array) {
    in.skip();
    return;
  }
  if (!in.begin_array()) return;
  while (in.next_element()) take();
}

/// Two members that are strings, of an object: {"AttributeName":"a","KeyType":"HASH"}.
std::pair<std::string, std::string> read_two(json::cursor& in, std::string_view first, std::string_view second) {
  std::pair<std::string, std::string> both;
  read_object(in, [&](std::string_view name) {
    if (name == first) {
      both.first = in.read_string();
    } else if (name == second) {
      both.second = in.read_string();
    } else {
      in.skip();
    }
  });
  return both;
}

void read_keys(json::cursor& in, table_shape::key_names& keys) {
  read_array(in, [&] {
    std::pair<std::string, std::string> key = read_two(in, "AttributeName", "KeyType");
    (key.second == "HASH" ? keys.partition : keys.sort).push_back(std::move(key.first));
  });
}

/// Of an index or a vector index.
template <class Index>
void read_projection(json::cursor& in, Index& index) {
  read_object(in, [&](std::string_view name) {
    if (name == "ProjectionType") {
      index.projection = in.read_string();
    } else if (name == "NonKeyAttributes") {
      read_array(in, [&] { index.included.emplace_back(in.read_string()); });
    } else {
      in.skip();
    }
  });
  std::sort(index.included.begin(), index.included.end());
}

void read_indexes(json::cursor& in, bool global, std::vector<table_shape::index>& indexes) {
  read_array(in, [&] {
    table_shape::index& index = indexes.emplace_back();
    index.global = global;
    read_object(in, [&](std::string_view name) {
      if (name == "IndexName") {
        index.name = in.read_string();
      } else if (name == "KeySchema") {
        read_keys(in, index.keys);
      } else if (name == "Projection") {
        read_projection(in, index);
      } else {
        in.skip();
      }
    });
  });
}

void read_vector_index(json::cursor& in, table_shape::vector_index& index) {
  read_object(in, [&](std::string_view name) {
    if (name == "IndexName") {
      index.name = in.read_string();
    } else if (name == "VectorAttribute") {
      index.attribute = read_two(in, "AttributeName", "").first;
    } else if (name == "Dimensions") {
      index.dimensions = in.read_number();
    } else if (name == "DistanceFunction") {
      index.distance = in.read_string();
    } else if (name == "SearchSchema") {
      read_array(in, [&] {
        const auto [attribute, role] = read_two(in, "AttributeName", "SearchSchemaElementType");
        index.search.push_back(role + " " + attribute);
      });
      std::sort(index.search.begin(), index.search.end());
    } else if (name == "Projection") {
      read_projection(in, index);
    } else {
      in.skip();
    }
  });
}

void read_table(json::cursor& in, table_shape& table) {
  read_object(in, [&](std::string_view name) {
    if (name == "TableStatus") {
      table.status = in.read_string();
    } else if (name == "KeySchema") {
      read_keys(in, table.keys);
    } else if (name == "GlobalSecondaryIndexes" || name == "LocalSecondaryIndexes") {
      read_indexes(in, name.front() == 'G', table.indexes);
    } else if (name == "VectorIndexes") {
      read_array(in, [&] { read_vector_index(in, table.vector_indexes.emplace_back()); });
    } else if (name == "AttributeDefinitions") {
      read_array(in, [&] { table.types.push_back(read_two(in, "AttributeName", "AttributeType")); });
    } else {
      in.skip();
    }
  });
}

std::string quoted(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "`" : ", `") + name + "`";
  return text;
}

std::string to_text(std::string_view projection, const std::vector<std::string>& included) {
  return std::string(projection) + (included.empty() ? "" : " (" + quoted(included) + ")");
}

const table_shape::index* find_index(const table_shape& table, const keys_description& wanted) {
  const auto found = std::find_if(table.indexes.begin(), table.indexes.end(), [&](const table_shape::index& candidate) {
    return candidate.name == wanted.name && candidate.global == wanted.global;
  });
  return found == table.indexes.end() ? nullptr : &*found;
}

std::string kind_of(bool global) { return global ? "global index `" : "local index `"; }

void compare_types(const table_shape& table, std::span<const key_attribute> keys, std::vector<std::string>& different) {
  for (const key_attribute& key : keys) {
    for (const auto& [name, type] : table.types) {
      if (name != key.name || type == to_string(key.type)) continue;
      std::string sentence = "key attribute `";
      sentence.append(name)
          .append("` is of type ")
          .append(type)
          .append("; the schema says ")
          .append(to_string(key.type));
      if (std::find(different.begin(), different.end(), sentence) == different.end())
        different.push_back(std::move(sentence));
    }
  }
}
void compare_types(const table_shape& table, const keys_description& keys, std::vector<std::string>& different) {
  compare_types(table, std::span(keys.partition, keys.partition_count), different);
  compare_types(table, std::span(keys.sort, keys.sort_count), different);
}

constexpr std::string_view projection_words[] = {"ALL", "KEYS_ONLY", "INCLUDE"};

/// `name` is the index in words. `Found` and `Wanted` are both of an index, or both of a vector index.
template <class Found, class Wanted>
void compare_projections(const std::string& name, const Found& found, const Wanted& wanted,
                         std::vector<std::string>& different) {
  const std::string_view projection = projection_words[static_cast<std::size_t>(wanted.projection)];
  std::vector<std::string> included(wanted.included, wanted.included + wanted.included_count);
  std::sort(included.begin(), included.end());
  if (found.projection != projection || found.included != included)
    different.push_back(name + " projects " + to_text(found.projection, found.included) + "; the schema says " +
                        to_text(projection, included));
}

void compare_index(const table_shape& table, const keys_description& wanted, std::vector<std::string>& different) {
  const std::string name = kind_of(wanted.global) + std::string(wanted.name) + "`";
  const table_shape::index* found = find_index(table, wanted);
  if (found == nullptr) {
    different.push_back(name + " is missing");
    return;
  }
  if (const table_shape::key_names keys = keys_of(wanted); found->keys != keys)
    different.push_back(name + " has " + to_text(found->keys) + "; the schema says " + to_text(keys));
  compare_projections(name, *found, wanted, different);
}

/// "attribute `meaning`, 768 dimensions, COSINE, HASH genre, INLINE_FILTER year".
std::string to_text(const table_shape::vector_index& index) {
  std::string text = "attribute `" + index.attribute + "`, " + index.dimensions + " dimensions, " + index.distance;
  for (const std::string& element : index.search) text.append(", ").append(element);
  return text;
}

table_shape::vector_index shape_of(const vector_index_description& index) {
  static constexpr std::string_view words[] = {"COSINE", "EUCLIDEAN", "DOT_PRODUCT"};
  table_shape::vector_index shape;
  shape.attribute = index.attribute;
  shape.dimensions = std::to_string(index.dimensions);
  shape.distance = words[static_cast<std::size_t>(index.distance)];
  for (std::size_t i = 0; i < index.partition_count; ++i)
    shape.search.push_back("HASH " + std::string(index.partition[i].name));
  for (std::size_t i = 0; i < index.filter_count; ++i)
    shape.search.push_back("INLINE_FILTER " + std::string(index.filters[i].name));
  std::sort(shape.search.begin(), shape.search.end());
  return shape;
}

void compare_vector_indexes(const table_shape& table, const schema_description& schema,
                            std::vector<std::string>& different) {
  const std::span wanted(schema.vector_indexes, schema.vector_index_count);
  for (const vector_index_description& index : wanted) {
    const std::string name = "vector index `" + std::string(index.name) + "`";
    const auto found = std::find_if(table.vector_indexes.begin(), table.vector_indexes.end(),
                                    [&](const table_shape::vector_index& one) { return one.name == index.name; });
    if (found == table.vector_indexes.end()) {
      different.push_back(name + " is missing");
      continue;
    }
    if (const std::string is = to_text(*found), says = to_text(shape_of(index)); is != says)
      different.emplace_back(name).append(" has ").append(is).append("; the schema says ").append(says);
    compare_projections(name, *found, index, different);
    compare_types(table, std::span(index.partition, index.partition_count), different);
    compare_types(table, std::span(index.filters, index.filter_count), different);
  }
  for (const table_shape::vector_index& index : table.vector_indexes) {
    const bool declared = std::any_of(wanted.begin(), wanted.end(),
                                      [&](const vector_index_description& one) { return one.name == index.name; });
    if (!declared) different.push_back("vector index `" + index.name + "` is not in the schema");
  }
}

}  // namespace

result<table_shape> read_shape(const reply& described) {
  table_shape table;
  json::cursor in(described.body);
  read_object(in, [&](std::string_view name) {
    if (name == "Table") {
      read_table(in, table);
    } else {
      in.skip();
    }
  });
  if (!in.ok()) return fail(errc::decoding, "the description of the table is not JSON: " + std::string(in.problem()));
  return table;
}

table_shape::key_names keys_of(const keys_description& description) {
  table_shape::key_names keys;
  for (std::size_t i = 0; i < description.partition_count; ++i)
    keys.partition.emplace_back(description.partition[i].name);
  for (std::size_t i = 0; i < description.sort_count; ++i) keys.sort.emplace_back(description.sort[i].name);
  return keys;
}

std::string to_text(const table_shape::key_names& keys) {
  return "partition key " + quoted(keys.partition) +
         (keys.sort.empty() ? ", no sort key" : ", sort key " + quoted(keys.sort));
}

std::vector<std::string> differences(const table_shape& table, const schema_description& schema) {
  std::vector<std::string> different;
  if (const table_shape::key_names keys = keys_of(schema.table); table.keys != keys)
    different.push_back("the table has " + to_text(table.keys) + "; the schema says " + to_text(keys));
  compare_types(table, schema.table, different);
  for (std::size_t i = 0; i < schema.index_count; ++i) {
    compare_index(table, schema.indexes[i], different);
    compare_types(table, schema.indexes[i], different);
  }
  for (const table_shape::index& index : table.indexes) {
    const bool declared = std::any_of(schema.indexes, schema.indexes + schema.index_count,
                                      [&](const keys_description& one) { return find_index(table, one) == &index; });
    if (!declared) different.push_back(kind_of(index.global) + index.name + "` is not in the schema");
  }
  compare_vector_indexes(table, schema, different);
  return different;
}

}  // namespace dynamo::detail
