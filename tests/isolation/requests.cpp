// Actions as requests.
#include "workload.hpp"

#include <utility>

namespace dynamo::isolation {
namespace {

using kind = action::kind;

bool is_list(const std::string& item) { return item.front() == 'l'; }
std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }
std::string number_text(std::int64_t n) { return R"({"N":")" + std::to_string(n) + R"("})"; }
std::string key_text(const std::string& item) { return R"({"pk":{"S":)" + quoted(item) + "}}"; }

std::string table_of(const std::string& item) { return "isolation_" + std::to_string(std::stoi(item.substr(1)) % 2); }

/// Members of a request, one after the other.
class members {
 public:
  void add(std::string_view name, std::string_view json) {
    text_ += (text_.empty() ? "" : ",") + quoted(name) + ":" + std::string(json);
  }
  std::string object() const { return "{" + text_ + "}"; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

std::string condition_of(const action& a, members& values) {
  if (a.expected->empty()) return "attribute_not_exists(pk)";
  values.add(":e", number_text(a.expected->back()));
  if (!is_list(a.item)) return "v = :e";
  values.add(":n", number_text(static_cast<std::int64_t>(a.expected->size())));
  return "size(l) = :n AND l[" + std::to_string(a.expected->size() - 1) + "] = :e";
}

members members_of(const action& a) {
  members all, values;
  all.add("TableName", quoted(table_of(a.item)));
  switch (a.what) {
    case kind::put:
      all.add("Item", R"({"pk":{"S":)" + quoted(a.item) + R"(},"v":)" + number_text(a.value) + "}");
      break;
    case kind::update:
      all.add("UpdateExpression", quoted("SET v = :v"));
      values.add(":v", number_text(a.value));
      break;
    case kind::append:
      all.add("UpdateExpression", quoted("SET l = list_append(if_not_exists(l, :none), :v)"));
      values.add(":none", R"({"L":[]})");
      values.add(":v", R"({"L":[)" + number_text(a.value) + "]}");
      break;
    default: break;
  }
  if (a.what != kind::put) all.add("Key", key_text(a.item));
  if (a.expected) {
    all.add("ConditionExpression", quoted(condition_of(a, values)));
    all.add("ReturnValuesOnConditionCheckFailure", quoted("ALL_OLD"));
  }
  if (!values.empty()) all.add("ExpressionAttributeValues", values.object());
  return all;
}

operation_name name_of(kind what) {
  switch (what) {
    case kind::get: return operation_name::get_item;
    case kind::put: return operation_name::put_item;
    case kind::erase: return operation_name::delete_item;
    default: return operation_name::update_item;
  }
}

std::string_view name_in_transaction(kind what) {
  switch (what) {
    case kind::get: return "Get";
    case kind::put: return "Put";
    case kind::erase: return "Delete";
    case kind::check: return "ConditionCheck";
    default: return "Update";
  }
}

}  // namespace

attempt single(action a) {
  members all = members_of(a);
  if (a.what == kind::get) all.add("ConsistentRead", "true");
  if (a.returns == action::returned::old_item) all.add("ReturnValues", quoted("ALL_OLD"));
  if (a.returns == action::returned::new_item) all.add("ReturnValues", quoted("ALL_NEW"));
  return {name_of(a.what), all.object(), {std::move(a)}};
}

attempt transaction(std::vector<action> actions, const std::string& token) {
  bool reads = true;
  std::string list;
  for (const action& a : actions) {
    reads = reads && a.what == kind::get;
    members one;
    one.add(name_in_transaction(a.what), members_of(a).object());
    list += (list.empty() ? "" : ",") + one.object();
  }
  members all;
  all.add("TransactItems", "[" + list + "]");
  if (!token.empty()) all.add("ClientRequestToken", quoted(token));
  return {reads ? operation_name::transact_get_items : operation_name::transact_write_items, all.object(),
          std::move(actions), !token.empty()};
}

attempt batch_read(std::vector<action> actions) {
  std::map<std::string, std::string> keys;
  for (const action& a : actions) {
    std::string& of = keys[table_of(a.item)];
    of += (of.empty() ? "" : ",") + key_text(a.item);
  }
  members tables;
  for (const auto& [table, of] : keys) tables.add(table, R"({"ConsistentRead":true,"Keys":[)" + of + "]}");
  return {operation_name::batch_get_item, R"({"RequestItems":)" + tables.object() + "}", std::move(actions)};
}

std::vector<std::string> create_table_texts() {
  const std::string begin = R"({"TableName":"isolation_)";
  const std::string key = R"(","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],)";
  return {
      begin + "0" + key + R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]})",
      begin + "1" + key +
          R"("AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"v","AttributeType":"N"}],)"
          R"("GlobalSecondaryIndexes":[{"IndexName":"by_value","KeySchema":[{"AttributeName":"v","KeyType":"HASH"}],)"
          R"("Projection":{"ProjectionType":"ALL"}}],)"
          R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}})"};
}

}  // namespace dynamo::isolation
