#include "shelf.hpp"

#include <fmt/core.h>

#include <map>
#include <utility>

namespace demo {
namespace {

/// What a batch of changes comes to: of several changes of an entry the last one counts.
using shelf_changes = std::map<std::pair<std::string, std::string>, std::optional<shelf_entry>>;

void note(shelf_changes& all, const dynamo::change<movie>& change) {
  if (change.old_image) {
    const shelf_entry old = entry_of(*change.old_image);
    all[{old.director, old.work}].reset();
  }
  if (change.new_image) {
    shelf_entry now = entry_of(*change.new_image);
    all[{now.director, now.work}] = std::move(now);
  }
}

dynamo::result<void> write_to(const shelf& copy, const shelf_changes& changes) {
  std::vector<shelf_entry> puts;
  std::vector<std::pair<std::string, std::string>> removals;
  for (const auto& [key, entry] : changes) {
    if (entry) {
      puts.push_back(*entry);
    } else {
      removals.push_back(key);
    }
  }
  const auto written = copy.batch_write(puts, removals).run();
  if (!written) return std::unexpected(written.error());
  return written->complete();
}

}  // namespace

// clang-format off
DEMO_DECLARE(text_of_follow,
dynamo::result<followed> follow_changes(auto changes, const shelf& copy, std::uint64_t most) {
  followed done;
  for (auto batch : std::move(changes).batches()) {
    if (!batch) return std::unexpected(batch.error());
    shelf_changes all;
    for (const dynamo::change<movie>& change : *batch) note(all, change);
    if (auto applied = write_to(copy, all); !applied) return std::unexpected(applied.error());
    done.changes += batch->size();
    done.last = batch->changes.back().sequence_number;
    if (done.changes >= most) break;
  }
  return done;
}
)
// clang-format on
const std::string_view follow_text = text_of_follow;

shelf_entry entry_of(const movie& m) {
  return {m.director.value_or("(unknown)"), fmt::format("{} ({})", m.title, m.year), m.edition, m.rating};
}

void shelf_sum::add(const shelf_entry& entry) {
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  for (const char c : fmt::format("{}\n{}\n{}\n{}", entry.director, entry.work, entry.edition,
                                  entry.rating ? entry.rating->to_string() : "-")) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  sum_ += hash;
  ++count_;
}

dynamo::result<dynamo::database> open_shelf(const std::string& directory) {
  dynamo::database_options options;
  options.durability = dynamo::durability::process_crash;
  auto db = dynamo::database::open(directory, options);
  if (!db) return db;
  if (auto made = shelf(*db).create_if_absent().run(); !made) return std::unexpected(made.error());
  return db;
}

dynamo::result<followed> follow(const dynamo::database& movies, const shelf& copy, dynamo::streams::starting_point from,
                                std::optional<std::uint64_t> most) {
  using namespace dynamo::streams;
  if (most) return follow_changes(read<movie>(movies, movies_schema::name, std::move(from)), copy, *most);
  return follow_changes(read<movie>(movies, movies_schema::name, std::move(from), until_caught_up), copy,
                        ~std::uint64_t{0});
}

}  // namespace demo
