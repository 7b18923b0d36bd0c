#include "load.hpp"

#include "movies/write_plan.hpp"

#include <dynamo/database.hpp>

#include <fmt/core.h>

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
dynamo::result<dynamo::batch_written> write(const movies_table& movies, const std::vector<movie>& next) {
  return movies.batch_put(next).run();
}
)
// clang-format on

/// What the writing threads have in common.
struct load_state {
  std::atomic<std::uint64_t> written{0}, superseded{0}, failed{0};
  std::uint64_t done() const { return written + superseded + failed; }
  std::atomic<unsigned> at_work{0};
  std::mutex mutex;
  std::string first_problem;

  void fail(std::size_t writes, const std::string& what) {
    failed.fetch_add(writes);
    const std::lock_guard lock(mutex);
    if (first_problem.empty()) first_problem = what;
  }
};

void write_all(const movies_table& movies, const movie_source& source, const write_plan& plan, unsigned writer,
               load_state& state) {
  constexpr std::size_t together = 100;  // four requests, which are under way at once
  const std::uint64_t size = plan.size_of(writer);
  for (std::uint64_t ordinal = 0; ordinal < size;) {
    std::vector<movie> next;
    for (; ordinal < size && next.size() < together; ++ordinal) {
      const auto [index, edition] = plan.at(writer, ordinal);
      next.push_back(with_edition(source.at(index), edition));
    }
    const auto put = write(movies, next);
    if (!put) {
      state.fail(next.size(), put.error().describe());
      break;
    }
    std::size_t written = 0, superseded = 0;
    for (const dynamo::write_outcome& one : put->puts) {
      written += one.status() == dynamo::write_status::written ? 1 : 0;
      superseded += one.status() == dynamo::write_status::superseded ? 1 : 0;
    }
    state.written.fetch_add(written);
    state.superseded.fetch_add(superseded);
    const std::size_t failed = next.size() - written - superseded;
    if (failed == 0) continue;
    state.fail(failed, put->complete().error().describe());
    break;
  }
  state.at_work.fetch_sub(1);
}

/// What the reader of the changes came to, and its copy.
struct reader_outcome {
  std::optional<dynamo::database> copy;
  dynamo::result<followed> done;
};

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

/// The writers at work, and one reader that follows them.
void load_and_follow(screen& out, const dynamo::database& db, const movie_source& source, const write_plan& plan,
                     load_state& state, reader_outcome& reader) {
  const movies_table movies{db};
  const shelf copy{*reader.copy};
  // It leaves before the end, so that another program has something to go on with.
  const std::uint64_t enough = plan.size() * 6 / 10;
  std::jthread follower([&] { reader.done = follow(db, copy, dynamo::streams::from_oldest, enough); });
  std::vector<std::jthread> writers;
  for (unsigned writer = 0; writer < plan.writers(); ++writer) {
    if (plan.size_of(writer) == 0) continue;
    state.at_work.fetch_add(1);
    writers.emplace_back(write_all, std::cref(movies), std::cref(source), std::cref(plan), writer, std::ref(state));
  }
  while (state.at_work.load() != 0) {
    out.progress("writing", state.done(), plan.size());
    std::this_thread::sleep_for(std::chrono::milliseconds(40));
  }
  out.progress("writing", state.done(), plan.size());
  out.end_progress();
}

/// Everything from opening the database to closing it.
dynamo::result<bool> create_and_load(screen& out, const movie_source& source, const std::string& directory,
                                     unsigned threads, load_state& state, shelf_progress& progress) {
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
  out.say("The reader of the changes keeps a copy by director, in a database of its own:");
  out.say("");
  out.code(shelf_text);
  out.code(follow_text);
  out.say("");
  auto copy = open_shelf(progress.directory);
  if (!copy) return std::unexpected(copy.error());

  const write_plan plan(source.size(), threads);
  reader_outcome reader{*std::move(copy), {}};
  const auto begin = clock::now();
  load_and_follow(out, *db, source, plan, state, reader);
  const std::chrono::duration<double> took = clock::now() - begin;
  const std::uint64_t written = state.written;

  out.fact("given to write", fmt::format("{} ({} movies, {} of them twice)", grouped(plan.size()),
                                         grouped(source.size()), grouped(plan.written_twice())));
  out.fact("written", grouped(written));
  out.fact("superseded", fmt::format("{}: a later edition stood in the same batch", grouped(state.superseded)));
  out.fact("failed", grouped(state.failed));
  out.fact(
      "duration",
      fmt::format("{:.2f} s: {} a second by {} threads, each acknowledged when it was synced to the disk", took.count(),
                  grouped(static_cast<std::uint64_t>(static_cast<double>(written) / took.count())), threads));
  if (state.failed != 0) out.check(false, state.first_problem);
  const bool all_written = state.failed == 0 && written + state.superseded == plan.size();
  if (!reader.done) return std::unexpected(reader.done.error());
  progress.done = *reader.done;
  const bool followed_far =
      out.check(progress.done.changes >= plan.size() * 6 / 10,
                fmt::format("the reader followed {} changes and left", grouped(progress.done.changes)));
  return read_back(out, movies, source) && all_written && followed_far;
}

}  // namespace

step_report load_movies(screen& out, const movie_source& source, const std::string& directory, unsigned threads,
                        shelf_progress& progress) {
  step_report report("load");
  const auto begin = clock::now();
  load_state state;
  const auto held = create_and_load(out, source, directory, threads, state, progress);
  if (!held) {
    out.check(false, held.error().describe());
    report.finding = held.error().describe();
    return report;
  }
  // An open RocksDB keeps room for its log ahead of what is written: the size counts once it is closed.
  const std::uint64_t on_disk = size_on_disk(directory);
  out.fact("size on disk", bytes_text(on_disk) + ", with three indexes, and two images in each change record");
  out.fact("memory of this process", bytes_text(peak_memory()) + " at most");
  report.held = *held;
  report.finding = fmt::format("{} written, {} failed, {} on disk", grouped(state.written), grouped(state.failed),
                               bytes_text(on_disk));
  report.took = clock::now() - begin;
  return report;
}

}  // namespace demo
