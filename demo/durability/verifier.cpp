/// Says whether a database holds what the input and the acknowledgements say it must. Helper of dynamo_demo; knows nothing of the
/// process that wrote. Ends with 0 if so, 1 if something is lost or torn, 3 if the database refuses to open as damaged, 2 otherwise.

#include "durability_task.hpp"
#include "verification.hpp"

#include <cstdio>

namespace {

using namespace demo;

int give_up(const dynamo::error& why) {
  std::printf("message %s\n", why.describe().c_str());
  return why.code() == dynamo::errc::corruption ? 3 : 2;
}

void print(const char* name, std::uint64_t value) {
  std::printf("%s %llu\n", name, static_cast<unsigned long long>(value));
}

}  // namespace

int main(int count, char** arguments) {
  const auto task =
      durability_task::from_arguments(std::span<char* const>(arguments, static_cast<std::size_t>(count)).subspan(1));
  if (!task) return give_up(task.error());
  const auto source = open_movies(task->input);
  if (!source) return give_up(source.error());
  const auto db = dynamo::database::open(task->directory);
  if (!db) return give_up(db.error());

  verification check(**source, task->acknowledged);
  const auto read = [](const dynamo::result<void>& outcome) {
    // A table that is not there has lost everything, and finish() will say so.
    return outcome || outcome.error().code() == dynamo::errc::resource_not_found;
  };
  const auto changes = for_each_change(*db, movies_schema::name, [&](const change& record) { check.take(record); });
  if (!read(changes)) return give_up(changes.error());
  const auto items = for_each_item(*db, movies_schema::name, [&](std::string_view item) { check.take_item(item); });
  if (!read(items)) return give_up(items.error());
  for (const known_index& index : known_indexes()) {
    const auto rows = for_each_item(
        *db, movies_schema::name, [&](std::string_view row) { check.take_index_row(index, row); }, index.name);
    if (!read(rows)) return give_up(rows.error());
  }

  const findings found = check.finish();
  print("acknowledged", found.acknowledged);
  print("unacknowledged", found.unacknowledged);
  print("items_lost", found.items_lost);
  print("records_lost", found.records_lost);
  print("torn", found.torn);
  for (const std::string& example : found.examples) std::printf("example %s\n", example.c_str());
  return found.nothing_lost() ? 0 : 1;
}
