#include "lambda.hpp"

#include "samples.hpp"
#include "support/files.hpp"
#include "support/process.hpp"

#include <dynamo/event_source.hpp>

#include <fmt/core.h>

#include <future>
#include <mutex>
#include <thread>

// DEMO_SOURCES comes from CMakeLists.txt.

namespace demo {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t items = 2'000;
constexpr std::uint32_t retries = 2;
constexpr auto timeout = 60s;  // without any progress

std::string handler_program() { return program_folder() + "/../examples/11_lambda_handler"; }

/// What the function's process wrote: a few lines to show, and how many there were.
class function_log {
 public:
  void take(std::string_view line) {
    const std::scoped_lock lock(mutex_);
    const auto tells = [&](std::string_view words) { return line.find(words) != std::string_view::npos; };
    std::vector<std::string>& lines = tells("changes handled") ? batches_
                                      : tells("does not fit")  ? failures_
                                                               : changes_;
    if (lines.size() < (&lines == &batches_ ? 2 : 1)) lines.emplace_back(line);
    ++count_;
  }
  void show(screen& out) const {
    const std::scoped_lock lock(mutex_);
    for (const auto* lines : {&changes_, &batches_, &failures_}) {
      for (const std::string& line : *lines) out.verbatim(line);
    }
    out.answer(fmt::format("... of {} lines", grouped(count_)));
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> changes_, batches_, failures_;
  std::uint64_t count_ = 0;
};

/// What was given up.
class given_up_records {
 public:
  std::shared_ptr<dynamo::event_source::failure_destination> destination() {
    return dynamo::event_source::call_on_failure(
        [this](std::string_view record,
               std::span<const dynamo::event_source::event_record> records) -> dynamo::result<void> {
          const std::scoped_lock lock(mutex_);
          record_ = record;
          for (const auto& each : records) texts_.push_back(each.text);
          return {};
        });
  }
  std::string record() const {
    const std::scoped_lock lock(mutex_);
    return record_;
  }
  std::vector<std::string> texts() const {
    const std::scoped_lock lock(mutex_);
    return texts_;
  }

