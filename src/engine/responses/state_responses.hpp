#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/tables/attachment.hpp>
#include <engine/tables/table_status.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

/// Point-in-time recovery as it is described: disabled without `days`.
struct described_recovery {
  std::optional<std::uint64_t> days;
  instant earliest{};
  instant latest{};
};
reply continuous_backups_response(const described_recovery&);

/// Contributor insights of a table or an index.
struct described_insights {
  std::string table;
  std::string index;  ///< empty: of the table
  /// Nothing if it was never set.
  std::optional<insights_settings> settings;
};
reply insights_response(const described_insights&);          ///< DescribeContributorInsights
reply updated_insights_response(const described_insights&);  ///< UpdateContributorInsights: the state that comes
/// `after`: the token's place, if others follow.
reply insights_list_response(const std::vector<described_insights>&, const std::optional<std::string>& after);

/// A table without destinations; and without replicas.
reply kinesis_destinations_response(std::string_view table);
reply replica_auto_scaling_response(std::string_view table, table_status);

}  // namespace dynamo::engine
