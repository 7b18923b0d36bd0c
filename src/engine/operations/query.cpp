#include "operations.hpp"
#include "page_read.hpp"

#include <dynamo/value/limits.hpp>
#include <engine/rows/row_key.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace dynamo::engine {
namespace {

using attribute_names = std::array<std::string_view, limits::index_key_attributes_max>;

std::span<const std::string_view> names_of(const std::vector<key_attribute>& attributes, attribute_names& names) {
  std::transform(attributes.begin(), attributes.end(), names.begin(),
                 [](const key_attribute& key) { return std::string_view(key.name); });
  return std::span(names).first(attributes.size());
}

result<page_plan> plan_query(const engine_core& core, const range_parameters& p) {
  const auto what = choose_select(p, core.options.wording);
  if (!what) return std::unexpected(what.error());
  if (!p.expressions.key_condition) {
    return fail(errc::validation,
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  }
  auto table = core.tables.find(p.table);
  if (!table) return table_not_found();
  const auto target = read_target::find(table->descriptor, p.index, "Query");
  if (!target) return std::unexpected(target.error());
  if (auto valid = check_target(p, *what, *target); !valid) return std::unexpected(valid.error());
  if (auto valid = p.expressions.legacy.check_indexable(); !valid) return std::unexpected(valid.error());
  attribute_names partition, sort;
  const auto keys = expression::to_key_condition(
      *p.expressions.key_condition, names_of(target->key().partition, partition), names_of(target->key().sort, sort));
  if (!keys) return std::unexpected(keys.error());
  if (auto valid = check_query_filter(p, *target); !valid) return std::unexpected(valid.error());
  auto range = range_of(core.rows->prefix(), *target, *keys);
  if (!range) return std::unexpected(range.error());
  const direction way = p.forward ? direction::forward : direction::backward;
  if (p.start) {
    if (auto cut = resume(*range, core.rows->prefix(), *target, p.start->view(), way,
                          "The provided starting key is outside query boundaries based on provided conditions");
        !cut) {
      return std::unexpected(start_key_error(cut.error(), core.options.wording));
    }
  }
  const std::uint64_t hash = partition_hash(range->from, core.rows->prefix());
  return page_plan{std::move(table), *target, *what, *std::move(range), way, hash};
}

}  // namespace

begun_read query(const engine_core& core, const request& r) {
  auto parameters = read_query(r, core.options.wording);
  if (!parameters) return std::unexpected(parameters.error());
  auto planned = plan_query(core, *parameters);
  if (!planned) return std::unexpected(planned.error());
  if (auto admitted = check_throughput(core, *planned); !admitted) return std::unexpected(admitted.error());
  return std::make_unique<page_read>(core, *std::move(parameters), *std::move(planned));
}

}  // namespace dynamo::engine
