#include "stream_responses.hpp"

#include "table_description.hpp"

#include <dynamo/json/buffer.hpp>
#include <engine/tables/object_writer.hpp>

#include <utility>

namespace dynamo::engine {
namespace {

std::string arn_of(const stream_descriptor& stream, std::string_view region) {
  return stream_arn(region, stream.table_name, stream.label);
}

void write_shard(json::buffer& out, const described_shard& shard) {
  object_writer written(out);
  object_writer range(written.name("SequenceNumberRange"));
  if (shard.ending) range.member("EndingSequenceNumber", to_sequence_number(*shard.ending));
  range.member("StartingSequenceNumber", to_sequence_number(shard.starting));
  range.end();
  written.member("ShardId", shard.id);
  written.end();
}

}  // namespace

reply list_streams_response(const list_streams_outcome& came, std::string_view region) {
  json::buffer out;
  object_writer answer(out);
  if (came.more) answer.member("LastEvaluatedStreamArn", arn_of(came.streams.back(), region));
  write_array(answer.name("Streams"), came.streams, [&](json::buffer& to, const stream_descriptor& stream) {
    object_writer listed(to);
    listed.member("StreamArn", arn_of(stream, region));
    listed.member("StreamLabel", stream.label);
    listed.member("TableName", stream.table_name);
    listed.end();
  });
  answer.end();
  return reply(std::move(out));
}

reply describe_stream_response(const describe_stream_outcome& came, std::string_view arn) {
  const stream_descriptor& stream = came.stream;
  json::buffer out;
  object_writer answer(out);
  object_writer shown(answer.name("StreamDescription"));
  write_seconds(shown.name("CreationRequestDateTime"), stream.created);
  write_key_elements(shown.name("KeySchema"), stream.key);
  write_array(shown.name("Shards"), came.shards, write_shard);
  shown.member("StreamArn", arn);
  shown.member("StreamLabel", stream.label);
  shown.member("StreamStatus", stream.enabled ? "ENABLED" : "DISABLED");
  shown.member("StreamViewType", stream.view);
  shown.member("TableName", stream.table_name);
  shown.end();
  answer.end();
  return reply(std::move(out));
}

reply shard_iterator_response(const shard_iterator& at, std::string_view arn) {
  json::buffer out;
  object_writer answer(out);
  answer.member("ShardIterator", to_token(at, arn));
  answer.end();
  return reply(std::move(out));
}

}  // namespace dynamo::engine
