#include "verification.hpp"

#include "movies/input.hpp"
#include "movies/wire.hpp"

#include <fmt/core.h>

#include <utility>

namespace demo {
namespace {

/// What an index holds of an item; empty if the item is not in it.
std::string row_of(const known_index& index, std::string_view item) {
  for (const std::string_view name : index.needs) {
    if (member(item, name).empty()) return "";
  }
  std::string row;
  for (const std::string_view name : index.holds) {
    const std::string value = member(item, name);
    if (!value.empty()) row += fmt::format(R"({}"{}":{})", row.empty() ? "{" : ",", name, value);
  }
  return row + "}";
}

bool ascends(std::string_view before, std::string_view after) {
  return before.size() != after.size() ? before.size() < after.size() : before < after;
}

}  // namespace

std::span<const known_index> known_indexes() {
  using words = std::string_view;
  static constexpr words director_needs[] = {"director", "rating"}, rating_needs[] = {"rating"}, none[] = {"suits"};
  static constexpr words director_holds[] = {"director", "edition", "rating", "title", "year"},
                         rating_holds[] = {"rating", "title", "year"}, audience_holds[] = {"suits", "title", "year"};
  static constexpr known_index all[] = {{"by_director", director_needs, director_holds},
                                        {"by_rating", rating_needs, rating_holds},
                                        {"by_audience", none, audience_holds}};
  return all;
}

void findings::note(std::string example) {
  if (examples.size() < examples_max) examples.push_back(std::move(example));
}

verification::verification(const movie_source& source, std::vector<std::uint64_t> acknowledged)
    : source_(source),
      acknowledged_(std::move(acknowledged)),
      plan_(source.size(), static_cast<unsigned>(acknowledged_.size())),
      next_(acknowledged_.size(), 0) {
  for (unsigned writer = 0; writer < plan_.writers(); ++writer) {
    if (plan_.size_of(writer) == 0) continue;
    found_.acknowledged += acknowledged_[writer];
    for (std::uint64_t ordinal = 0; ordinal <= acknowledged_[writer]; ++ordinal) {
      std::string item = item_of(writer, ordinal);
      known_movie& known = movies_[key_of(item)];
      known.index = plan_.at(writer, ordinal).movie;
      (ordinal < acknowledged_[writer] ? known.last_acknowledged : known.unacknowledged) = std::move(item);
    }
  }
}

std::string verification::item_of(unsigned writer, std::uint64_t ordinal) const {
  const auto [index, edition] = plan_.at(writer, ordinal);
  return to_item(with_edition(source_.at(index), edition));
}

void verification::take(const change& record) {
  if (!ascends(last_number_, record.number)) {
    ++found_.torn;
    found_.note("change numbers do not ascend: " + last_number_ + ", then " + record.number);
  }
  last_number_ = record.number;

  const auto at = movies_.find(record.keys);
  if (at == movies_.end()) {
    ++found_.torn;
    return found_.note("a change of something that nobody wrote: " + record.keys);
  }
  known_movie& known = at->second;
  if (record.old_image != known.image) {
    ++found_.torn;
    found_.note("the old image of change " + record.number + " is not what the change before left: " + record.keys);
  }
  known.image = record.new_image;

  // The writer's next write, unless records before this one were lost.
  const unsigned writer = plan_.writer_of(known.index);
  for (std::uint64_t ordinal = next_[writer]; ordinal <= acknowledged_[writer]; ++ordinal) {
    if (plan_.at(writer, ordinal).movie != known.index || item_of(writer, ordinal) != record.new_image) continue;
    if (ordinal != next_[writer]) found_.note("changes are missing before " + record.number + ": " + record.keys);
    found_.records_lost += ordinal - next_[writer];
    next_[writer] = ordinal + 1;
    return;
  }
  ++found_.torn;
  found_.note("a change that is no write of the input, or comes twice: " + record.keys);
}

void verification::take_item(std::string_view item) {
  for (const known_index& index : known_indexes()) {
    if (std::string row = row_of(index, item); !row.empty()) ++indexes_[index.name][std::move(row)];
  }
  const std::string key = key_of(item);
  const auto at = movies_.find(key);
  if (at == movies_.end()) {
    ++found_.torn;
    return found_.note("an item that nobody wrote: " + key);
  }
  known_movie& known = at->second;
  known.seen = true;
  if (item != known.image) {
    ++found_.torn;
    found_.note("the item is not what its changes lead to: " + key);
  }
  const bool later = !known.unacknowledged.empty() && item == known.unacknowledged;
  if (!known.last_acknowledged.empty() && item != known.last_acknowledged && !later) {
    ++found_.items_lost;
    found_.note("an acknowledged edition is not there: " + key);
  }
}

void verification::take_index_row(const known_index& index, std::string_view row) {
  --indexes_[index.name][std::string(row)];
}

findings verification::finish() {
  for (const auto& [name, held] : indexes_) {
    for (const auto& [row, excess] : held) {
      if (excess == 0) continue;
      ++found_.torn;
      found_.note(fmt::format("index {} {}: {}", name, excess > 0 ? "lacks" : "holds what no item implies", row));
    }
  }
  for (const auto& [key, known] : movies_) {
    if (known.seen) continue;
    if (!known.last_acknowledged.empty()) {
      ++found_.items_lost;
      found_.note("an acknowledged item is not there: " + key);
    }
    if (!known.image.empty()) {
      ++found_.torn;
      found_.note("a change record without its item: " + key);
    }
  }
  for (unsigned writer = 0; writer < plan_.writers(); ++writer) {
    if (next_[writer] > acknowledged_[writer]) ++found_.unacknowledged;
    if (next_[writer] < acknowledged_[writer]) found_.records_lost += acknowledged_[writer] - next_[writer];
  }
  return std::move(found_);
}

}  // namespace demo
