#include "engine_core.hpp"

#include <dynamo/value/limits.hpp>
#include <engine/parameters/range_parameters.hpp>
#include <engine/responses/page_writer.hpp>
#include <engine/rows/key_range.hpp>
#include <engine/rows/read_target.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>

namespace dynamo::engine {
namespace {

result<reply> read_page(const engine_core& core, const range_parameters& p, const read_target& target, select what,
                        const key_range& range, direction way) {
  // Rows and the items fetched for them are of one moment; global indexes, which fetch nothing, may have to be late.
  const bool fetches = needs_items(p, what, target);
  std::shared_ptr<const store_reader> moment;
  if (fetches) {
    moment = core.rows->snapshot();
  } else if (target.is_global() && core.stale_views) {
    moment = core.stale_views->visible();
  }
  const store_reader& from = moment ? *moment : *core.rows;
  page_writer page(p, target, what, core.rows->prefix(), fetches ? &from : nullptr);
  const auto at = from.range(range.from, range.to, way);
  for (; at->valid() && !page.full(); at->next()) {
    if (auto taken = page.take(at->value()); !taken) return std::unexpected(taken.error());
  }
  if (auto read = at->status(); !read) return std::unexpected(read.error());
  return std::move(page).finish();
}

using attribute_names = std::array<std::string_view, limits::index_key_attributes_max>;

std::span<const std::string_view> names_of(const std::vector<key_attribute>& attributes, attribute_names& names) {
  std::transform(attributes.begin(), attributes.end(), names.begin(),
                 [](const key_attribute& key) { return std::string_view(key.name); });
  return std::span(names).first(attributes.size());
}

}  // namespace

result<reply> query(const engine_core& core, const request& r) {
  const auto p = read_range_parameters(r);
  if (!p) return std::unexpected(p.error());
  const auto what = choose_select(*p);
  if (!what) return std::unexpected(what.error());
  if (!p->expressions.key_condition) {
    return fail(errc::validation,
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  }
  const auto entry = core.tables.find(*p->table);
  if (!entry) return table_not_found();
  const auto target = read_target::find(entry->descriptor, p->index);
  if (!target) return std::unexpected(target.error());
  if (auto valid = check_target(*p, *what, *target); !valid) return std::unexpected(valid.error());
  attribute_names partition, sort;
  const auto keys = expression::to_key_condition(
      *p->expressions.key_condition, names_of(target->key().partition, partition), names_of(target->key().sort, sort));
  if (!keys) return std::unexpected(keys.error());
  if (auto valid = check_query_filter(*p, *target); !valid) return std::unexpected(valid.error());
  auto range = range_of(core.rows->prefix(), *target, *keys);
  if (!range) return std::unexpected(range.error());
  const direction way = p->forward ? direction::forward : direction::backward;
  if (p->start_given) {
    if (auto cut = resume(*range, core.rows->prefix(), *target, p->start.view(), way,
                          "The provided starting key is outside query boundaries based on provided conditions");
        !cut) {
      return std::unexpected(cut.error());
    }
  }
  return read_page(core, *p, *target, *what, *range, way);
}

result<reply> scan(const engine_core& core, const request& r) {
  const auto p = read_range_parameters(r);
  if (!p) return std::unexpected(p.error());
  if (auto checked = check_segments(*p); !checked) return std::unexpected(checked.error());
  const auto what = choose_select(*p);
  if (!what) return std::unexpected(what.error());
  const auto entry = core.tables.find(*p->table);
  if (!entry) return table_not_found();
  const auto target = read_target::find(entry->descriptor, p->index);
  if (!target) return std::unexpected(target.error());
  if (auto valid = check_target(*p, *what, *target); !valid) return std::unexpected(valid.error());

  const auto segment = static_cast<std::uint64_t>(p->segment.value_or(0));
  const auto total = static_cast<std::uint64_t>(p->total_segments.value_or(1));
  key_range range = segment_of(core.rows->prefix(), *target, segment, total);
  if (p->start_given) {
    const std::string outside =
        p->segment
            ? fmt::format(
                  "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with "
                  "correct Segment. TotalSegments: {} Segment: {}",
                  total, segment)
            : "The provided starting key is invalid";
    if (auto cut = resume(range, core.rows->prefix(), *target, p->start.view(), direction::forward, outside); !cut) {
      return std::unexpected(cut.error());
    }
  }
  return read_page(core, *p, *target, *what, range, direction::forward);
}

}  // namespace dynamo::engine