 private:
  mutable std::mutex mutex_;
  std::string record_;
  std::vector<std::string> texts_;
};

/// The table, the function, and where their traces are.
class sample_system {
 public:
  explicit sample_system(const std::string& scratch) : directory(scratch + "/samples"), seen_file(scratch + "/seen") {}
  const std::string directory, seen_file;
  const sample_plan plan{items};
  function_log log;
  given_up_records given_up;
};

/// Waits until the function has seen every change, or was relieved of it.
void wait_until_seen(screen& out, const sample_system& all) {
  const std::uint64_t expected = all.plan.changes();
  std::uint64_t before = 0;
  auto moved = std::chrono::steady_clock::now();
  for (;;) {
    const std::uint64_t done = seen_changes::read(all.seen_file).count() + all.given_up.texts().size();
    out.progress("handled", done, expected);
    if (done >= expected) break;
    if (done != before) moved = std::chrono::steady_clock::now();
    if (std::chrono::steady_clock::now() - moved > timeout) break;
    before = done;
    std::this_thread::sleep_for(20ms);
  }
  out.end_progress();
}

/// Writes while the function handles; what the mapping did in the end.
dynamo::result<dynamo::event_source::run_totals> write_and_handle(screen& out, sample_system& all) {
  DEMO_RUN(out, const auto db = dynamo::database::open(all.directory));
  if (!db) return std::unexpected(db.error());
  DEMO_RUN(out, const dynamo::table<samples_schema> samples{*db};
           const auto created = samples.create_if_absent(dynamo::stream_view::new_image).run());
  if (!created) return std::unexpected(created.error());
  const std::string program = handler_program();
  DEMO_RUN(
      out, dynamo::event_source::host_options how; how.program = program;
      how.environment = {{"SAMPLE_SEEN", all.seen_file}};
      how.output = [&](std::string_view line) { all.log.take(line); };
      auto host = dynamo::event_source::function_host::start(how));
  if (!host) return std::unexpected(host.error());
  std::stop_source stop;
  DEMO_RUN(out, dynamo::event_source::source_options mapping; mapping.how.batch_size = 100;
           mapping.how.retries_max = retries; mapping.how.bisect_on_error = true;
           mapping.on_failure = all.given_up.destination(); mapping.stop = stop.get_token();
           auto running = std::async(std::launch::async, [&] {
             return dynamo::event_source::run(db->endpoint(), "SampleStreamTable", *host, mapping);
           }));
  out.say("");
  const auto written = write_samples(samples, all.plan);
  if (written) wait_until_seen(out, all);
  stop.request_stop();
  auto totals = running.get();
  (*host)->stop(2s);
  if (!written) return std::unexpected(written.error());
  const auto left = samples.scan().count().run();
  if (!left) return std::unexpected(left.error());
  if (!out.check(*left == all.plan.left(),
                 fmt::format("the table has {} items, {} by the plan", grouped(*left), grouped(all.plan.left())))) {
    return dynamo::fail(dynamo::errc::corruption, "the table is not as it was written");
  }
  return totals;
}

bool all_held(screen& out, const sample_system& all, const dynamo::event_source::run_totals& totals) {
  out.say("The function's own log:");
  all.log.show(out);
  const seen_changes seen = seen_changes::read(all.seen_file);
  bool held = out.check(
      seen.are_all_of(all.plan),
      fmt::format("it saw {} of {} changes, in order for each item ({} of them more than once), in {} invocations",
                  grouped(seen.count()), grouped(all.plan.changes()), grouped(seen.repeated()),
                  grouped(totals.invocations)));
  const std::vector<std::string> aside = all.given_up.texts();
  const bool right_one = aside.size() == 1 && aside.front().find(fmt::format(R"("Keys":{{"Id":{{"N":"{}"}}}})",
                                                                             all.plan.poison())) != std::string::npos;
  held =
      out.check(right_one,
                fmt::format("item {} lacks EntityType: reported as a partial failure, tried again {} times, given up:",
                            all.plan.poison(), retries)) &&
      held;
  out.verbatim(all.given_up.record());
  return held;
}

/// Feeds the program a file; its answer has to be the one beside it.
bool answer_file(screen& out, const std::string& name) {
  const std::string folder = DEMO_SOURCES "/../tests/lambda/events/";
  auto program = child_process::start(handler_program(), {folder + name + ".json"}, child_process::piped::output_alone);
  if (!program) return out.check(false, program.error().message());
  const std::string answer = program->read_all(timeout);
  const bool same = program->wait().ok() && !answer.empty() && answer == text_of(folder + name + ".answer");
  out.say(fmt::format("$ 11_lambda_handler {}.json", name));
  out.verbatim(answer);
  return out.check(same, same ? "as it should" : "not the answer in " + name + ".answer");
}

}  // namespace

step_report run_lambda(screen& out, const std::string& scratch) {
  const auto begin = std::chrono::steady_clock::now();
  step_report report("Lambda");
  sample_system all(scratch);
  out.code(sample_text);
  out.code(::demo_sample_traits_text);
  out.code(sample_schema_text);
  out.say("");
  const auto totals = write_and_handle(out, all);
  if (!totals) {
    out.check(false, totals.error().describe());
    report.finding = totals.error().describe();
    return report;
  }
  report.held = all_held(out, all, *totals);
  out.say("");
  out.say("The same program answers events from files, written as AWS writes them:");
  for (const char* name : {"new_image", "ttl_delete", "poison"}) report.held = answer_file(out, name) && report.held;
  report.finding = fmt::format("{} changes in {} invocations, {} given up", grouped(all.plan.changes()),
                               grouped(totals->invocations), totals->records_given_up);
  report.took = std::chrono::steady_clock::now() - begin;
  return report;
}

}  // namespace demo
