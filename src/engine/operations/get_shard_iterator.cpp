#include "operations.hpp"
#include "stream_lookup.hpp"

#include <engine/change_log/record_search.hpp>
#include <engine/change_log/shard_iterator.hpp>
#include <engine/parameters/stream_parameters.hpp>
#include <engine/responses/stream_responses.hpp>
#include <engine/storage/change_key.hpp>

namespace dynamo::engine {
namespace {

result<change_number> starting_number(const engine_core& core, const stream_descriptor& stream,
                                      const shard_iterator_parameters& p) {
  const auto first = core.trimming->first_readable(stream);
  if (!first) return std::unexpected(first.error());
  if (p.type == iterator_type::trim_horizon) return *first;
  if (p.type == iterator_type::latest) {
    const auto last = last_record(*core.rows, stream.id, *first);
    if (!last) return std::unexpected(last.error());
    return *last ? (*last)->number.following() : *first;
  }
  if (p.type == iterator_type::at_timestamp) return first_at_or_after(*core.rows, stream.id, *first, *p.time);
  const auto number = from_sequence_number(*p.number);
  if (!number) return fail(errc::validation, "Invalid SequenceNumber");
  if (*number < *first) return trimmed();
  return p.type == iterator_type::at_sequence_number ? *number : number->following();
}

result<shard_iterator> execute(const engine_core& core, const shard_iterator_parameters& p) {
  // These words are ours: DynamoDB's are not recorded.
  if (p.time && *p.time > core.now()) return fail(errc::validation, "Timestamp is in the future");
  const auto stream = find_stream(core, p.arn);
  if (!stream) return std::unexpected(stream.error());
  if (shard_id(*stream) != p.shard) return no_such_shard();
  const auto start = starting_number(core, *stream, p);
  if (!start) return std::unexpected(start.error());
  return shard_iterator{.stream_id = stream->id, .shard = only_shard, .next = *start, .issued = core.ages->now()};
}

}  // namespace

result<reply> get_shard_iterator(const engine_core& core, const request& r) {
  const auto p = read_get_shard_iterator(r);
  if (!p) return std::unexpected(p.error());
  const auto at = execute(core, *p);
  if (!at) return std::unexpected(at.error());
  return shard_iterator_response(*at, p->arn);
}

}  // namespace dynamo::engine
