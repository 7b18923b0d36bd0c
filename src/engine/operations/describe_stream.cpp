#include "operations.hpp"
#include "stream_lookup.hpp"

#include <engine/change_log/record_search.hpp>
#include <engine/parameters/stream_parameters.hpp>
#include <engine/responses/stream_responses.hpp>

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

result<described_shard> describe_shard(const engine_core& core, const stream_descriptor& stream, std::string id) {
  described_shard shard{.id = std::move(id), .starting = stream.first, .ending = std::nullopt};
  if (stream.enabled) return shard;
  const auto ending = ending_number(core, stream);
  if (!ending) return std::unexpected(ending.error());
  shard.ending = *ending;
  return shard;
}

result<describe_stream_outcome> execute(const engine_core& core, const describe_stream_parameters& p) {
  auto stream = find_stream(core, p.arn);
  if (!stream) return std::unexpected(stream.error());
  std::string id = shard_id(*stream);
  if (p.filter && p.filter->shard != id) return no_such_shard();
  describe_stream_outcome came{.stream = *std::move(stream), .shards = {}};
  // The one shard has no children, and nothing follows it.
  if (p.filter || (p.after && *p.after >= id)) return came;
  auto shard = describe_shard(core, came.stream, std::move(id));
  if (!shard) return std::unexpected(shard.error());
  came.shards.push_back(*std::move(shard));
  return came;
}

}  // namespace

result<reply> describe_stream(const engine_core& core, const request& r) {
  const auto p = read_describe_stream(r);
  if (!p) return std::unexpected(p.error());
  const auto came = execute(core, *p);
  if (!came) return std::unexpected(came.error());
  return describe_stream_response(*came, p->arn);
}

}  // namespace dynamo::engine
