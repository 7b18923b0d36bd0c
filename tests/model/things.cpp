#include "things.hpp"

#include "indexes.hpp"
#include "vector_indexes.hpp"

namespace dynamo::model {
namespace {

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

std::map<std::string, std::string> values_of(const thing& it) {
  std::map<std::string, std::string> values;
  if (it.n) values["n"] = R"({"N":")" + std::to_string(*it.n) + R"("})";
  if (it.s) values["s"] = R"({"S":)" + quoted(*it.s) + "}";
  if (!it.t.empty()) {
    std::string members;
    for (const std::string& member : it.t) members += (members.empty() ? "" : ",") + quoted(member);
    values["t"] = R"({"SS":[)" + members + "]}";
  }
  if (it.v) values["v"] = *it.v;
  if (!it.w.empty()) values["w"] = R"({"S":)" + quoted(it.w) + "}";
  return values;
}

std::map<std::string, std::string> keys_of(const place& at) {
  const table_shape& shape = shapes[static_cast<std::size_t>(at.table)];
  std::map<std::string, std::string> values;
  values["pk"] = key_value(shape.partition_type, at.partition);
  if (shape.sort_type != '\0') values["sk"] = key_value(shape.sort_type, at.sort);
  return values;
}

std::string to_text(const std::map<std::string, std::string>& values) {
  std::string text = "{";
  for (const auto& [name, value] : values) {
    if (text.size() > 1) text += ',';
    text += quoted(name) + ':' + value;
  }
  return text + '}';
}

}  // namespace

std::string key_value(char type, int at) {
  const auto i = static_cast<std::size_t>(at);
  return std::string(R"({")") + type + R"(":")" + std::string(type == 'N' ? number_keys[i] : string_keys[i]) + R"("})";
}

std::string item_text(const place& at, const thing& it) {
  auto values = values_of(it);
  values.merge(keys_of(at));
  return to_text(values);
}

std::string key_text(const place& at) { return to_text(keys_of(at)); }

std::string attributes_text(const thing& it, const std::set<std::string>& chosen) {
  auto values = values_of(it);
  std::erase_if(values, [&](const auto& value) { return !chosen.contains(value.first); });
  return to_text(values);
}

std::string create_table_text(int table, bool with_stream, bool with_vector_indexes) {
  const table_shape& shape = shapes[static_cast<std::size_t>(table)];
  std::string definitions =
      R"({"AttributeName":"pk","AttributeType":")" + std::string(1, shape.partition_type) + R"("})";
  std::string key = R"({"AttributeName":"pk","KeyType":"HASH"})";
  if (shape.sort_type != '\0') {
    definitions += R"(,{"AttributeName":"sk","AttributeType":")" + std::string(1, shape.sort_type) + R"("})";
    key += R"(,{"AttributeName":"sk","KeyType":"RANGE"})";
  }
  const std::string_view stream =
      with_stream ? R"(,"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"})" : "";
  return R"({"TableName":")" + std::string(shape.name) +
         R"(","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[)" + definitions + index_definitions_text(table) +
         R"(],"KeySchema":[)" + key + "]" + create_indexes_text(table) +
         (with_vector_indexes ? create_vector_indexes_text(table) : "") + std::string(stream) + "}";
}

}  // namespace dynamo::model
