// crash_child <directory> <seed> <round> <files>: writes until it is killed, and tells of each acknowledged write.
//
// files: disk (the operating system's), process (the same, without syncs), dropping (what was not synced dies with this
// process), lying (dropping, and syncs of the log do nothing). On standard output, a line each, written at once:
//   +<thread>   the thread's next operation is acknowledged
//   #           one more on the counter is acknowledged
//   !<message>  something failed, which here nothing may
#include "../support/wire.hpp"
#include "workload.hpp"

#include <dynamo/database.hpp>
#include <dynamo/testing/file_systems.hpp>

#include <cstdlib>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

namespace {

using namespace dynamo;
using namespace dynamo::crash;
using testing_support::answer;
using testing_support::call;

// Short enough for one write(2) to be atomic on a pipe.
void say(std::string line) {
  line.resize(std::min<std::size_t>(line.size(), 500));
  line += '\n';
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(3);
}

void fail_with(const std::string& message) {
  say("!" + message);
  std::_Exit(2);
}

void work(endpoint& db, std::uint64_t seed, position at) {
  for (;; ++at.operation) {
    const step next = step_at(seed, at);
    const answer told = call(db, next.name, next.body);
    if (!told.ok) fail_with(told.to_string());
    say("+" + std::to_string(at.thread));
    if (!counts(at.operation)) continue;
    const answer counted = call(db, operation_name::update_item, counter_text());
    if (!counted.ok) fail_with(counted.to_string());
    say("#");
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) return 1;
  const std::uint64_t seed = std::strtoull(arguments[2], nullptr, 10);
  const int round = std::atoi(arguments[3]);
  const std::string files = arguments[4];

  std::optional<testing::simulated_disk> disk;
  database_options options;
  if (files == "process") options.durability = durability::process_crash;
  if (files == "dropping" || files == "lying") {
    testing::simulated_disk_options how;
    how.pretend_to_sync_logs = files == "lying";
    disk.emplace(how);
    options.files = disk->files();
  }
  auto opened = database::open(arguments[1], options);
  if (!opened) fail_with(opened.error().describe());
  endpoint& db = *opened->endpoint();
  const answer made = call(db, operation_name::create_table, create_table_text());
  if (!made.ok && made.code != errc::resource_in_use) fail_with(made.to_string());

  std::vector<std::thread> writers;
  for (int thread = 0; thread < threads; ++thread) {
    writers.emplace_back([&db, seed, round, thread] { work(db, seed, {round, thread, 0}); });
  }
  for (std::thread& writer : writers) writer.join();
}
