#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/value/limits.hpp>
#include <engine/tables/attachment.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace dynamo::engine {

/// The parameters of an operation that asks for a state of one table: its name.
struct table_state_parameters {
  std::string table;
};
result<table_state_parameters> read_table_state(const request&);

/// PointInTimeRecoverySpecification.
struct recovery_specification {
  bool enabled = false;
  std::optional<std::int64_t> days;
};
struct update_recovery_parameters {
  std::string table;
  recovery_specification specification;
};
result<update_recovery_parameters> read_update_recovery(const request&);

/// The parameters of DescribeContributorInsights and UpdateContributorInsights.
struct insights_parameters {
  std::string table;
  std::optional<std::string> index;
  bool enable = false;                ///< UpdateContributorInsights
  std::optional<insights_mode> mode;  ///< UpdateContributorInsights
};
result<insights_parameters> read_describe_insights(const request&);
result<insights_parameters> read_update_insights(const request&);

/// The parameters of ListContributorInsights.
struct list_insights_parameters {
  std::optional<std::string> table;
  std::optional<std::string> after;  ///< NextToken
  std::int64_t limit = limits::insights_page_max;
};
result<list_insights_parameters> read_list_insights(const request&);

}  // namespace dynamo::engine
