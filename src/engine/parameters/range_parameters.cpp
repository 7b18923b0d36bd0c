#include "range_parameters.hpp"

#include "member_reader.hpp"

#include <dynamo/value/limits.hpp>
#include <engine/rows/key_path_rules.hpp>
#include <engine/wording/texts.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <vector>

namespace dynamo::engine {
namespace {

constexpr auto selects = std::to_array<choice>({{"SPECIFIC_ATTRIBUTES", select_name::specific_attributes},
                                                {"COUNT", select_name::count},
                                                {"ALL_ATTRIBUTES", select_name::all_attributes},
                                                {"ALL_PROJECTED_ATTRIBUTES", select_name::all_projected_attributes}});

using of_range = range_parameters;
consteval declared<of_range> index_name() {
  return parameter<of_range, &of_range::index>("IndexName")
      .of_name_letters()
      .within(limits::index_name_size_min, limits::index_name_size_max);
}
consteval declared<of_range> limit() { return parameter<of_range, &of_range::limit>("Limit").within(1); }
consteval declared<of_range> selected() { return parameter<of_range, &of_range::selected>("Select").one_of(selects); }
consteval declared<of_range> start_key() { return parameter<of_range, &of_range::start>("ExclusiveStartKey"); }

constexpr auto query_members =
    declare(consumed_capacity_report<of_range>(), table_name<of_range>(), index_name(), limit(), selected(),
            consistent_read<of_range>(), parameter<of_range, &of_range::forward>("ScanIndexForward"), start_key(),
            projection_expression<of_range>(), filter_expression<of_range>(), key_condition_expression<of_range>(),
            expression_names<of_range>(), expression_values<of_range>(), attributes_to_get<of_range>(),
            conditional_operator_of_filter<of_range>(), key_conditions<of_range>(), query_filter<of_range>());
constexpr auto scan_members = declare(
    consumed_capacity_report<of_range>(), table_name<of_range>(), index_name(), limit().newly_worded(newer_words::both),
    parameter<of_range, &of_range::segment>("Segment")
        .within(0, limits::scan_segments_max - 1)
        .newly_worded(newer_words::both),
    parameter<of_range, &of_range::total_segments>("TotalSegments")
        .within(1, limits::scan_segments_max)
        .newly_worded(newer_words::both),
    selected(), consistent_read<of_range>(), start_key(), projection_expression<of_range>(),
    filter_expression<of_range>(), expression_names<of_range>(), expression_values<of_range>(),
    attributes_to_get<of_range>(), conditional_operator_of_filter<of_range>(), scan_filter<of_range>());

template <std::size_t Count>
result<range_parameters> read(const request& r, const member_list<of_range, Count>& members, error_wording era) {
  auto parameters = read_request(r, members, wording_of(r.operation, era));
  if (!parameters) return parameters;
  if (auto parsed = parameters->expressions.parse(era); !parsed) return std::unexpected(parsed.error());
  return parameters;
}

/// Every path in a condition, in the order of the text.
void collect_paths(const expression::condition& condition, std::vector<const expression::path*>& paths) {
  for (const expression::operand& operand : condition.operands) {
    if (operand.what != expression::operand::kind::value) paths.push_back(&operand.at);
  }
  for (const expression::condition& child : condition.children) collect_paths(child, paths);
}

std::vector<const expression::path*> filter_paths(const range_parameters& p) {
  std::vector<const expression::path*> paths;
  if (p.expressions.filter) collect_paths(*p.expressions.filter, paths);
  return paths;
}

}  // namespace

std::string_view to_string(select_name wanted) noexcept {
  return std::ranges::find(selects, static_cast<std::uint8_t>(wanted), &choice::value)->name;
}

result<range_parameters> read_query(const request& r, error_wording era) { return read(r, query_members, era); }
result<range_parameters> read_scan(const request& r, error_wording era) { return read(r, scan_members, era); }

result<select> choose_select(const range_parameters& p, error_wording era) {
  const bool projected = p.expressions.projection.has_value();
  if (!p.selected) return projected ? select::specific_attributes : select::all_of_rows;
  const auto misused = [&](std::string_view words) {
    return fail(errc::validation,
                fmt::format("{}{}", era == error_wording::of_2026 ? "1 validation error detected: " : "", words));
  };
  if (*p.selected == select_name::specific_attributes) {
    if (projected) return select::specific_attributes;
    return misused("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
  }
  if (projected) {
    return misused(fmt::format("Cannot specify the {} when choosing to get {}",
                               p.expressions.legacy.attributes_to_get ? "AttributesToGet" : "ProjectionExpression",
                               *p.selected == select_name::count ? "only the Count" : to_string(*p.selected)));
  }
  if (*p.selected == select_name::all_projected_attributes && !p.index) {
    return misused("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  }
  if (*p.selected == select_name::count) return select::count;
  return *p.selected == select_name::all_attributes ? select::all_of_items : select::all_of_rows;
}

result<void> check_segments(const range_parameters& p, error_wording era) {
  if (p.segment && !p.total_segments) {
    return fail(
        errc::validation,
        "The TotalSegments parameter is required but was not present in the request when Segment parameter is present");
  }
  if (!p.segment && p.total_segments) {
    return fail(
        errc::validation,
        "The Segment parameter is required but was not present in the request when parameter TotalSegments is present");
  }
  if (p.segment && *p.segment >= *p.total_segments) {
    std::string words(in_words(sentence::segment_beyond_total, era));
    if (era == error_wording::of_2025) {
      words += fmt::format(": Segment: {} is not less than TotalSegments: {}", *p.segment, *p.total_segments);
    }
    return fail(errc::validation, std::move(words));
  }
  return {};
}

result<void> check_target(const range_parameters& p, select what, const read_target& target) {
  if (target.is_global()) {
    if (p.consistent) {
      return fail(errc::validation, "Consistent reads are not supported on global secondary indexes");
    }
    const index_descriptor& index = *target.index();
    if (what == select::all_of_items && index.projection != projection_kind::all) {
      return fail(
          errc::validation,
          fmt::format("One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for "
                      "global secondary index {} because its projection type is not ALL",
                      index.name));
    }
    std::vector<std::string_view> missing;
    if (p.expressions.projection) {
      for (const expression::path& path : *p.expressions.projection) {
        const std::string& name = path.front().name;
        if (!index.projects(name) && std::find(missing.begin(), missing.end(), name) == missing.end()) {
          missing.emplace_back(name);
        }
      }
    }
    if (!missing.empty()) {
      return fail(
          errc::validation,
          fmt::format("One or more parameter values were invalid: Global secondary index {} does not project [{}]",
                      index.name, fmt::join(missing, ", ")));
    }
  }
  if (auto valid = check_key_paths(target.table(), p.expressions.projection); !valid) return valid;
  for (const expression::path* path : filter_paths(p)) {
    if (auto valid = check_key_path(target.table(), *path); !valid) return valid;
  }
  return {};
}

result<void> check_query_filter(const range_parameters& p, const read_target& target) {
  const auto paths = filter_paths(p);
  std::set<std::string_view> missing;
  for (const expression::path* path : paths) {
    const std::string& name = path->front().name;
    if (target.key().has(name)) {
      return fail(errc::validation,
                  fmt::format("{} can only contain non-primary key attributes: Primary key attribute: {}",
                              p.expressions.legacy.query_filter ? "QueryFilter" : "Filter Expression", name));
    }
    if (!target.projects(name)) missing.insert(name);
  }
  if (missing.empty()) return {};
  return fail(errc::validation,
              fmt::format("One or more parameter values were invalid: Secondary index {} does not project one or more "
                          "filter attributes: [{}]",
                          target.index()->name, fmt::join(missing, ", ")));
}

}  // namespace dynamo::engine
