#include "shelf.hpp"
#include "support/process.hpp"
#include "tour.hpp"

#include <fmt/core.h>

#include <cstdio>

namespace demo {
namespace {

constexpr auto timeout = std::chrono::seconds(600);  // of the first process with the second

/// All entries that the movies themselves imply, and all that the copy holds.
dynamo::result<std::pair<shelf_sum, shelf_sum>> compare(const std::string& directory, const std::string& copy) {
  const auto db = dynamo::database::open(directory);
  if (!db) return std::unexpected(db.error());
  const auto copied = open_shelf(copy);
  if (!copied) return std::unexpected(copied.error());
  std::pair<shelf_sum, shelf_sum> sums;
  for (const auto& m : movies_table(*db).scan().items()) {
    if (!m) return std::unexpected(m.error());
    sums.first.add(entry_of(*m));
  }
  for (const auto& entry : shelf(*copied).scan().items()) {
    if (!entry) return std::unexpected(entry.error());
    sums.second.add(*entry);
  }
  return sums;
}

}  // namespace

int resume_changes(const std::string& directory, const std::string& copy, const std::string& last) {
  const auto say = [](const dynamo::error& why) {
    std::printf("%s\n", why.describe().c_str());
    return 1;
  };
  const auto number = dynamo::sequence_number::parse(last);
  if (!number) return say(number.error());
  const auto db = dynamo::database::open(directory);
  if (!db) return say(db.error());
  const auto copied = open_shelf(copy);
  if (!copied) return say(copied.error());
  const auto done = follow(*db, shelf(*copied), dynamo::streams::after(*number), std::nullopt);
  if (!done) return say(done.error());
  std::printf("%llu %s\n", static_cast<unsigned long long>(done->changes), done->last.to_string().c_str());
  return 0;
}

void tour_changes(tour& t, const shelf_progress& before) {
  t.call("changes: a second program goes on where the reader of step 1 stopped");
  t.out.say(fmt::format("  It had read {} changes; the last one's sequence number is {}.", grouped(before.done.changes),
                        before.done.last.to_string()));
  const std::string last = before.done.last.to_string();
  t.out.code("read<movie>(db, \"movies\", after(*dynamo::sequence_number::parse(last)), until_caught_up);");
  auto second = child_process::start(this_program, {"resume-changes", t.directory, before.directory, last});
  if (!second) return void(t.failed(second.error()));
  const std::string said = second->read_all(timeout);
  const child_process::ending end = second->wait();
  unsigned long long more = 0;
  char newest[64] = "";
  if (!end.ok() || std::sscanf(said.c_str(), "%llu %63s", &more, newest) != 2) {
    return void(t.expect(false, fmt::format("the second process {}: {}", end.to_string(), said)));
  }
  t.out.answer(fmt::format("{} further changes, up to {}", grouped(more), newest));
  const auto sums = compare(t.directory, before.directory);
  if (!sums) return void(t.failed(sums.error()));
  t.expect(sums->first == sums->second && sums->second.count() == t.subject.all.count(),
           fmt::format("the copy by director has {} entries, the table {} movies: they are equal",
                       grouped(sums->second.count()), grouped(sums->first.count())));
}

}  // namespace demo
