#pragma once

#include <dynamo/json/buffer.hpp>
#include <dynamo/json/writer.hpp>

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

namespace dynamo::engine {

/// One value of JSON: text, a number, a boolean, an enumerator by its name, an array of these.
inline void write_json(json::buffer& out, std::string_view text) { json::write_string(out, text); }
inline void write_json(json::buffer& out, std::uint64_t value) { json::write_integer(out, value); }
template <std::same_as<bool> Boolean>
void write_json(json::buffer& out, Boolean value) {
  out.append(value ? "true" : "false");
}
template <class Enum>
  requires std::is_enum_v<Enum>
void write_json(json::buffer& out, Enum value) {
  write_json(out, std::string_view(to_string(value)));
}

/// An array; `write(out, element)` writes each of its elements.
template <class Elements, class Write>
void write_array(json::buffer& out, const Elements& elements, Write write) {
  char separator = '[';
  for (const auto& element : elements) {
    out.append(separator);
    separator = ',';
    write(out, element);
  }
  if (separator == '[') out.append(separator);
  out.append(']');
}

template <class Element>
void write_json(json::buffer& out, const std::vector<Element>& elements) {
  write_array(out, elements, [](json::buffer& to, const Element& element) { write_json(to, element); });
}

/// Writes one object of JSON with the commas between its members: stored descriptors and responses alike.
///
///     object_writer table(out);
///     table.member("TableName", name);
///     write_key_elements(table.name("KeySchema"), key);   // whatever writes one value
///     table.end();
class object_writer {
 public:
  explicit object_writer(json::buffer& out) : out_(out) { out_.append('{'); }
  object_writer(const object_writer&) = delete;
  object_writer& operator=(const object_writer&) = delete;

  /// Writes a member's name. The caller writes its value next.
  json::buffer& name(std::string_view name) {
    if (!first_) out_.append(',');
    first_ = false;
    json::write_string(out_, name);
    out_.append(':');
    return out_;
  }
  template <class Value>
  void member(std::string_view member_name, const Value& value) {
    write_json(name(member_name), value);
  }
  void end() { out_.append('}'); }

 private:
  json::buffer& out_;
  bool first_ = true;
};

}  // namespace dynamo::engine
