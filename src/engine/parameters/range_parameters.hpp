#pragma once

#include "common_parameters.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/rows/read_target.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// Which attributes a read answers with: all that its rows hold (of a table: whole items), all that the items hold, those of the
/// ProjectionExpression, or none.
enum class select : std::uint8_t { all_of_rows, all_of_items, specific_attributes, count };

/// What Select asks for by its name.
enum class select_name : std::uint8_t { specific_attributes, count, all_attributes, all_projected_attributes };
std::string_view to_string(select_name) noexcept;  ///< "ALL_ATTRIBUTES"

/// The parameters of Query and Scan; each uses its own.
struct range_parameters {
  std::string table;
  std::optional<std::string> index;
  std::optional<select_name> selected;
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> segment;
  std::optional<std::int64_t> total_segments;
  bool consistent = false;
  bool forward = true;
  std::optional<json::buffer> start;  ///< ExclusiveStartKey, canonical
  capacity_report capacity = capacity_report::none;
  expression_parameters expressions;
};

/// Read them, and check each by itself. Errors in DynamoDB's words.
result<range_parameters> read_query(const request&, error_wording = {});
result<range_parameters> read_scan(const request&, error_wording = {});
/// What Select and ProjectionExpression come to.
result<select> choose_select(const range_parameters&, error_wording = {});
/// Segment and TotalSegments go together.
result<void> check_segments(const range_parameters&, error_wording);

/// What the parameters may not ask of a target: consistent reads of a global index, attributes that a global index does not
/// project, paths into key attributes.
result<void> check_target(const range_parameters&, select, const read_target&);
/// What a Query may not filter by: key attributes of what it reads, and attributes that an index does not project.
result<void> check_query_filter(const range_parameters&, const read_target&);

}  // namespace dynamo::engine
