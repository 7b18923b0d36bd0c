#include "samples.hpp"

#include <algorithm>
#include <fstream>

namespace demo {

std::vector<std::string> sample_plan::changes_of(std::int64_t id) const {
  std::vector<std::string> names{"INSERT"};
  if (changed(id)) names.emplace_back("MODIFY");
  if (removed(id)) names.emplace_back("REMOVE");
  return names;
}

std::uint64_t sample_plan::changes() const {
  std::uint64_t all = 0;
  for (std::int64_t id = 1; id <= items_; ++id) all += changes_of(id).size();
  return all;
}

std::uint64_t sample_plan::left() const {
  std::uint64_t all = 0;
  for (std::int64_t id = 1; id <= items_; ++id) all += removed(id) ? 0 : 1;
  return all;
}

dynamo::result<void> write_samples(const samples_table& samples, const sample_plan& plan) {
  const auto written = [](const auto& done) -> dynamo::result<void> {
    if (!done) return std::unexpected(done.error());
    return done->complete();
  };
  std::vector<sample> puts, changes;
  std::vector<std::int64_t> removals;
  for (std::int64_t id = 1; id <= plan.items(); ++id) {
    sample made;
    made.id = id;
    made.message = "New item!";
    if (id != plan.poison()) made.entity_type = "sample";
    puts.push_back(made);
    if (plan.changed(id)) {
      made.message = "Changed item!";
      changes.push_back(std::move(made));
    }
    if (plan.removed(id)) removals.push_back(id);
  }
  if (const auto done = written(samples.batch_put(puts).run()); !done) return done;
  if (const auto done = written(samples.batch_put(changes).run()); !done) return done;
  return written(samples.batch_remove(removals).run());
}

seen_changes seen_changes::read(const std::string& file) {
  seen_changes all;
  std::ifstream lines(file);
  std::int64_t id = 0;
  seen next;
  while (lines >> id >> next.number >> next.name) {
    std::vector<seen>& before = all.by_item_[id];
    if (std::ranges::find(before, next.number, &seen::number) != before.end()) {
      ++all.repeated_;
    } else {
      before.push_back(next);
      ++all.count_;
    }
  }
  return all;
}

bool seen_changes::are_all_of(const sample_plan& plan) const {
  if (by_item_.contains(plan.poison())) return false;
  std::uint64_t right = 0;
  for (const auto& [id, seen_of_it] : by_item_) {
    const std::vector<std::string> expected = plan.changes_of(id);
    if (!std::ranges::equal(seen_of_it, expected, {}, &seen::name)) return false;
    right += expected.size();
  }
  return right + plan.changes_of(plan.poison()).size() == plan.changes();
}

}  // namespace demo
