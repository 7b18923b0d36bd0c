#include <dynamo/schema/enums.hpp>

namespace dynamo {

void detail::write_enum(encoder& out, std::span<const enum_name> names, std::int64_t value) {
  for (const enum_name& one : names) {
    if (one.value == value) return json::write_string_value(out.out(), one.name);
  }
  out.fail("the enum's value " + std::to_string(value) + " has no name; list it in dynamo::names_of");
  json::write_null_value(out.out());
}

bool detail::read_enum(decoder& in, attribute_type found, std::span<const enum_name> names, std::int64_t& value) {
  if (!in.expect(found, attribute_type::S)) return false;
  const std::string_view name = in.in().read_string();
  for (const enum_name& one : names) {
    if (one.name == name) {
      value = one.value;
      return true;
    }
  }
  if (in.in().ok()) in.fail("`" + std::string(name) + "` is not the name of an enumerator");
  return false;
}

}  // namespace dynamo
