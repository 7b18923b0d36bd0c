#include "batch_tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace dynamo::engine {

void check_request_items(bool given, std::span<const std::string_view> names, violations& found) {
  if (!given) return found.add_null("requestItems");
  if (names.empty()) {
    return found.add("requestItems", "{}", "Member must have length greater than or equal to 1");
  }
  const bool all_valid = std::ranges::all_of(names, [](std::string_view name) {
    violations of_name;
    check_table_name(std::string(name), of_name);
    return of_name.empty();
  });
  if (all_valid) return;
  found.add("requestItems", fmt::format("{{{}}}", fmt::join(names, ", ")),
            "Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have "
            "length greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]");
}

std::unexpected<error> table_named_twice(std::string_view name) {
  return fail(errc::serialization, fmt::format("RequestItems names the table {} twice", name));
}

std::unexpected<error> duplicate_keys() {
  return fail(errc::validation, "Provided list of item keys contains duplicates");
}

}  // namespace dynamo::engine
