#pragma once

#include "order.hpp"

#include <nlohmann/json.hpp>
#include <simdjson.h>

#include <charconv>
#include <string_view>

/// Orders read from DynamoDB JSON, and written, with other people's libraries: what we are compared with.
namespace dynamo::bench {

/// Which member a name is, as a typed table finds it: by length, then one comparison.
inline int field_of(std::string_view name) {
  switch (name.size()) {
    case 2: return name == "id" ? 1 : -1;
    case 4: return name == "name" ? 2 : name == "tags" ? 9 : -1;
    case 5: return name == "email" ? 3 : -1;
    case 6: return name == "status" ? 4 : name == "amount" ? 6 : name == "active" ? 8 : -1;
    case 8: return name == "customer" ? 0 : name == "quantity" ? 5 : -1;
    case 10: return name == "created_at" ? 7 : -1;
    default: return -1;
  }
}

template <class T>
T from_text(std::string_view text) {
  T value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// ---- simdjson On-Demand ----

inline void read_member(std::string_view name, simdjson::ondemand::value content, order& o) {
  const auto text = [&] { return std::string_view(content.get_string()); };
  switch (field_of(name)) {
    case 0: o.customer = text(); break;
    case 1: o.id = text(); break;
    case 2: o.name = text(); break;
    case 3: o.email = text(); break;
    case 4: o.status = text(); break;
    case 5: o.quantity = content.get_int64_in_string(); break;
    case 6: o.amount = content.get_double_in_string(); break;
    case 7: o.created_at = content.get_int64_in_string(); break;
    case 8: o.active = content.get_bool(); break;
    case 9:
      o.tags.clear();
      for (auto tag : content.get_array()) o.tags.emplace(std::string_view(tag.get_string()));
      break;
    default: break;
  }
}

inline void read_order(simdjson::ondemand::object item, order& o) {
  for (auto field : item) {
    const std::string_view name = field.unescaped_key().value_unsafe();
    for (auto typed : simdjson::ondemand::object(field.value().get_object())) read_member(name, typed.value(), o);
  }
}

// ---- a tree, of simdjson's DOM or nlohmann's ----

inline std::string_view text_of(const simdjson::dom::element& e) { return e.get_string(); }
inline const std::string& text_of(const nlohmann::json& e) { return e.get_ref<const std::string&>(); }
inline bool bool_of(const simdjson::dom::element& e) { return e.get_bool(); }
inline bool bool_of(const nlohmann::json& e) { return e.get<bool>(); }

template <class Element, class Name>
void read_member(Name name, const Element& value, order& o) {
  const auto text = [&](const char* type) -> decltype(auto) { return text_of(Element(value[type])); };
  switch (field_of(name)) {
    case 0: o.customer = text("S"); break;
    case 1: o.id = text("S"); break;
    case 2: o.name = text("S"); break;
    case 3: o.email = text("S"); break;
    case 4: o.status = text("S"); break;
    case 5: o.quantity = from_text<std::int64_t>(text("N")); break;
    case 6: o.amount = from_text<double>(text("N")); break;
    case 7: o.created_at = from_text<std::int64_t>(text("N")); break;
    case 8: o.active = bool_of(Element(value["BOOL"])); break;
    default: break;
  }
}

inline void read_order(const simdjson::dom::element& item, order& o) {
  for (const auto field : simdjson::dom::object(item)) {
    if (field.key == "tags") {
      o.tags.clear();
      for (const auto tag : simdjson::dom::array(field.value["SS"])) o.tags.emplace(text_of(tag));
    } else {
      read_member(field.key, field.value, o);
    }
  }
}

inline void read_order(const nlohmann::json& item, order& o) {
  for (const auto& [name, value] : item.items()) {
    if (name == "tags") {
      o.tags.clear();
      for (const auto& tag : value["SS"]) o.tags.emplace(text_of(tag));
      continue;
    }
    switch (field_of(name)) {
      case 0: o.customer = text_of(value["S"]); break;
      case 1: o.id = text_of(value["S"]); break;
      case 2: o.name = text_of(value["S"]); break;
      case 3: o.email = text_of(value["S"]); break;
      case 4: o.status = text_of(value["S"]); break;
      case 5: o.quantity = from_text<std::int64_t>(text_of(value["N"])); break;
      case 6: o.amount = from_text<double>(text_of(value["N"])); break;
      case 7: o.created_at = from_text<std::int64_t>(text_of(value["N"])); break;
      case 8: o.active = bool_of(value["BOOL"]); break;
      default: break;
    }
  }
}

// ---- writing ----

inline std::string put_request_by_nlohmann(const order& o) {
  const nlohmann::json request = {{"TableName", "orders"},
                                  {"Item",
                                   {{"customer", {{"S", o.customer}}},
                                    {"id", {{"S", o.id}}},
                                    {"name", {{"S", o.name}}},
                                    {"email", {{"S", o.email}}},
                                    {"status", {{"S", o.status}}},
                                    {"quantity", {{"N", std::to_string(o.quantity)}}},
                                    {"amount", {{"N", std::to_string(o.amount)}}},
                                    {"created_at", {{"N", std::to_string(o.created_at)}}},
                                    {"active", {{"BOOL", o.active}}},
                                    {"tags", {{"SS", o.tags}}}}}};
  return request.dump();
}

}  // namespace dynamo::bench
