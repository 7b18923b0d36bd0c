#include <table/creation/table_shape.hpp>

#include <dynamo/json/cursor.hpp>

#include <algorithm>
#include <optional>

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

void read_projection(json::cursor& in, table_shape::index& index) {
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

void read_table(json::cursor& in, table_shape& table) {
  read_object(in, [&](std::string_view name) {
    if (name == "TableStatus") {
      table.status = in.read_string();
    } else if (name == "KeySchema") {
      read_keys(in, table.keys);
    } else if (name == "GlobalSecondaryIndexes" || name == "LocalSecondaryIndexes") {
      read_indexes(in, name.front() == 'G', table.indexes);
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

void compare_types(const table_shape& table, const keys_description& keys, std::vector<std::string>& different) {
  const auto compare = [&](const key_attribute& key) {
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
  };
  std::for_each(keys.partition, keys.partition + keys.partition_count, compare);
  std::for_each(keys.sort, keys.sort + keys.sort_count, compare);
}

void compare_index(const table_shape& table, const keys_description& wanted, std::vector<std::string>& different) {
  static constexpr std::string_view words[] = {"ALL", "KEYS_ONLY", "INCLUDE"};
  const std::string name = kind_of(wanted.global) + std::string(wanted.name) + "`";
  const table_shape::index* found = find_index(table, wanted);
  if (found == nullptr) {
    different.push_back(name + " is missing");
    return;
  }
  if (const table_shape::key_names keys = keys_of(wanted); found->keys != keys)
    different.push_back(name + " has " + to_text(found->keys) + "; the schema says " + to_text(keys));
  const std::string_view projection = words[static_cast<std::size_t>(wanted.projection)];
  std::vector<std::string> included(wanted.included, wanted.included + wanted.included_count);
  std::sort(included.begin(), included.end());
  if (found->projection != projection || found->included != included)
    different.push_back(name + " projects " + to_text(found->projection, found->included) + "; the schema says " +
                        to_text(projection, included));
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
  return different;
}

}  // namespace dynamo::detail
