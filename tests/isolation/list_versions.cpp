#include "list_versions.hpp"

#include <algorithm>
#include <span>
#include <unordered_set>
#include <utility>

namespace dynamo::isolation {

struct list_evidence::list_facts {
  struct read {
    std::size_t operation;
    const std::vector<std::int64_t>* seen;
  };
  std::unordered_map<std::int64_t, append> appends;
  std::vector<read> reads;
};

list_evidence::list_evidence(const history& all) : all_(all), start_(start_of(all)), happened_(all.size()) {
  const facts_of_items facts = gather();
  find_happened(facts);
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (happened_[i]) check_own_appends(i);
  }
  for (const auto& [item, of] : facts) take(item, of);
}

list_evidence::facts_of_items list_evidence::gather() {
  facts_of_items facts;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    std::map<std::string_view, append*> last;
    for (const access& a : all_[i].does) {
      if (a.what == access::kind::list) facts[a.item].reads.push_back({i, &a.seen});
      if (a.what != access::kind::append) continue;
      const auto [at, is_new] = facts[a.item].appends.try_emplace(a.value, append{i});
      if (!is_new) report("no history", std::to_string(a.value) + " is appended twice", i, at->second.operation);
      if (last[a.item] != nullptr) last[a.item]->is_last = false;
      last[a.item] = &at->second;
    }
  }
  return facts;
}

// Of an operation whose outcome nobody was told, what was read of it tells that it happened; then what it read counts too.
void list_evidence::find_happened(const facts_of_items& facts) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (all_[i].came == operation::outcome::ok) found.push_back(i);
  }
  for (const std::size_t one : found) happened_[one] = true;
  while (!found.empty()) {
    const operation& o = all_[found.back()];
    found.pop_back();
    for (const access& a : o.does) {
      if (a.what != access::kind::list) continue;
      const auto& appends = facts.at(a.item).appends;
      for (const std::int64_t element : a.seen) {
        const auto by = appends.find(element);
        if (by == appends.end() || happened_[by->second.operation]) continue;
        if (all_[by->second.operation].came == operation::outcome::failed) continue;
        happened_[by->second.operation] = true;
        found.push_back(by->second.operation);
      }
    }
  }
}

void list_evidence::take(const std::string& item, const list_facts& of) {
  list_versions list;
  list.item = item;
  const list_facts::read* longest = nullptr;
  for (const list_facts::read& r : of.reads) {
    if (!happened_[r.operation]) continue;
    check_read(item, of, r.operation, *r.seen);
    list.reads.push_back({r.operation, r.seen->size()});
    if (longest == nullptr || r.seen->size() > longest->seen->size()) longest = &r;
  }
  if (longest != nullptr) list.order = *longest->seen;
  for (const list_facts::read& r : of.reads) {
    if (!happened_[r.operation] || std::ranges::equal(*r.seen, std::span(list.order).first(r.seen->size()))) continue;
    report("incompatible order", "two reads of " + item + " are no versions of one list", r.operation,
           longest->operation);
  }
  for (const std::int64_t element : list.order) {
    const auto by = of.appends.find(element);
    list.writers.push_back(by == of.appends.end() ? list_versions::nobody : by->second.operation);
  }
  const std::unordered_set<std::int64_t> observed(list.order.begin(), list.order.end());
  for (const auto& [element, by] : of.appends) {
    if (happened_[by.operation] && !observed.contains(element)) list.unobserved.push_back(by.operation);
  }
  std::ranges::sort(list.unobserved);
  lists_.push_back(std::move(list));
}

void list_evidence::check_read(const std::string& item, const list_facts& of, std::size_t which,
                               const std::vector<std::int64_t>& seen) {
  std::unordered_set<std::int64_t> met;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const std::string element = std::to_string(seen[i]);
    if (!met.insert(seen[i]).second) report("duplicate element", element + " is twice in " + item, which);
    const auto by = of.appends.find(seen[i]);
    if (by == of.appends.end()) {
      report("phantom element", "nobody appended " + element + " to " + item, which);
      continue;
    }
    const auto& [writer, is_last] = by->second;
    if (all_[writer].came == operation::outcome::failed) {
      report("G1a (aborted read)", element + " of an operation that failed was read in " + item, which, writer);
    }
    if (i + 1 == seen.size() && !is_last && writer != which) {
      report("G1b (intermediate read)", item + " was read in the middle of an operation, after its " + element, which,
             writer);
    }
  }
}

// A read shows what the operation has appended so far, as the end, and nothing that it is still to append.
void list_evidence::check_own_appends(std::size_t which) {
  std::map<std::string_view, std::unordered_set<std::int64_t>> own;
  for (const access& a : all_[which].does) {
    if (a.what == access::kind::append) own[a.item].insert(a.value);
  }
  if (own.empty()) return;
  std::map<std::string_view, std::vector<std::int64_t>> so_far;
  for (const access& a : all_[which].does) {
    if (a.what == access::kind::append) so_far[a.item].push_back(a.value);
    if (a.what != access::kind::list) continue;
    const auto& expected = so_far[a.item];
    const auto shown = std::ranges::count_if(a.seen, [&](std::int64_t one) { return own[a.item].contains(one); });
    if (shown == std::ssize(expected) && std::equal(expected.rbegin(), expected.rend(), a.seen.rbegin())) continue;
    report("internal", "an operation does not see of " + a.item + " what it has appended so far", which);
  }
}

void list_evidence::report(std::string name, std::string what, std::size_t operation, std::size_t other) {
  std::string words = what + "\n  " + in_words(all_, operation, start_) + "\n";
  if (other != list_versions::nobody) words += "  " + in_words(all_, other, start_) + "\n";
  anomalies_.push_back({std::move(name), std::move(words)});
}

}  // namespace dynamo::isolation
