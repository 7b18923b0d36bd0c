#include "resource_lookup.hpp"

#include "stream_lookup.hpp"

#include <engine/tables/resource_arn.hpp>

#include <fmt/format.h>

#include <utility>

namespace dynamo::engine {
namespace {

// The words are ours: AWS's were not recorded.
std::unexpected<error> not_an_arn(std::string_view given, resource_kind wanted) {
  return fail(errc::validation, fmt::format("Invalid ResourceArn: '{}' is not the ARN of a table{}", given,
                                            wanted == resource_kind::table_or_stream ? " or a stream" : ""));
}

}  // namespace

result<attached_resource> find_resource(const engine_core& core, std::string_view arn, resource_kind wanted) {
  const auto named = parse_resource_arn(arn);
  if (!named || !named->index.empty() || (!named->stream.empty() && wanted == resource_kind::table)) {
    return not_an_arn(arn, wanted);
  }
  if (named->account != own_account) {
    return fail(errc::access_denied, fmt::format("The resource {} belongs to another account", arn));
  }
  const bool is_here = named->region == core.options.region;
  if (named->stream.empty()) return is_here ? find_attached_table(core, named->table) : no_such_table(named->table);
  const auto stream = core.tables.find_stream(named->table, named->stream);
  if (!is_here || !stream || core.trimming->is_gone(*stream)) return no_such_stream(arn);
  return attached_resource{stream->id, std::nullopt, std::string(arn)};
}

result<attached_resource> find_attached_table(const engine_core& core, std::string_view table_name) {
  auto known = core.tables.look_up(table_name);
  if (!known) return no_such_table(table_name);
  const std::uint32_t id = known->entry->descriptor.id;
  return attached_resource{id, std::move(known), std::string(table_name)};
}

result<void> check_changeable(const attached_resource& resource) {
  if (!resource.table) return {};
  const table_status status = resource.table->status;
  if (status == table_status::active || status == table_status::updating) return {};
  return std::unexpected(claim_status(status, table_event::update, resource.name).error());
}

}  // namespace dynamo::engine
