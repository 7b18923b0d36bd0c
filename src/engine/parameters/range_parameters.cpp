#include "range_parameters.hpp"

#include <dynamo/value/limits.hpp>
#include <engine/rows/key_path_rules.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <vector>

namespace dynamo::engine {
namespace {

void check_bounds(const range_parameters& p, violations& found) {
  if (p.limit && *p.limit < 1) {
    found.add("limit", std::to_string(*p.limit), "Member must have value greater than or equal to 1");
  }
  if (p.segment && *p.segment < 0) {
    found.add("segment", std::to_string(*p.segment), "Member must have value greater than or equal to 0");
  }
  if (p.total_segments && *p.total_segments < 1) {
    found.add("totalSegments", std::to_string(*p.total_segments), "Member must have value greater than or equal to 1");
  }
  if (p.total_segments && *p.total_segments > static_cast<std::int64_t>(limits::scan_segments_max)) {
    found.add("totalSegments", std::to_string(*p.total_segments),
              fmt::format("Member must have value less than or equal to {}", limits::scan_segments_max));
  }
  if (p.select_text && *p.select_text != "ALL_ATTRIBUTES" && *p.select_text != "ALL_PROJECTED_ATTRIBUTES" &&
      *p.select_text != "SPECIFIC_ATTRIBUTES" && *p.select_text != "COUNT") {
    found.add(
        "select", *p.select_text,
        "Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]");
  }
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

result<range_parameters> read_range_parameters(const request& r) {
  range_parameters p;
  violations found;
  const auto read = read_members(r, [&](std::string_view name, parameter_reader& in) {
    if (name == "TableName") {
      p.table = in.string();
    } else if (name == "IndexName") {
      p.index = in.string();
    } else if (name == "Select") {
      p.select_text = in.string();
    } else if (name == "Limit") {
      p.limit = in.integer();
    } else if (name == "ConsistentRead") {
      p.consistent = in.boolean().value_or(false);
    } else if (name == "ScanIndexForward") {
      p.forward = in.boolean().value_or(true);
    } else if (name == "Segment") {
      p.segment = in.integer();
    } else if (name == "TotalSegments") {
      p.total_segments = in.integer();
    } else if (name == "ExclusiveStartKey") {
      p.start_given = in.item(p.start);
    } else if (name == "ReturnConsumedCapacity") {
      p.capacity = read_capacity_report(in, found);
    } else if (!p.expressions.take(name, in) && !refuse_legacy(name, in)) {
      in.cursor().skip();
    }
  });
  if (!read) return std::unexpected(read.error());
  check_table_name(p.table, found);
  check_bounds(p, found);
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  if (auto parsed = p.expressions.parse(); !parsed) return std::unexpected(parsed.error());
  return p;
}

result<select> choose_select(const range_parameters& p) {
  const bool projected = p.expressions.projection.has_value();
  if (!p.select_text) return projected ? select::specific_attributes : select::all_of_rows;
  if (*p.select_text == "SPECIFIC_ATTRIBUTES") {
    if (projected) return select::specific_attributes;
    return fail(errc::validation,
                "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
  }
  if (*p.select_text == "ALL_PROJECTED_ATTRIBUTES" && !p.index) {
    return fail(
        errc::validation,
        "One or more parameter values were invalid: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an "
        "IndexName");
  }
  if (projected) {
    return fail(errc::validation, fmt::format("Cannot specify the ProjectionExpression when choosing to get {}",
                                              *p.select_text == "COUNT" ? "only the Count" : *p.select_text));
  }
  if (*p.select_text == "COUNT") return select::count;
  return *p.select_text == "ALL_ATTRIBUTES" ? select::all_of_items : select::all_of_rows;
}

result<void> check_segments(const range_parameters& p) {
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
    return fail(
        errc::validation,
        fmt::format(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {} is not "
            "less than TotalSegments: {}",
            *p.segment, *p.total_segments));
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
      return fail(
          errc::validation,
          fmt::format("Filter Expression can only contain non-primary key attributes: Primary key attribute: {}",
                      name));
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
