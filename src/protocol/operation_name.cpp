#include <dynamo/protocol/operation_name.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>

namespace dynamo {
namespace {

// In the order of the enumeration; the wire's spelling.
constexpr auto names = std::to_array<std::string_view>({
    "BatchExecuteStatement",
    "BatchGetItem",
    "BatchWriteItem",
    "CreateBackup",
    "CreateGlobalTable",
    "CreateTable",
    "DeleteBackup",
    "DeleteItem",
    "DeleteResourcePolicy",
    "DeleteTable",
    "DescribeBackup",
    "DescribeContinuousBackups",
    "DescribeContributorInsights",
    "DescribeEndpoints",
    "DescribeExport",
    "DescribeGlobalTable",
    "DescribeGlobalTableSettings",
    "DescribeImport",
    "DescribeKinesisStreamingDestination",
    "DescribeLimits",
    "DescribeTable",
    "DescribeTableReplicaAutoScaling",
    "DescribeTimeToLive",
    "DisableKinesisStreamingDestination",
    "EnableKinesisStreamingDestination",
    "ExecuteStatement",
    "ExecuteTransaction",
    "ExportTableToPointInTime",
    "GetItem",
    "GetResourcePolicy",
    "ImportTable",
    "ListBackups",
    "ListContributorInsights",
    "ListExports",
    "ListGlobalTables",
    "ListImports",
    "ListTables",
    "ListTagsOfResource",
    "PutItem",
    "PutResourcePolicy",
    "Query",
    "RestoreTableFromBackup",
    "RestoreTableToPointInTime",
    "Scan",
    "TagResource",
    "TransactGetItems",
    "TransactWriteItems",
    "UntagResource",
    "UpdateContinuousBackups",
    "UpdateContributorInsights",
    "UpdateGlobalTable",
    "UpdateGlobalTableSettings",
    "UpdateItem",
    "UpdateKinesisStreamingDestination",
    "UpdateTable",
    "UpdateTableReplicaAutoScaling",
    "UpdateTimeToLive",
    "DescribeStream",
    "GetRecords",
    "GetShardIterator",
    "ListStreams",
});
static_assert(names.size() == static_cast<std::size_t>(operation_name::list_streams) + 1);
constexpr auto first_of_streams = names.begin() + static_cast<std::ptrdiff_t>(operation_name::describe_stream);
static_assert(std::is_sorted(names.begin(), first_of_streams) && std::is_sorted(first_of_streams, names.end()));

}  // namespace

std::string_view to_string(operation_name name) noexcept { return names[static_cast<std::size_t>(name)]; }

std::optional<operation_name> operation_from(std::string_view wire_name) noexcept {
  for (auto range : {std::pair(names.begin(), first_of_streams), std::pair(first_of_streams, names.end())}) {
    const auto found = std::lower_bound(range.first, range.second, wire_name);
    if (found != range.second && *found == wire_name) return static_cast<operation_name>(found - names.begin());
  }
  return std::nullopt;
}

bool is_streams_operation(operation_name name) noexcept { return name >= operation_name::describe_stream; }

}  // namespace dynamo
