#include "stream_lookup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace dynamo::engine {

std::string arn_of(const engine_core& core, const stream_descriptor& stream) {
  return stream_arn(core.options.region, stream.table_name, stream.label);
}

std::string shard_id(const stream_descriptor& stream) {
  // Digits only, also where the clock stood before 1970: the stream's id is what tells shards apart.
  const auto milliseconds = std::max<std::int64_t>(stream.created.time_since_epoch().count() / 1000, 0);
  return fmt::format("shardId-{:020d}-{:08x}", milliseconds, stream.id);
}

std::optional<stream_name> parse_stream_arn(std::string_view arn) noexcept {
  constexpr std::string_view before_table = ":table/";
  constexpr std::string_view before_label = "/stream/";
  const auto table = arn.find(before_table);
  const auto label = arn.find(before_label, table == std::string_view::npos ? 0 : table + before_table.size());
  if (!arn.starts_with("arn:") || table == std::string_view::npos || label == std::string_view::npos) {
    return std::nullopt;
  }
  // arn:partition:dynamodb:region:account
  const std::string_view service = arn.substr(0, table);
  const stream_name found{arn.substr(table + before_table.size(), label - table - before_table.size()),
                          arn.substr(label + before_label.size())};
  if (std::ranges::count(service, ':') != 4 || service.find(":dynamodb:") == std::string_view::npos ||
      found.table.empty() || found.label.empty()) {
    return std::nullopt;
  }
  return found;
}

result<stream_descriptor> find_stream(const engine_core& core, std::string_view arn) {
  const auto name = parse_stream_arn(arn);
  if (!name) return fail(errc::validation, "Invalid StreamArn");
  auto stream = core.tables.find_stream(name->table, name->label);
  if (!stream || arn_of(core, *stream) != arn || core.trimming->is_gone(*stream)) return no_such_stream(arn);
  return *std::move(stream);
}

std::unexpected<error> no_such_stream(std::string_view arn) {
  return fail(errc::resource_not_found, fmt::format("Requested resource not found: Stream: {} not found", arn));
}

std::unexpected<error> no_such_shard() {
  return fail(errc::resource_not_found, "Requested resource not found: Shard does not exist");
}

std::unexpected<error> trimmed() {
  return fail(errc::trimmed_data_access, "The data you are trying to access has been trimmed.");
}

}  // namespace dynamo::engine
