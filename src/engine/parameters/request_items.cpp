#include "request_items.hpp"

#include "common_parameters.hpp"
#include "table_reference.hpp"
#include "violations.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dynamo::engine {
namespace {

/// The JSON without white space between its tokens, cut where it is too long.
std::string compact(std::string_view json) {
  std::string out;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!in_string && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) continue;
    if (out.size() >= quoted_size_max && (static_cast<unsigned char>(c) & 0xC0) != 0x80) return out + "...";
    out += c;
    if (in_string && c == '\\' && i + 1 < json.size()) {
      out += json[++i];
    } else if (c == '"') {
      in_string = !in_string;
    }
  }
  return out;
}

}  // namespace

void check_table_names(member_reader& in, const std::vector<std::string_view>& names, json::cursor at_map) {
  if (names.empty()) return in.check_length(0, {.least = 1}, "{}");
  std::vector<std::string_view> sorted = names;
  std::ranges::sort(sorted);
  if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end()) {
    return in.in().refuse(error(errc::serialization, fmt::format("RequestItems names the table {} twice", *twice)));
  }
  const auto fits = [](std::string_view name) {
    return name.size() >= limits::table_name_size_min && is_table_name(name);
  };
  if (std::ranges::all_of(names, fits)) return;
  in.violated(compact(at_map.skip()),
              "Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have "
              "length greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]");
}

void tell_missing_tables(member_reader& in, bool is_empty, std::string_view operation) {
  if (!is_empty || in.wording().era != error_wording::of_2025) return;
  in.violated_alone(fmt::format("The requestItems parameter is required for {}", operation));
}

std::unexpected<error> duplicate_keys() {
  return fail(errc::validation, "Provided list of item keys contains duplicates");
}

}  // namespace dynamo::engine
