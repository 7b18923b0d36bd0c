#include "engine_core.hpp"

#include <engine/tables/stored_catalog.hpp>

#include <fmt/format.h>

#include <utility>

namespace dynamo::engine {

engine_core::engine_core(std::unique_ptr<store> of, const database_options& how) : options(how), rows(std::move(of)) {}
engine_core::~engine_core() { waiters.close(); }

result<void> engine_core::load() {
  const auto epoch = load_catalog(*rows, tables);
  if (!epoch) return std::unexpected(epoch.error());
  ages = std::make_unique<age_clock>(time());
  if (const auto delay = options.global_index_delay; delay.count() > 0) {
    stale_views = std::make_unique<stale_index_views>(*rows, *ages, delay);
  }
  if (options.throughput == throughput_rule::enforced) {
    throughput = std::make_unique<throughput_limits>(time(), options.region);
  }
  vectors = std::make_unique<vector_memory>(*rows, options.vector_memory_bytes);
  commits = std::make_unique<committer>(*rows, locks, *epoch, &waiters, stale_views.get(), start_thread, vectors.get());
  if (auto why = rows->refuses_writes()) commits->refuse(*std::move(why));
  trimming = std::make_unique<log_trimmer>(*rows, tables, *commits, *ages);
  const bool is_new = *epoch == change_number::first_epoch;  // what is new holds nothing to look for
  if (auto loaded = trimming->load(); !loaded) return loaded;
  timer& on = options.maintenance_timer != nullptr ? *options.maintenance_timer : system_timer();
  reclaiming = std::make_unique<space_reclaimer>(*rows, on);
  reclaiming->load(tables, tables.next_id());
  forgetting = std::make_unique<token_sweeper>(*rows, locks, *commits, *ages);
  if (auto loaded = is_new ? result<void>() : forgetting->load(); !loaded) return loaded;
  filling = std::make_unique<expiry_filler>(*rows, tables, locks, *commits);
  sweeping =
      std::make_unique<ttl_sweeper>(ttl_sweeper::engine_parts{.rows = *rows,
                                                              .tables = tables,
                                                              .locks = locks,
                                                              .commits = *commits,
                                                              .wall = time(),
                                                              .ages = *ages,
                                                              .on = on},
                                    options.ttl_sweep, [this](key_interval range) { note_skipped(std::move(range)); });
  backfilling = std::make_unique<index_backfill>(*rows, tables, locks, *commits);
  backfilling->load();
  maintenance = std::make_unique<maintenance_runner>(
      on, std::initializer_list<maintenance_job*>{trimming.get(), reclaiming.get(), forgetting.get(), sweeping.get(),
                                                  filling.get(), backfilling.get()});
  wake_maintenance();
  return {};
}

void engine_core::wake_maintenance() {
  const bool wanted = !tables.streams_after(0, 1).empty() || tables.has_expiring() || reclaiming->has_work() ||
                      forgetting->has_work() || backfilling->has_work();
  if (!wanted) return;
  filling->note_change();
  maintenance->wake();
}

void engine_core::note_skipped(key_interval range) const {
  if (reclaiming->note_skipped(std::move(range))) maintenance->wake();
}

std::unexpected<error> table_not_found() { return fail(errc::resource_not_found, "Requested resource not found"); }

std::unexpected<error> read_only(const engine_core& core) {
  const auto why = core.commits->failure();
  return fail(errc::read_only, fmt::format("The database accepts no writes: {} Everything acknowledged before is "
                                           "safe and readable. Mend the cause, then open the database again",
                                           why ? why->message() : std::string()));
}

}  // namespace dynamo::engine
