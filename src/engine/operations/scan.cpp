#include "operations.hpp"
#include "page_read.hpp"

#include <fmt/format.h>

namespace dynamo::engine {
namespace {

result<page_plan> plan_scan(const engine_core& core, const range_parameters& p) {
  if (auto checked = check_segments(p, core.options.wording); !checked) return std::unexpected(checked.error());
  const auto what = choose_select(p, core.options.wording);
  if (!what) return std::unexpected(what.error());
  auto table = core.tables.find(p.table);
  if (!table) return table_not_found();
  const auto target = read_target::find(table->descriptor, p.index);
  if (!target) return std::unexpected(target.error());
  if (auto valid = check_target(p, *what, *target); !valid) return std::unexpected(valid.error());

  const auto segment = static_cast<std::uint64_t>(p.segment.value_or(0));
  const auto total = static_cast<std::uint64_t>(p.total_segments.value_or(1));
  key_range range = segment_of(core.rows->prefix(), *target, segment, total);
  if (p.start) {
    const std::string outside =
        p.segment
            ? fmt::format(
                  "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with "
                  "correct Segment. TotalSegments: {} Segment: {}",
                  total, segment)
            : "The provided starting key is invalid";
    if (auto cut = resume(range, core.rows->prefix(), *target, p.start->view(), direction::forward, outside); !cut) {
      return std::unexpected(start_key_error(cut.error(), core.options.wording));
    }
  }
  return page_plan{std::move(table), *target, *what, std::move(range), direction::forward};
}

}  // namespace

begun_read scan(const engine_core& core, const request& r) {
  auto parameters = read_scan(r, core.options.wording);
  if (!parameters) return std::unexpected(parameters.error());
  auto planned = plan_scan(core, *parameters);
  if (!planned) return std::unexpected(planned.error());
  if (auto admitted = check_throughput(core, *planned); !admitted) return std::unexpected(admitted.error());
  return std::make_unique<page_read>(core, *std::move(parameters), *std::move(planned));
}

}  // namespace dynamo::engine
