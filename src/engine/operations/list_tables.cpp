#include "engine_core.hpp"

#include <dynamo/value/limits.hpp>
#include <engine/responses/table_list.hpp>

#include <fmt/format.h>

namespace dynamo::engine {
namespace {

struct list_tables_parameters {
  std::string after;
  std::size_t limit = limits::list_tables_page_max;
};

result<list_tables_parameters> read_list_tables(const request& r) {
  violations found;
  std::string after;
  auto limit = static_cast<std::int64_t>(limits::list_tables_page_max);
  const auto read = read_members(r, [&](std::string_view name, parameter_reader& in) {
    if (name == "ExclusiveStartTableName") {
      after = in.string().value_or("");
    } else if (name == "Limit") {
      limit = in.integer().value_or(limit);
    } else {
      in.cursor().skip();
    }
  });
  if (!read) return std::unexpected(read.error());
  if (limit < 1) found.add("limit", std::to_string(limit), "Member must have value greater than or equal to 1");
  if (limit > static_cast<std::int64_t>(limits::list_tables_page_max)) {
    found.add("limit", std::to_string(limit),
              fmt::format("Member must have value less than or equal to {}", limits::list_tables_page_max));
  }
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  return list_tables_parameters{std::move(after), static_cast<std::size_t>(limit)};
}

}  // namespace

result<reply> list_tables(const engine_core& core, const request& r) {
  const auto p = read_list_tables(r);
  if (!p) return std::unexpected(p.error());
  return write_table_list(core.tables.names(p->after, p->limit));
}

}  // namespace dynamo::engine
