#include "workload.hpp"

#include <algorithm>
#include <utility>

namespace dynamo::isolation {
namespace {

using kind = action::kind;

constexpr std::size_t items_of_a_transaction_max = 4;

bool one_in(std::mt19937_64& random, unsigned count) { return random() % count == 0; }

std::vector<action> gets(const std::vector<std::string>& items) {
  std::vector<action> all;
  for (const std::string& item : items) all.push_back({kind::get, item});
  return all;
}

}  // namespace

attempt workload::next(chance& random, const memory& known) {
  const bool several = how_.transactions ? one_in(random, 2) : how_.batches && one_in(random, 8);
  if (!several) {
    const bool list = one_in(random, 2), reads = one_in(random, 4);
    std::string item = draw_item(random, list, !reads);
    if (reads) return single({kind::get, std::move(item)});
    return single(draw_write(random, std::move(item), known, false));
  }
  if (how_.batches && (!how_.transactions || one_in(random, 8))) return batch_read(gets(draw_items(random, false)));
  if (one_in(random, 3)) return transaction(gets(draw_items(random, false)));
  std::vector<action> writes;
  for (std::string& item : draw_items(random, true)) writes.push_back(draw_write(random, std::move(item), known, true));
  // A transaction of nothing but checks is allowed, but tells little.
  if (writes.front().what == kind::check) {
    const bool list = writes.front().item.front() == 'l';
    writes.front().what = list ? kind::append : kind::put;
    writes.front().value = ++last_value_;
  }
  return transaction(std::move(writes), one_in(random, 2) ? "token " + std::to_string(++last_value_) : "");
}

std::string workload::draw_item(chance& random, bool list, bool writes) {
  const std::size_t slot = random() % how_.slots;
  const int before = writes ? writes_[list][slot]++ : writes_[list][slot].load();
  return (list ? "l" : "r") + std::to_string(slot) + "." + std::to_string(before / how_.writes_of_an_item);
}

// Mostly of one sort: cycles show in lists, and a register of a list's transaction costs a look.
std::vector<std::string> workload::draw_items(chance& random, bool writes) {
  const std::size_t count = 2 + random() % (items_of_a_transaction_max - 1);
  const bool lists = !one_in(random, 3);
  std::vector<std::string> all;
  for (std::size_t tried = 0; tried < 2 * count && all.size() < count; ++tried) {
    std::string item = draw_item(random, one_in(random, 8) ? !lists : lists, writes);
    if (std::ranges::find(all, item) == all.end()) all.push_back(std::move(item));
  }
  return all;
}

action workload::draw_write(chance& random, std::string item, const memory& known, bool in_transaction) {
  action a;
  a.item = std::move(item);
  const bool list = a.item.front() == 'l';
  const auto seen = known.find(a.item);
  if (seen != known.end() && !one_in(random, 3)) {
    a.expected = seen->second;
  } else if (one_in(random, 8)) {
    a.expected.emplace();
  }
  a.what = list ? kind::append : one_in(random, 8) ? kind::erase : one_in(random, 2) ? kind::put : kind::update;
  if (in_transaction && a.expected && one_in(random, 3)) a.what = kind::check;
  if (a.what != kind::erase && a.what != kind::check) a.value = ++last_value_;
  if (in_transaction || a.expected || one_in(random, 2)) return a;
  a.returns = list && one_in(random, 2) ? action::returned::new_item : action::returned::old_item;
  return a;
}

void workload::remember(memory& known, const operation& o) {
  if (o.came != operation::outcome::ok) return;
  constexpr std::size_t known_max = 64;  // more than the slots hold: what is left over is of items long gone
  if (known.size() > known_max) known.clear();
  for (const access& a : o.does) {
    switch (a.what) {
      case access::kind::list: known[a.item] = a.seen; break;
      case access::kind::append:
        if (const auto at = known.find(a.item); at != known.end()) at->second.push_back(a.value);
        break;
      default:
        known[a.item].clear();
        if (a.value != 0) known[a.item].push_back(a.value);
    }
  }
}

}  // namespace dynamo::isolation
