// DescribeContributorInsights, UpdateContributorInsights and ListContributorInsights: the state alone.
#include "attachment_change.hpp"
#include "operations.hpp"
#include "resource_lookup.hpp"

#include <engine/parameters/state_parameters.hpp>
#include <engine/responses/attachment_responses.hpp>
#include <engine/responses/state_responses.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

using insights_list = std::vector<insights_settings>;

result<insights_list> insights_in(std::optional<std::string_view> row) {
  if (!row) return insights_list();
  return read_insights(*row);
}

result<insights_list> insights_of(const engine_core& core, std::uint32_t table_id) {
  const auto row = get_attachment(*core.rows, table_id, attachment::insights);
  if (!row) return std::unexpected(row.error());
  return insights_in(*row);
}

// The id that the settings of a table or of one of its indexes are kept under.
result<std::uint32_t> id_of(const attached_resource& of, const std::optional<std::string>& index) {
  if (!index) return of.id;
  const index_descriptor* const found = of.table->entry->descriptor.find_index(*index);
  if (found != nullptr) return found->id;
  // The words are ours.
  return fail(errc::resource_not_found, fmt::format("Requested resource not found: Index: {} not found", *index));
}

std::optional<insights_settings> find_settings(const insights_list& all, std::uint32_t id) {
  const auto found = std::ranges::find(all, id, &insights_settings::id);
  return found == all.end() ? std::nullopt : std::optional(*found);
}

// Without those of indexes that are gone.
insights_list present_of(insights_list all, const table_descriptor& table) {
  std::erase_if(all, [&](const insights_settings& one) {
    return one.id != table.id && std::ranges::find(table.indexes, one.id, &index_descriptor::id) == table.indexes.end();
  });
  return all;
}

// The table and its global indexes, in the order in which they are listed.
result<std::vector<described_insights>> describe_all(const engine_core& core, const table_descriptor& table) {
  const auto all = insights_of(core, table.id);
  if (!all) return std::unexpected(all.error());
  std::vector<described_insights> shown{{table.name, "", find_settings(*all, table.id)}};
  for (const index_descriptor& index : table.indexes) {
    if (index.global) shown.push_back({table.name, index.name, find_settings(*all, index.id)});
  }
  std::ranges::sort(shown, {}, &described_insights::index);
  return shown;
}

// A place of the list: the table's name, a zero and the index's name.
std::string place_of(const described_insights& one) { return one.table + '\0' + one.index; }

}  // namespace

result<reply> describe_contributor_insights(const engine_core& core, const request& r) {
  const auto p = read_describe_insights(r);
  if (!p) return std::unexpected(p.error());
  const auto table = find_attached_table(core, p->table);
  if (!table) return std::unexpected(table.error());
  const auto id = id_of(*table, p->index);
  if (!id) return std::unexpected(id.error());
  const auto all = insights_of(core, table->id);
  if (!all) return std::unexpected(all.error());
  return insights_response({table->name, p->index.value_or(""), find_settings(*all, *id)});
}

result<reply> update_contributor_insights(engine_core& core, const request& r) {
  const auto p = read_update_insights(r);
  if (!p) return std::unexpected(p.error());
  described_insights came;
  const auto find = [&] { return find_attached_table(core, p->table); };
  const auto decide = [&](const attached_resource& table,
                          std::optional<std::string_view> row) -> result<attachment_decision> {
    const auto id = id_of(table, p->index);
    if (!id) return std::unexpected(id.error());
    auto stored = insights_in(row);
    if (!stored) return std::unexpected(stored.error());
    insights_list all = present_of(*std::move(stored), table.table->entry->descriptor);
    insights_settings next = find_settings(all, *id).value_or(insights_settings{.id = *id});
    next.enabled = p->enable;
    next.mode = p->mode.value_or(next.mode);
    next.updated = core.now();
    std::erase_if(all, [&](const insights_settings& one) { return one.id == *id; });
    all.push_back(next);
    came = {table.name, p->index.value_or(""), next};
    return attachment_decision{.what = attachment_decision::kind::put, .row = stored_insights(all)};
  };
  if (auto changed = change_attachment(core, attachment::insights, find, decide); !changed) {
    return std::unexpected(changed.error());
  }
  return updated_insights_response(came);
}

result<reply> list_contributor_insights(const engine_core& core, const request& r) {
  const auto p = read_list_insights(r);
  if (!p) return std::unexpected(p.error());
  const auto after = p->after ? place_of_token(*p->after) : std::string();
  if (!after) return fail(errc::validation, "Invalid NextToken");  // the words are ours
  const auto limit = static_cast<std::size_t>(p->limit);
  const std::string from = after->substr(0, after->find('\0'));
  std::vector<std::string> names;
  if (p->table) {
    if (auto table = find_attached_table(core, *p->table); !table) return std::unexpected(table.error());
    names.push_back(*p->table);
  } else {
    names = core.tables.names(from, limit + 1).names;
    if (!from.empty()) names.insert(names.begin(), from);
  }
  std::vector<described_insights> page;
  for (const std::string& name : names) {
    const auto known = core.tables.look_up(name);
    if (!known) continue;  // it is gone
    auto shown = describe_all(core, known->entry->descriptor);
    if (!shown) return std::unexpected(shown.error());
    for (described_insights& one : *shown) {
      if (place_of(one) <= *after) continue;
      if (page.size() == limit) return insights_list_response(page, place_of(page.back()));
      page.push_back(std::move(one));
    }
  }
  return insights_list_response(page, std::nullopt);
}

}  // namespace dynamo::engine
