#include <dynamo/expression/parse.hpp>
#include <dynamo/json/canonical.hpp>
#include <dynamo/value/limits.hpp>

#include <algorithm>

namespace dynamo::expression {
namespace {

bool well_formed(std::string_view name, char mark) {
  return name.size() > 1 && name.front() == mark && std::ranges::all_of(name.substr(1), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

error refuse(std::string_view parameter, std::string_view what, std::string_view key) {
  std::string message(parameter);
  message.append(" contains invalid ").append(what).append("\"").append(key).append("\"");
  return error(errc::validation, std::move(message));
}

// Measured by ExtendDB (pull request 181): the mark counts, and the length comes before the letters. The words are ours.
constexpr std::string_view too_long = "key: Must have at most 255 bytes; key: ";
bool is_too_long(std::string_view name) noexcept { return name.size() > limits::placeholder_size_max; }

template <class Entries>
void list_unused(const Entries& entries, std::string_view parameter, std::string& message) {
  std::string keys;
  for (const auto& [name, entry] : entries) {
    if (entry.used) continue;
    if (!keys.empty()) keys += ", ";
    keys += name;
  }
  if (keys.empty() || !message.empty()) return;
  message.append("Value provided in ")
      .append(parameter)
      .append(" unused in expressions: keys: {")
      .append(keys)
      .append("}");
}

}  // namespace

result<void> placeholders::add_name(std::string_view name, std::string_view attribute) {
  if (is_too_long(name)) return fail(refuse("ExpressionAttributeNames", too_long, name));
  if (!well_formed(name, '#')) return fail(refuse("ExpressionAttributeNames", "key: Syntax error; key: ", name));
  if (attribute.empty()) return fail(refuse("ExpressionAttributeNames", "value: Must not be empty; key: ", name));
  if (attribute.size() > limits::attribute_name_size_max) return fail(json::name_too_long());
  if (!names_.try_emplace(std::string(name), std::string(attribute), false).second) {
    return fail(refuse("ExpressionAttributeNames", "key: Duplicate key; key: ", name));
  }
  return {};
}

result<void> placeholders::add_value(std::string_view name, std::string_view canonical) {
  if (is_too_long(name)) return fail(refuse("ExpressionAttributeValues", too_long, name));
  if (!well_formed(name, ':')) return fail(refuse("ExpressionAttributeValues", "key: Syntax error; key: ", name));
  if (!values_.try_emplace(std::string(name), std::string(canonical), false).second) {
    return fail(refuse("ExpressionAttributeValues", "key: Duplicate key; key: ", name));
  }
  return {};
}

const std::string* placeholders::find_name(std::string_view name) {
  const auto found = names_.find(name);
  if (found == names_.end()) return nullptr;
  found->second.used = true;
  return &found->second.text;
}

const std::string* placeholders::find_value(std::string_view name) {
  const auto found = values_.find(name);
  if (found == values_.end()) return nullptr;
  found->second.used = true;
  return &found->second.text;
}

result<void> placeholders::all_used() const {
  std::string message;
  list_unused(names_, "ExpressionAttributeNames", message);
  list_unused(values_, "ExpressionAttributeValues", message);
  if (!message.empty()) return fail(errc::validation, std::move(message));
  return {};
}

}  // namespace dynamo::expression
