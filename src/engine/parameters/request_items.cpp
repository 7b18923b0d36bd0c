#include "request_items.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace dynamo::engine {

void request_items::add_name(std::string_view name) {
  if (std::ranges::find(names_, name) != names_.end()) twice_ = name;
  names_.emplace_back(name);
}

result<void> request_items::check(violations& found) const {
  if (twice_) return fail(errc::serialization, fmt::format("RequestItems names the table {} twice", *twice_));
  if (!given_) {
    found.add_null("requestItems");
    return {};
  }
  if (names_.empty()) {
    found.add("requestItems", "{}", "Member must have length greater than or equal to 1");
    return {};
  }
  const bool all_valid = std::ranges::all_of(names_, [](const std::string& name) {
    violations of_name;
    check_table_name(name, of_name);
    return of_name.empty();
  });
  if (all_valid) return {};
  found.add("requestItems", fmt::format("{{{}}}", fmt::join(names_, ", ")),
            "Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have "
            "length greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]");
  return {};
}

std::unexpected<error> duplicate_keys() {
  return fail(errc::validation, "Provided list of item keys contains duplicates");
}

}  // namespace dynamo::engine
