#pragma once

#include "parameters.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {

/// What the four operations of DynamoDB Streams take. What an operation does not know is not looked at, as in AWS's own reader.
struct stream_parameters {
  std::optional<std::string> table;
  std::optional<std::string> arn;
  std::optional<std::string> after;  ///< ExclusiveStartStreamArn or ExclusiveStartShardId
  std::optional<std::string> shard;
  std::optional<std::string> type;
  std::optional<std::string> number;
  std::optional<std::string> iterator;
  std::optional<std::int64_t> limit;
  bool filtered = false;  ///< ShardFilter is there
  std::optional<std::string> filter_type;
  std::optional<std::string> filter_shard;
};

result<stream_parameters> read_stream_parameters(const request&);

/// Notes a limit that is not between 1 and `greatest`, and a text whose length is not within bounds.
void check_limit(const stream_parameters&, std::size_t greatest, violations&);
void check_length(std::string_view parameter, const std::optional<std::string>&, std::size_t least,
                  std::size_t greatest, violations&);
/// A stream's ARN and a shard's id.
void check_stream_arn(std::string_view parameter, const std::optional<std::string>&, violations&);
void check_shard_id(std::string_view parameter, const std::optional<std::string>&, violations&);

}  // namespace dynamo::engine
