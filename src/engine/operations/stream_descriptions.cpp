// ListStreams and DescribeStream.
#include "stream_lookup.hpp"

#include <dynamo/value/limits.hpp>
#include <engine/change_log/change_record.hpp>
#include <engine/parameters/stream_parameters.hpp>
#include <engine/responses/table_description.hpp>
#include <engine/tables/descriptor_json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

// The last number of a closed shard: of its newest record, or, if all are trimmed, of the newest that there was.
result<change_number> ending_number(const engine_core& core, const stream_descriptor& stream) {
  const auto first = core.trimming->first_readable(stream);
  if (!first) return std::unexpected(first.error());
  const auto last = last_record(*core.rows, stream.id, *first);
  if (!last) return std::unexpected(last.error());
  if (*last) return (*last)->number;
  return *first > stream.first ? first->preceding() : stream.first;
}

result<void> write_shard(json::buffer& out, const engine_core& core, const stream_descriptor& stream) {
  out.append(R"({"SequenceNumberRange":{)");
  if (!stream.enabled) {
    const auto ending = ending_number(core, stream);
    if (!ending) return std::unexpected(ending.error());
    write_member(out, "EndingSequenceNumber", to_sequence_number(*ending));
    out.append(',');
  }
  write_member(out, "StartingSequenceNumber", to_sequence_number(stream.first));
  out.append("},");
  write_member(out, "ShardId", shard_id(stream));
  out.append('}');
  return {};
}

void check_filter(const stream_parameters& p, violations& found) {
  if (p.filter_type && *p.filter_type != "CHILD_SHARDS") {
    found.add("shardFilter.type", *p.filter_type, "Member must satisfy enum value set: [CHILD_SHARDS]");
  }
  check_shard_id("shardFilter.shardId", p.filter_shard, found);
}

}  // namespace

result<reply> list_streams(const engine_core& core, const request& r) {
  const auto p = read_stream_parameters(r);
  if (!p) return std::unexpected(p.error());
  violations found;
  check_length("tableName", p->table, limits::table_name_size_min, limits::table_name_size_max, found);
  check_limit(*p, limits::streams_page_max, found);
  check_stream_arn("exclusiveStartStreamArn", p->after, found);
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  const auto after = p->after ? parse_stream_arn(*p->after) : stream_name();
  if (!after) return fail(errc::validation, "Invalid StreamArn");

  auto streams = core.tables.streams_of(p->table);
  std::erase_if(streams, [&](const stream_descriptor& stream) {
    return core.trimming->is_gone(stream) ||
           std::pair<std::string_view, std::string_view>(stream.table_name, stream.label) <=
               std::pair(after->table, after->label);
  });
  if (p->table && streams.empty() && !p->after && !core.tables.find(*p->table)) {
    return no_such_table(*p->table);
  }
  const auto limit = static_cast<std::size_t>(p->limit.value_or(limits::streams_page_max));
  json::buffer out;
  out.append('{');
  if (streams.size() > limit) {
    streams.resize(limit);
    write_member(out, "LastEvaluatedStreamArn", arn_of(core, streams.back()));
    out.append(',');
  }
  out.append(R"("Streams":[)");
  const char* separator = "";
  for (const stream_descriptor& stream : streams) {
    out.append(std::exchange(separator, ","));
    out.append('{');
    write_member(out, "StreamArn", arn_of(core, stream));
    out.append(',');
    write_member(out, "StreamLabel", stream.label);
    out.append(',');
    write_member(out, "TableName", stream.table_name);
    out.append('}');
  }
  out.append("]}");
  return reply(std::move(out));
}

result<reply> describe_stream(const engine_core& core, const request& r) {
  const auto p = read_stream_parameters(r);
  if (!p) return std::unexpected(p.error());
  violations found;
  if (!p->arn) found.add_null("streamArn");
  check_stream_arn("streamArn", p->arn, found);
  check_limit(*p, limits::streams_page_max, found);
  check_shard_id("exclusiveStartShardId", p->after, found);
  check_filter(*p, found);
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  if (p->filtered && (!p->filter_type || !p->filter_shard)) {
    return fail(errc::validation, "ShardFilter needs both Type and ShardId");
  }
  const auto stream = find_stream(core, *p->arn);
  if (!stream) return std::unexpected(stream.error());
  const std::string shard = shard_id(*stream);
  if (p->filter_shard && *p->filter_shard != shard) return no_such_shard();

  json::buffer out;
  out.append(fmt::format(R"({{"StreamDescription":{{"CreationRequestDateTime":{:.3f},)",
                         static_cast<double>(stream->created.time_since_epoch().count()) / 1e6));
  write_key_elements(out, stream->key);
  out.append(R"(,"Shards":[)");
  // The one shard has no children, and nothing follows it.
  if (!p->filtered && (!p->after || *p->after < shard)) {
    if (auto written = write_shard(out, core, *stream); !written) return std::unexpected(written.error());
  }
  out.append("],");
  write_member(out, "StreamArn", *p->arn);
  out.append(',');
  write_member(out, "StreamLabel", stream->label);
  out.append(',');
  write_member(out, "StreamStatus", stream->enabled ? "ENABLED" : "DISABLED");
  out.append(',');
  write_member(out, "StreamViewType", to_string(stream->view));
  out.append(',');
  write_member(out, "TableName", stream->table_name);
  out.append("}}");
  return reply(std::move(out));
}

}  // namespace dynamo::engine
