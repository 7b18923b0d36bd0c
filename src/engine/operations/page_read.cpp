#include "page_read.hpp"

#include <utility>

namespace dynamo::engine {
namespace {

// Rows and the items fetched for them are of one moment; global indexes, which fetch nothing, may have to be late.
std::shared_ptr<const store_reader> moment_of(const engine_core& core, const page_plan& plan, bool fetches) {
  if (fetches) return core.rows->snapshot();
  if (plan.target.is_global() && core.stale_views) return core.stale_views->visible();
  return nullptr;
}

}  // namespace

page_read::page_read(const engine_core& core, range_parameters p, page_plan plan)
    : p_(std::move(p)),
      plan_(std::move(plan)),
      fetches_(needs_items(p_, plan_.what, plan_.target)),
      moment_(moment_of(core, plan_, fetches_)),
      page_(p_, plan_.target, plan_.what, core.rows->prefix(), fetches_ ? moment_.get() : nullptr),
      at_((moment_ ? *moment_ : static_cast<const store_reader&>(*core.rows))
              .range(plan_.range.from, plan_.range.to, plan_.way, stops::between_rows_too)),
      skipped_(core) {}

std::optional<result<reply>> page_read::run_slice() {
  const std::uint64_t rows_end = page_.rows() + slice_rows_max;
  const std::size_t bytes_end = page_.bytes() + slice_bytes_max;
  if (!skipped_.resume(*at_)) return std::nullopt;
  while (at_->valid()) {
    if (page_.rows() >= rows_end || page_.bytes() >= bytes_end) return std::nullopt;
    if (auto taken = page_.take(at_->value()); !taken) return std::unexpected(taken.error());
    if (page_.full()) return std::move(page_).finish();
    at_->next();
  }
  if (skipped_.looked_at(*at_)) return std::nullopt;
  if (auto read = at_->status(); !read) return std::unexpected(read.error());
  return std::move(page_).finish();
}

}  // namespace dynamo::engine
