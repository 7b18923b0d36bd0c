#include <table/requests/item_key.hpp>

#include <dynamo/json/buffer.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/json/writer.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::detail {

std::vector<std::string_view> key_names(const keys_description& keys) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < keys.partition_count; ++i) names.push_back(keys.partition[i].name);
  for (std::size_t i = 0; i < keys.sort_count; ++i) names.push_back(keys.sort[i].name);
  std::sort(names.begin(), names.end());
  return names;
}

std::string key_of_item(std::string_view item, std::span<const std::string_view> names) {
  const json::buffer padded(item);
  std::string key = "{";
  for (const std::string_view wanted : names) {
    json::cursor in(padded);
    std::string_view name;
    if (!in.begin_object()) break;
    while (in.next_name(name)) {
      const bool found = name == wanted;
      const std::string_view value = in.skip();
      if (!found) continue;
      json::buffer quoted;
      json::write_string(quoted, wanted);
      if (key.size() > 1) key += ',';
      key += quoted.view();
      key += ':';
      key += value;
    }
  }
  return key + "}";
}

error naming_item(const error& why, std::string_view key) {
  error_detail named = why.detail();
  named.message.append(" (item ").append(key).append(")");
  return error(std::move(named));
}

error naming_item_at(const error& why, std::string_view padded_reply, std::size_t begin,
                     std::span<const std::string_view> names) {
  json::cursor in(padded_reply.substr(begin));
  const std::string_view item = in.skip();
  if (!in.ok()) return why;
  const std::string key = key_of_item(item, names);
  return key == "{}" ? why : naming_item(why, key);
}

namespace {

constexpr std::string_view current_key_member = "dynamo_table:Key";  // no name of DynamoDB's

std::string member_text(std::string_view padded, std::string_view wanted) {
  json::cursor in(padded);
  std::string text;
  std::string_view name;
  if (in.begin_object()) {
    while (in.next_name(name)) {
      const bool found = name == wanted;
      const std::string_view value = in.skip();
      if (found) text = value;
    }
  }
  return in.ok() ? text : std::string();
}

}  // namespace

void add_current_key(std::string& response, const keys_description& keys) {
  const std::size_t end = response.find_last_of('}');
  const std::string item = member_text(json::buffer(response).view(), "Item");
  if (item.empty() || end == std::string::npos) return;
  json::buffer more(",");
  json::write_string(more, current_key_member);
  more.append(':');
  more.append(key_of_item(item, key_names(keys)));
  response.insert(end, more.view());
}
bool has_current_item(const std::string& response) {
  return !member_text(json::buffer(response).view(), "Item").empty();
}
std::string current_key(std::string_view padded_response) { return member_text(padded_response, current_key_member); }

error after_write(const error& why) {
  error_detail written = why.detail();
  written.message.insert(0, "the write was done, but what it returned cannot be read: ");
  return error(std::move(written));
}

}  // namespace dynamo::detail
