#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/value/limits.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace dynamo::engine {

// What the four operations of DynamoDB Streams take. Errors of the readers are in DynamoDB's words.

struct list_streams_parameters {
  std::optional<std::string> table;
  std::int64_t limit = limits::streams_page_max;
  std::optional<std::string> after;  ///< ExclusiveStartStreamArn
};
result<list_streams_parameters> read_list_streams(const request&);

struct shard_filter {
  bool of_children = false;  ///< Type is CHILD_SHARDS, the only one there is
  std::optional<std::string> shard;
};
struct describe_stream_parameters {
  std::string arn;
  std::int64_t limit = limits::streams_page_max;
  std::optional<std::string> after;  ///< ExclusiveStartShardId
  std::optional<shard_filter> filter;
};
result<describe_stream_parameters> read_describe_stream(const request&);

enum class iterator_type : std::uint8_t {
  trim_horizon,
  latest,
  at_sequence_number,
  after_sequence_number,
  at_timestamp
};
struct shard_iterator_parameters {
  std::string arn;
  std::string shard;
  iterator_type type = iterator_type::trim_horizon;
  std::optional<std::string> number;  ///< there for the types that name one, and only for these
  std::optional<instant> time;        ///< likewise
};
result<shard_iterator_parameters> read_get_shard_iterator(const request&);

struct records_parameters {
  std::string iterator;
  std::int64_t limit = limits::get_records_limit_max;
};
result<records_parameters> read_get_records(const request&);

}  // namespace dynamo::engine
