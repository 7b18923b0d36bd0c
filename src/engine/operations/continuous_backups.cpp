// DescribeContinuousBackups and UpdateContinuousBackups: the state alone. No backup is made, so nothing can be restored yet.
#include "attachment_change.hpp"
#include "operations.hpp"
#include "resource_lookup.hpp"

#include <engine/parameters/state_parameters.hpp>
#include <engine/responses/state_responses.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dynamo::engine {
namespace {

constexpr std::string_view model = "com.amazonaws.dynamodb.v20120810#";
// AWS keeps the latest time that can be restored about five minutes behind.
constexpr auto latest_restorable_lag = std::chrono::minutes(5);

// The exceptions of these operations are their own.
error of_backups(const error& why, const std::string& table) {
  if (why.code() == errc::resource_not_found) {
    return error({.code = errc::resource_not_found,
                  .message = fmt::format("Table not found: {}", table),
                  .type = fmt::format("{}TableNotFoundException", model)});
  }
  if (why.code() == errc::resource_in_use) {
    return error({.code = errc::resource_in_use,
                  .message = why.message(),
                  .type = fmt::format("{}ContinuousBackupsUnavailableException", model)});
  }
  return why;
}

described_recovery describe(const std::optional<recovery_settings>& settings, instant now) {
  described_recovery shown;
  if (!settings) return shown;
  const auto period = std::chrono::hours(24 * static_cast<std::int64_t>(settings->days));
  shown.days = settings->days;
  shown.earliest = std::max(settings->enabled, now - period);
  shown.latest = std::max(shown.earliest, now - latest_restorable_lag);
  return shown;
}

result<std::optional<recovery_settings>> recovery_in(std::optional<std::string_view> row) {
  if (!row) return std::nullopt;
  const auto settings = read_recovery(*row);
  if (!settings) return std::unexpected(settings.error());
  return *settings;
}

}  // namespace

result<reply> describe_continuous_backups(const engine_core& core, const request& r) {
  const auto p = read_table_state(r);
  if (!p) return std::unexpected(p.error());
  const auto table = find_attached_table(core, p->table);
  if (!table) return std::unexpected(of_backups(table.error(), p->table));
  const auto row = get_attachment(*core.rows, table->id, attachment::recovery);
  if (!row) return std::unexpected(row.error());
  const auto settings = recovery_in(*row);
  if (!settings) return std::unexpected(settings.error());
  return continuous_backups_response(describe(*settings, core.now()));
}

result<reply> update_continuous_backups(engine_core& core, const request& r) {
  const auto p = read_update_recovery(r);
  if (!p) return std::unexpected(p.error());
  std::optional<recovery_settings> came;
  const instant now = core.now();
  const auto find = [&] { return find_attached_table(core, p->table); };
  const auto decide = [&](const attached_resource&,
                          std::optional<std::string_view> row) -> result<attachment_decision> {
    const auto present = recovery_in(row);
    if (!present) return std::unexpected(present.error());
    if (!p->specification.enabled) {
      came.reset();
      if (!*present) return attachment_decision();
      return attachment_decision{.what = attachment_decision::kind::erase};
    }
    // What is enabled keeps the time since when, and its period unless another is given.
    came = *present ? **present : recovery_settings{limits::recovery_days_max, now};
    if (p->specification.days) came->days = static_cast<std::uint64_t>(*p->specification.days);
    return attachment_decision{.what = attachment_decision::kind::put, .row = stored_recovery(*came)};
  };
  if (auto changed = change_attachment(core, attachment::recovery, find, decide); !changed) {
    return std::unexpected(of_backups(changed.error(), p->table));
  }
  return continuous_backups_response(describe(came, now));
}

}  // namespace dynamo::engine
