#include "request_items.hpp"

#include "common_parameters.hpp"
#include "table_reference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace dynamo::engine {

void check_table_names(member_reader& in, const std::vector<std::string_view>& names) {
  if (names.empty()) return in.violated("{}", "Member must have length greater than or equal to 1");
  std::vector<std::string_view> sorted = names;
  std::ranges::sort(sorted);
  if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end()) {
    return in.in().refuse(error(errc::serialization, fmt::format("RequestItems names the table {} twice", *twice)));
  }
  const auto fits = [](std::string_view name) {
    return name.size() >= limits::table_name_size_min && is_table_name(name);
  };
  if (std::ranges::all_of(names, fits)) return;
  in.violated(fmt::format("{{{}}}", fmt::join(names, ", ")),
              "Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have "
              "length greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]");
}

std::unexpected<error> duplicate_keys() {
  return fail(errc::validation, "Provided list of item keys contains duplicates");
}

}  // namespace dynamo::engine
