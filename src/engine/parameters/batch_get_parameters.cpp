#include "batch_get_parameters.hpp"

#include "request_items.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/value/limits.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace dynamo::engine {
namespace {

void read_keys(batch_get_table& table, parameter_reader& in) {
  if (in.null()) return;
  table.keys_given = true;
  in.cursor().begin_array();
  while (in.ok() && in.cursor().next_element()) {
    if (++table.key_count > limits::batch_get_keys_max) {
      in.cursor().skip();
      continue;
    }
    json::buffer& key = table.keys.emplace_back();
    if (const auto size = json::canonicalise_item(in.cursor(), key); !size) in.refuse(size.error());
  }
}

void read_table(batch_get_table& table, parameter_reader& in) {
  if (in.null()) return;
  in.members([&](std::string_view name) {
    if (name == "Keys") return read_keys(table, in);
    const std::string member(name);
    json::cursor ahead = in.cursor();
    const std::string value(ahead.skip());
    if (member == "ConsistentRead") {
      table.consistent = in.boolean().value_or(false);
    } else if (!table.expressions.take(member, in)) {
      if (!refuse_legacy(member, in)) in.cursor().skip();
      return;
    }
    table.repeated += fmt::format(R"(,"{}":{})", member, value);
  });
}

void check_keys(const batch_get_table& table, violations& found) {
  const std::string parameter = fmt::format("requestItems.{}.member.keys", table.name);
  if (!table.keys_given) {
    found.add_null(parameter);
  } else if (table.keys.empty()) {
    found.add(parameter, "[]", "Member must have length greater than or equal to 1");
  } else if (table.key_count > limits::batch_get_keys_max) {
    found.add(parameter, fmt::format("[{} keys]", table.key_count),
              fmt::format("Member must have length less than or equal to {}", limits::batch_get_keys_max));
  }
}

bool has_duplicates(const batch_get_table& table) {
  std::unordered_set<std::string_view> seen;
  return !std::ranges::all_of(table.keys, [&](const json::buffer& key) { return seen.insert(key.view()).second; });
}

}  // namespace

result<batch_get_parameters> read_batch_get(const request& r) {
  batch_get_parameters p;
  request_items items;
  violations found;
  const auto read = read_members(r, [&](std::string_view name, parameter_reader& in) {
    if (name == "RequestItems") {
      items.take(in, p.tables, limits::batch_get_keys_max, [&](batch_get_table& table) { read_table(table, in); });
    } else if (name == "ReturnConsumedCapacity") {
      p.capacity = read_capacity_report(in, found);
    } else {
      in.cursor().skip();
    }
  });
  if (!read) return std::unexpected(read.error());
  if (auto valid = items.check(found); !valid) return std::unexpected(valid.error());
  for (const batch_get_table& table : p.tables) check_keys(table, found);
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());

  std::size_t keys = 0;
  for (batch_get_table& table : p.tables) {
    if (auto parsed = table.expressions.parse(); !parsed) return std::unexpected(parsed.error());
    if (has_duplicates(table)) return duplicate_keys();
    keys += table.keys.size();
  }
  if (keys > limits::batch_get_keys_max) {
    return fail(errc::validation, "Too many items requested for the BatchGetItem call");
  }
  return p;
}

}  // namespace dynamo::engine
