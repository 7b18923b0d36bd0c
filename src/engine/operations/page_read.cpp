#include "page_read.hpp"

#include <engine/wording/texts.hpp>

#include <utility>

namespace dynamo::engine {
namespace {

// Rows and the items fetched for them are of one moment, and so are several ranges; global indexes, which fetch nothing, may have to be late.
std::shared_ptr<const store_reader> moment_of(const engine_core& core, const page_plan& plan, bool fetches) {
  if (fetches) return core.rows->snapshot();
  if (plan.target.is_global() && core.stale_views) return core.stale_views->visible();
  if (!plan.more.empty()) return core.rows->snapshot();
  return nullptr;
}

metered metered_by(const page_plan& plan) {
  return {.table = plan.table->descriptor, .index = plan.target.index(), .partition = plan.partition};
}

}  // namespace

result<void> check_throughput(const engine_core& core, const page_plan& plan) {
  if (!core.throughput) return {};
  return core.throughput->check(capacity_use::read, metered_by(plan));
}

error start_key_error(const error& why, error_wording era) {
  if (why.message() != in_words(sentence::starting_key_invalid, error_wording::of_2026)) return why;
  return error(errc::validation, std::string(in_words(sentence::starting_key_invalid, era)));
}

page_read::page_read(const engine_core& core, range_parameters p, page_plan plan)
    : core_(core),
      p_(std::move(p)),
      plan_(std::move(plan)),
      fetches_(needs_items(p_, plan_.what, plan_.target)),
      moment_(moment_of(core, plan_, fetches_)),
      page_(p_, plan_.target, plan_.what, core.rows->prefix(), fetches_ ? moment_.get() : nullptr),
      at_(open(plan_.range)),
      skipped_(core) {}

std::unique_ptr<range_cursor> page_read::open(const key_range& rows) const {
  const store_reader& from = moment_ ? *moment_ : static_cast<const store_reader&>(*core_.rows);
  return from.range(rows.from, rows.to, plan_.way, stops::between_rows_too);
}

std::optional<result<reply>> page_read::run_slice() {
  const std::uint64_t rows_end = page_.rows() + slice_rows_max;
  const std::size_t bytes_end = page_.bytes() + slice_bytes_max;
  if (!skipped_.resume(*at_)) return std::nullopt;
  do {
    while (at_->valid()) {
      if (page_.rows() >= rows_end || page_.bytes() >= bytes_end) return std::nullopt;
      if (auto taken = page_.take(at_->value()); !taken) return std::unexpected(taken.error());
      if (page_.full()) return finish();
      at_->next();
    }
    if (skipped_.looked_at(*at_)) return std::nullopt;
    if (auto read = at_->status(); !read) return std::unexpected(read.error());
  } while (begin_next_range());
  return finish();
}

bool page_read::begin_next_range() {
  if (range_ == plan_.more.size()) return false;
  page_.begin_range();
  at_ = open(plan_.more[range_++]);
  return true;
}

reply page_read::finish() {
  if (core_.throughput) core_.throughput->charge(capacity_use::read, metered_by(plan_), page_.consumed());
  return write(std::move(page_));
}

reply page_read::write(page_writer&& page) { return std::move(page).finish(); }

}  // namespace dynamo::engine
