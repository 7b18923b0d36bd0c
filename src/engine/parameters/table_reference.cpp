#include "table_reference.hpp"

#include "member_reader.hpp"

#include <dynamo/value/limits.hpp>
#include <engine/tables/resource_arn.hpp>

#include <algorithm>

namespace dynamo::engine {
namespace {

bool is_part(std::string_view part) noexcept { return !part.empty() && std::ranges::all_of(part, is_name_letter); }

}  // namespace

bool is_table_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= limits::table_name_size_max && std::ranges::all_of(name, is_name_letter);
}

std::optional<std::string_view> table_name_in_arn(std::string_view text) noexcept {
  if (text.size() > limits::table_arn_size_max) return std::nullopt;
  const auto arn = parse_resource_arn(text);
  if (!arn || !arn->index.empty() || !arn->stream.empty()) return std::nullopt;
  if (!is_part(arn->region) || !is_part(arn->account) || !is_table_name(arn->table)) return std::nullopt;
  return arn->table;
}

}  // namespace dynamo::engine
