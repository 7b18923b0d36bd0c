#pragma once

#include <dynamo/protocol/endpoint.hpp>
#include <engine/change_log/shard_iterator.hpp>
#include <engine/tables/table_descriptor.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::engine {

struct list_streams_outcome {
  std::vector<stream_descriptor> streams;
  bool more = false;
};
reply list_streams_response(const list_streams_outcome&, std::string_view region);

struct described_shard {
  std::string id;
  change_number starting;
  std::optional<change_number> ending;  ///< of a closed one
};
struct describe_stream_outcome {
  stream_descriptor stream;
  std::vector<described_shard> shards;
};
reply describe_stream_response(const describe_stream_outcome&, std::string_view arn);

reply shard_iterator_response(const shard_iterator&, std::string_view arn);

}  // namespace dynamo::engine
