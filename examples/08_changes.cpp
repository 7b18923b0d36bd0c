// Follows a table's changes and keeps a copy of it by another key. A second reader goes on where the first one stopped.
#include <dynamo/database.hpp>
#include <dynamo/streams.hpp>
#include <dynamo/table.hpp>

#include <iostream>
#include <map>

struct user {
  std::string id, city;
  std::uint32_t visits = 0;
};
struct users : dynamo::schema<"users", user, dynamo::partition_key<&user::id>> {};
inline constexpr auto id = dynamo::attr<&user::id>;
inline constexpr auto city = dynamo::attr<&user::city>;
inline constexpr auto visits = dynamo::attr<&user::visits>;

struct resident {
  std::string city, id;
  std::uint32_t visits = 0;
};
struct residents
    : dynamo::schema<"residents", resident, dynamo::partition_key<&resident::city>, dynamo::sort_key<&resident::id>> {};

// Applying a change twice leaves the same copy, so it does no harm that a reader which crashed repeats some.
dynamo::result<void> apply(const dynamo::change<user>& change, const dynamo::table<residents>& copy) {
  if (const dynamo::error* why = change.new_image.problem()) return std::unexpected(*why);
  if (change.old_image && (!change.new_image || change.new_image->city != change.old_image->city)) {
    auto removed = copy.remove({change.old_image->city, change.old_image->id}).run();
    if (!removed) return removed;
  }
  if (!change.new_image) return {};
  const resident now{change.new_image->city, change.new_image->id, change.new_image->visits};
  return copy.put(now).run();
}

// Reads what there is, from a place on, and answers the number of the last change.
dynamo::result<dynamo::sequence_number> follow(const dynamo::database& db,
                                               const dynamo::streams::starting_point& from) {
  using namespace dynamo::streams;
  const dynamo::table<residents> copy(db);
  dynamo::sequence_number last;
  for (auto batch : read<user>(db, "users", from, until_caught_up, batch_size(10)).batches()) {
    if (!batch) return std::unexpected(batch.error());
    for (const dynamo::change<user>& change : *batch) {
      if (auto applied = apply(change, copy); !applied) return std::unexpected(applied.error());
      std::cout << to_string(change.kind) << ' ' << change.key(id).value_or("?") << '\n';
      last = change.sequence_number;
    }
    // Where shards stand side by side, as on DynamoDB, keep batch->position instead: it knows all of them.
  }
  return last;
}

bool equal(const dynamo::database& db) {
  std::map<std::string, std::pair<std::string, std::uint32_t>> table, copy;
  for (auto one : dynamo::table<users>(db).scan().items()) table[one->id] = {one->city, one->visits};
  for (auto one : dynamo::table<residents>(db).scan().items()) copy[one->id] = {one->city, one->visits};
  return table == copy && !copy.empty();
}

int main() {
  auto db = dynamo::database::in_memory();
  if (!db) return 1;
  const dynamo::table<users> table(*db);
  if (!table.create_if_absent(dynamo::stream_view::new_and_old_images).run()) return 1;
  if (!dynamo::table<residents>(*db).create_if_absent().run()) return 1;

  for (const char* name : {"ann", "bob", "cem"}) {
    const user one{name, "Leeds", 1};
    if (!table.put(one).run()) return 1;
  }
  auto last = follow(*db, dynamo::streams::from_oldest);
  if (!last || !equal(*db)) return 1;
  const std::string kept = last->to_string();  // in a file, a table, ...

  if (!table.update("ann", set(city, "York"), add(visits, 1u)).run()) return 1;
  if (!table.remove("bob").run()) return 1;
  const auto number = dynamo::sequence_number::parse(kept);
  if (!number) return 1;
  last = follow(*db, dynamo::streams::after(*number));
  if (!last) {
    std::cerr << last.error().describe() << '\n';
    return 1;
  }
  return equal(*db) ? 0 : 1;
}
