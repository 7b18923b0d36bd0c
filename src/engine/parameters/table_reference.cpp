#include "table_reference.hpp"

#include "member_reader.hpp"

#include <dynamo/value/limits.hpp>

#include <algorithm>

namespace dynamo::engine {
namespace {

constexpr std::size_t arn_parts = 6;  // arn, partition, service, region, account, resource

bool is_part(std::string_view part) noexcept { return !part.empty() && std::ranges::all_of(part, is_name_letter); }

}  // namespace

bool is_table_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= limits::table_name_size_max && std::ranges::all_of(name, is_name_letter);
}

std::optional<std::string_view> table_name_in_arn(std::string_view text) noexcept {
  constexpr std::string_view table = "table/";
  if (!is_arn(text) || text.size() > limits::table_arn_size_max) return std::nullopt;
  for (std::size_t part = 0; part + 1 < arn_parts; ++part) {
    const std::size_t end = text.find(':');
    if (end == std::string_view::npos || !is_part(text.substr(0, end))) return std::nullopt;
    if (part == 2 && text.substr(0, end) != "dynamodb") return std::nullopt;
    text.remove_prefix(end + 1);
  }
  if (!text.starts_with(table)) return std::nullopt;
  text.remove_prefix(table.size());
  return is_table_name(text) ? std::optional(text) : std::nullopt;
}

}  // namespace dynamo::engine
