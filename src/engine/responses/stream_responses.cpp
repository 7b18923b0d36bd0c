#include "stream_responses.hpp"

#include "table_description.hpp"

#include <dynamo/json/buffer.hpp>
#include <engine/tables/descriptor_json.hpp>

#include <fmt/format.h>

#include <utility>

namespace dynamo::engine {
namespace {

std::string arn_of(const stream_descriptor& stream, std::string_view region) {
  return stream_arn(region, stream.table_name, stream.label);
}

void write_shard(json::buffer& out, const described_shard& shard) {
  out.append(R"({"SequenceNumberRange":{)");
  if (shard.ending) {
    write_member(out, "EndingSequenceNumber", to_sequence_number(*shard.ending));
    out.append(',');
  }
  write_member(out, "StartingSequenceNumber", to_sequence_number(shard.starting));
  out.append("},");
  write_member(out, "ShardId", shard.id);
  out.append('}');
}

}  // namespace

reply list_streams_response(const list_streams_outcome& came, std::string_view region) {
  json::buffer out;
  out.append('{');
  if (came.more) {
    write_member(out, "LastEvaluatedStreamArn", arn_of(came.streams.back(), region));
    out.append(',');
  }
  out.append(R"("Streams":[)");
  const char* separator = "";
  for (const stream_descriptor& stream : came.streams) {
    out.append(std::exchange(separator, ","));
    out.append('{');
    write_member(out, "StreamArn", arn_of(stream, region));
    out.append(',');
    write_member(out, "StreamLabel", stream.label);
    out.append(',');
    write_member(out, "TableName", stream.table_name);
    out.append('}');
  }
  out.append("]}");
  return reply(std::move(out));
}

reply describe_stream_response(const describe_stream_outcome& came, std::string_view arn) {
  const stream_descriptor& stream = came.stream;
  json::buffer out;
  out.append(fmt::format(R"({{"StreamDescription":{{"CreationRequestDateTime":{:.3f},)",
                         static_cast<double>(stream.created.time_since_epoch().count()) / 1e6));
  write_key_elements(out, stream.key);
  out.append(R"(,"Shards":[)");
  const char* separator = "";
  for (const described_shard& shard : came.shards) {
    out.append(std::exchange(separator, ","));
    write_shard(out, shard);
  }
  out.append("],");
  write_member(out, "StreamArn", arn);
  out.append(',');
  write_member(out, "StreamLabel", stream.label);
  out.append(',');
  write_member(out, "StreamStatus", stream.enabled ? "ENABLED" : "DISABLED");
  out.append(',');
  write_member(out, "StreamViewType", to_string(stream.view));
  out.append(',');
  write_member(out, "TableName", stream.table_name);
  out.append("}}");
  return reply(std::move(out));
}

reply shard_iterator_response(const shard_iterator& at, std::string_view arn) {
  json::buffer out;
  out.append('{');
  write_member(out, "ShardIterator", to_token(at, arn));
  out.append('}');
  return reply(std::move(out));
}

}  // namespace dynamo::engine
