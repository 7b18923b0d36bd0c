/// Writes movies until it is killed, and reports each acknowledged write through its standard output. Helper of dynamo_demo.

#include "durability_task.hpp"
#include "movies/write_plan.hpp"

#include <dynamo/database.hpp>
#include <dynamo/testing/file_systems.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <thread>

#include <sys/prctl.h>
#include <unistd.h>

namespace {

using namespace demo;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "dynamo_demo_loader: %s\n", why.c_str());
  _exit(1);  // other writers may be at work
}

void report(acknowledgement what) {
  if (write(STDOUT_FILENO, &what, sizeof what) != sizeof what) give_up("the pipe to the demo is closed");
}

/// Goes on where the acknowledged writes ended. The first one may be there already, unacknowledged, and is written again.
void write_movies(const movies_table& movies, const movie_source& source, const write_plan& plan, unsigned writer,
                  std::uint64_t ordinal) {
  for (;; ++ordinal) {
    const auto [index, edition] = plan.at(writer, ordinal);
    const movie next = with_edition(source.at(index), edition);
    const auto put = movies.put(next).run();
    if (!put) give_up(describe(next) + ": " + put.error().describe());
    report({writer, static_cast<std::uint32_t>(ordinal)});
  }
}

}  // namespace

int main(int count, char** arguments) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody would kill it if the demo were gone
  const auto task =
      durability_task::from_arguments(std::span<char* const>(arguments, static_cast<std::size_t>(count)).subspan(1));
  if (!task) give_up(task.error().message());
  const auto source = open_movies(task->input);
  if (!source) give_up(source.error().message());

  dynamo::database_options options;
  std::optional<dynamo::testing::simulated_disk> disk;
  if (task->disk != disk_kind::real) {
    dynamo::testing::simulated_disk_options wanted;
    wanted.drop_unsynced = true;
    wanted.pretend_to_sync_logs = task->disk == disk_kind::lying;
    options.files = disk.emplace(wanted).files();
  }
  const auto db = dynamo::database::open(task->directory, options);
  if (!db) give_up(db.error().describe());
  const movies_table movies{*db};
  const auto created = movies.create_if_absent(dynamo::stream_view::new_and_old_images).run();
  if (!created) give_up(created.error().describe());

  const write_plan plan((*source)->size(), static_cast<unsigned>(task->acknowledged.size()));
  std::vector<std::jthread> writers;
  for (unsigned writer = 0; writer < plan.writers(); ++writer) {
    if (plan.size_of(writer) == 0) continue;
    writers.emplace_back(write_movies, std::cref(movies), std::cref(**source), std::cref(plan), writer,
                         task->acknowledged[writer]);
  }
}
