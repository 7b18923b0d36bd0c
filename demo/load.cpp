#include "load.hpp"

#include "write_plan.hpp"

#include <dynamo/database.hpp>

#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

#include <sys/resource.h>
#include <sys/stat.h>

namespace demo {
namespace {

using clock = std::chrono::steady_clock;

// clang-format off
DEMO_DECLARE(put_text,
dynamo::result<void> write(const movies_table& movies, const movie& next) { return movies.put(next).run(); }
)
// clang-format on

/// What the writing threads have in common.
struct load_state {
  std::atomic<std::uint64_t> written{0}, failed{0};
  std::atomic<unsigned> at_work{0};
  std::mutex mutex;
  std::string first_problem;

  void fail(const std::string& what) {
    failed.fetch_add(1);
    const std::lock_guard lock(mutex);
    if (first_problem.empty()) first_problem = what;
  }
};

void write_all(const movies_table& movies, const movie_source& source, const write_plan& plan, unsigned writer,
               load_state& state) {
  for (std::uint64_t ordinal = 0, size = plan.size_of(writer); ordinal < size; ++ordinal) {
    const auto [index, edition] = plan.at(writer, ordinal);
    const movie next = with_edition(source.at(index), edition);
    const auto put = write(movies, next);
    if (put) {
      state.written.fetch_add(1);
      continue;
    }
    state.fail(describe(next) + ": " + put.error().describe());
    if (put.error().code() == dynamo::errc::read_only || put.error().code() == dynamo::errc::storage) break;
  }
  state.at_work.fetch_sub(1);
}

/// Blocks in use, not the sizes that files claim.
std::uint64_t size_on_disk(const std::string& directory) {
  std::uint64_t bytes = 0;
  std::error_code problem;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, problem)) {
    struct stat facts{};
    if (lstat(entry.path().c_str(), &facts) == 0) bytes += static_cast<std::uint64_t>(facts.st_blocks) * 512;
  }
  return bytes;
}

std::uint64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

/// Gets up to `most` movies, spread over all, and compares them with the input.
bool read_back(screen& out, const movies_table& movies, const movie_source& source) {
  constexpr std::uint64_t most = 20'000;
  const std::uint64_t step = source.size() / most + 1;
  std::uint64_t asked = 0, equal = 0, twice = 0, later = 0;
  for (std::uint64_t index = 0; index < source.size(); index += step) {
    const std::uint32_t edition = write_plan::final_edition(index);
    const movie expected = with_edition(source.at(index), edition);
    const auto found = movies.get({expected.year, expected.title}).run();
    const bool same = found && *found && **found == expected;
    ++asked;
    equal += same ? 1 : 0;
    twice += edition > 1 ? 1 : 0;
    later += edition > 1 && same ? 1 : 0;
  }
  const bool all = out.check(
      equal == asked,
      fmt::format("read back: {} of {} items equal the input, attribute by attribute", grouped(equal), grouped(asked)));
  return out.check(later == twice, fmt::format("of keys written twice, {} of {} hold the later edition", grouped(later),
                                               grouped(twice))) &&
         all;
}

/// Everything from opening the database to closing it.
dynamo::result<bool> create_and_load(screen& out, const movie_source& source, const std::string& directory,
                                     unsigned threads, load_state& state) {
  out.code(struct_text);
  out.code(::demo_traits_text);
  out.code(schema_text);
  out.say("");
  DEMO_RUN(out, const auto db = dynamo::database::open(directory));
  if (!db) return std::unexpected(db.error());
  DEMO_RUN(out, const dynamo::table<movies_schema> movies{*db};
           const auto created = movies.create_if_absent(dynamo::stream_view::new_and_old_images).run());
  if (!created) return std::unexpected(created.error());
  out.code(put_text);
  out.say("");

  const write_plan plan(source.size(), threads);
  const auto begin = clock::now();
  {
    std::vector<std::jthread> writers;
    for (unsigned writer = 0; writer < threads; ++writer) {
      if (plan.size_of(writer) == 0) continue;
      state.at_work.fetch_add(1);
      writers.emplace_back(write_all, std::cref(movies), std::cref(source), std::cref(plan), writer, std::ref(state));
    }
    while (state.at_work.load() != 0) {
      out.progress("writing", state.written + state.failed, plan.size());
      std::this_thread::sleep_for(std::chrono::milliseconds(40));
    }
  }
  out.progress("writing", state.written + state.failed, plan.size());
  out.end_progress();
  const std::chrono::duration<double> took = clock::now() - begin;
  const std::uint64_t written = state.written;

  out.fact("written", fmt::format("{} ({} movies, {} of them twice)", grouped(written), grouped(source.size()),
                                  grouped(plan.written_twice())));
  out.fact("failed", grouped(state.failed));
  out.fact(
      "duration",
      fmt::format("{:.2f} s: {} a second by {} threads, each acknowledged when it was synced to the disk", took.count(),
                  grouped(static_cast<std::uint64_t>(static_cast<double>(written) / took.count())), threads));
  if (state.failed != 0) out.check(false, state.first_problem);
  const bool all_written = state.failed == 0 && written == plan.size();
  return read_back(out, movies, source) && all_written;
}

}  // namespace

step_report load_movies(screen& out, const movie_source& source, const std::string& directory, unsigned threads) {
  step_report report("load");
  const auto begin = clock::now();
  load_state state;
  const auto held = create_and_load(out, source, directory, threads, state);
  if (!held) {
    out.check(false, held.error().describe());
    report.finding = held.error().describe();
    return report;
  }
  // An open RocksDB keeps room for its log ahead of what is written: the size counts once it is closed.
  const std::uint64_t on_disk = size_on_disk(directory);
  out.fact("size on disk", bytes_text(on_disk) + ", with two images in each change record");
  out.fact("memory of this process", bytes_text(peak_memory()) + " at most");
  report.held = *held;
  report.finding = fmt::format("{} written, {} failed, {} on disk", grouped(state.written), grouped(state.failed),
                               bytes_text(on_disk));
  report.took = clock::now() - begin;
  return report;
}

}  // namespace demo
