#include <dynamo/event_source/run.hpp>

#include <event_source/mapping/worker.hpp>

#include <utility>

namespace dynamo::event_source {

result<run_totals> run(std::shared_ptr<endpoint> via, std::string_view table_or_arn, std::shared_ptr<function> called,
                       const source_options& options) {
  if (const result<void> good = options.how.check(); !good) return std::unexpected(good.error());
  if (options.poll_every.count() < 0 || options.long_poll.count() < 0)
    return fail(errc::invalid_argument, "event source mapping: poll_every and long_poll cannot be negative");
  worker work(or_absent(std::move(via)), table_or_arn, std::move(called), options);
  const std::stop_callback stops(options.stop, [&] { work.wake(); });
  for (;;) {
    const result<bool> more = work.step();
    if (more && *more) continue;
    work.await_outcomes();
    if (!more) return std::unexpected(more.error());
    return work.totals();
  }
}

}  // namespace dynamo::event_source
