// crash_child <directory> <seed> <round> <files> [indexes]: writes until it is killed, and tells of each acknowledged write. `indexes`: puts some stock
// first, and adds and removes a vector index meanwhile.
//
// files: disk (the operating system's), process (the same, without syncs), dropping (what was not synced dies with this
// process), lying (dropping, and syncs of the log do nothing). On standard output, a line each, written at once:
//   +<thread>   the thread's next operation is acknowledged
//   #           one more on the counter is acknowledged
//   ?           the vector index is about to be added or removed
//   & and -     it was added; it was removed
//   !<message>  something failed, which here nothing may
#include "../support/wire.hpp"
#include "workload.hpp"

#include <dynamo/database.hpp>
#include <dynamo/testing/file_systems.hpp>

#include <algorithm>
#include <chrono>
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

void stock(endpoint& db) {
  for (int batch = 0; batch < stock_batches; ++batch) {
    const answer told = call(db, operation_name::batch_write_item, stock_text(batch));
    if (!told.ok) fail_with(told.to_string());
  }
}

bool is_filling(endpoint& db) {
  return call(db, operation_name::describe_table, R"({"TableName":"crash"})").body.find("Backfilling") !=
         std::string::npos;
}

// The process before may have been killed in the middle of this.
void change_indexes(endpoint& db) {
  while (true) {
    say("?");
    const answer added = call(db, operation_name::update_table, add_index_text());
    if (!added.ok && added.code != errc::validation && added.code != errc::resource_in_use) {
      fail_with(added.to_string());
    }
    say("&");
    while (is_filling(db)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    say("?");
    const answer removed = call(db, operation_name::update_table, remove_index_text());
    if (!removed.ok) fail_with(removed.to_string());
    say("-");
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5 && count != 6) return 1;
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
  if (count == 6) stock(db);

  std::vector<std::thread> writers;
  for (int thread = 0; thread < threads; ++thread) {
    writers.emplace_back([&db, seed, round, thread] { work(db, seed, {round, thread, 0}); });
  }
  if (count == 6) change_indexes(db);
  for (std::thread& writer : writers) writer.join();
}
