#include "operations.hpp"
#include "stream_lookup.hpp"

#include <engine/parameters/stream_parameters.hpp>
#include <engine/responses/stream_responses.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

result<list_streams_outcome> execute(const engine_core& core, const list_streams_parameters& p) {
  const auto after = p.after ? parse_stream_arn(*p.after) : stream_name();
  if (!after) return fail(errc::validation, "Invalid StreamArn");
  list_streams_outcome came{.streams = core.tables.streams_of(p.table)};
  std::erase_if(came.streams, [&](const stream_descriptor& stream) {
    return core.trimming->is_gone(stream) ||
           std::pair<std::string_view, std::string_view>(stream.table_name, stream.label) <=
               std::pair(after->table, after->label);
  });
  if (p.table && came.streams.empty() && !p.after && !core.tables.find(*p.table)) return no_such_table(*p.table);
  const auto limit = static_cast<std::size_t>(p.limit);
  came.more = came.streams.size() > limit;
  if (came.more) came.streams.resize(limit);
  return came;
}

}  // namespace

result<reply> list_streams(const engine_core& core, const request& r) {
  const auto p = read_list_streams(r);
  if (!p) return std::unexpected(p.error());
  const auto came = execute(core, *p);
  if (!came) return std::unexpected(came.error());
  return list_streams_response(*came, core.options.region);
}

}  // namespace dynamo::engine
