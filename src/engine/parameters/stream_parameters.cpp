#include "stream_parameters.hpp"

#include <dynamo/value/limits.hpp>

#include <fmt/format.h>

namespace dynamo::engine {
namespace {

void read_filter(stream_parameters& p, parameter_reader& in) {
  if (in.null()) return;
  p.filtered = true;
  in.members([&](std::string_view name) {
    if (name == "Type") {
      p.filter_type = in.string();
    } else if (name == "ShardId") {
      p.filter_shard = in.string();
    } else {
      in.cursor().skip();
    }
  });
}

}  // namespace

result<stream_parameters> read_stream_parameters(const request& r) {
  stream_parameters p;
  const auto read = read_members(r, [&](std::string_view name, parameter_reader& in) {
    if (name == "TableName") {
      p.table = in.string();
    } else if (name == "StreamArn") {
      p.arn = in.string();
    } else if (name == "ExclusiveStartStreamArn" || name == "ExclusiveStartShardId") {
      p.after = in.string();
    } else if (name == "ShardId") {
      p.shard = in.string();
    } else if (name == "ShardIteratorType") {
      p.type = in.string();
    } else if (name == "SequenceNumber") {
      p.number = in.string();
    } else if (name == "ShardIterator") {
      p.iterator = in.string();
    } else if (name == "ShardFilter") {
      read_filter(p, in);
    } else if (name == "Limit") {
      p.limit = in.integer();
    } else {
      in.cursor().skip();
    }
  });
  if (!read) return std::unexpected(read.error());
  return p;
}

void check_limit(const stream_parameters& p, std::size_t greatest, violations& found) {
  if (!p.limit) return;
  if (*p.limit < 1) {
    found.add("limit", std::to_string(*p.limit), "Member must have value greater than or equal to 1");
  } else if (static_cast<std::uint64_t>(*p.limit) > greatest) {
    found.add("limit", std::to_string(*p.limit),
              fmt::format("Member must have value less than or equal to {}", greatest));
  }
}

void check_length(std::string_view parameter, const std::optional<std::string>& value, std::size_t least,
                  std::size_t greatest, violations& found) {
  if (!value) return;
  if (value->size() < least) {
    found.add(parameter, *value, fmt::format("Member must have length greater than or equal to {}", least));
  } else if (value->size() > greatest) {
    found.add(parameter, *value, fmt::format("Member must have length less than or equal to {}", greatest));
  }
}

void check_stream_arn(std::string_view parameter, const std::optional<std::string>& value, violations& found) {
  check_length(parameter, value, limits::stream_arn_size_min, limits::stream_arn_size_max, found);
}

void check_shard_id(std::string_view parameter, const std::optional<std::string>& value, violations& found) {
  check_length(parameter, value, limits::shard_id_size_min, limits::shard_id_size_max, found);
}

}  // namespace dynamo::engine
