#include "register_check.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace dynamo::isolation {
namespace {

/// What an operation did to one register.
struct register_access {
  std::int64_t invoked = 0;
  std::int64_t completed = operation::never;
  std::optional<std::int64_t> read, written;  // first the one, then the other, in one moment
  bool happened = true;                       // false: perhaps
  std::size_t operation = 0;
};
using accesses = std::vector<register_access>;

std::map<std::string, accesses> by_register(const history& all) {
  std::map<std::string, accesses> registers;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const operation& o = all[i];
    if (o.came == operation::outcome::failed) continue;
    std::map<std::string, register_access> of;
    for (const access& a : o.does) {
      const bool reads = a.what == access::kind::read;
      if (!reads && a.what != access::kind::write) continue;
      register_access& r = of[a.item];
      (reads ? r.read : r.written) = a.value;
    }
    for (auto& [item, r] : of) {
      r.invoked = o.invoked;
      r.completed = o.completed;
      r.happened = o.came == operation::outcome::ok;
      r.operation = i;
      if (r.happened || r.written) registers[item].push_back(r);
    }
  }
  return registers;
}

// A write of unknown outcome that nobody saw may as well not have happened: whatever order there is with it, there is one without it. One
// that was seen has happened, before whoever saw it completed.
void settle_unknown(accesses& all) {
  std::map<std::int64_t, int> writers;
  for (const register_access& a : all) {
    if (a.written) ++writers[*a.written];
  }
  while (true) {
    std::map<std::int64_t, std::int64_t> seen_by;  // the earliest end of those that saw a value
    for (const register_access& a : all) {
      if (!a.happened || !a.read) continue;
      const auto [at, first] = seen_by.try_emplace(*a.read, a.completed);
      if (!first) at->second = std::min(at->second, a.completed);
    }
    bool changed = false;
    for (register_access& a : all) {
      if (a.happened || writers[*a.written] > 1 || *a.written == 0) continue;
      const auto seen = seen_by.find(*a.written);
      if (seen == seen_by.end()) continue;
      a.happened = true;
      a.completed = std::min(a.completed, seen->second);
      changed = true;
    }
    if (changed) continue;
    // Those that perhaps happened may have seen it too.
    std::unordered_set<std::int64_t> read;
    for (const register_access& a : all) {
      if (a.read) read.insert(*a.read);
    }
    if (std::erase_if(all, [&](const register_access& a) { return !a.happened && !read.contains(*a.written); }) == 0) {
      return;
    }
  }
}

/// Looks for an order of one register's operations. What leads nowhere is seen early:
/// - a value that still has readers, and no writer that could bring it back, is not overwritten
/// - a read of the present value may come now, whatever comes later
/// - so may a write that nobody reads, if nobody reads the present value any more
class search {
 public:
  /// Without foresight it finds longer orders before it ends, for a reader.
  explicit search(accesses all, bool foresight = true)
      : all_(std::move(all)), done_(all_.size()), foresight_(foresight) {
    std::ranges::stable_sort(all_, {}, &register_access::invoked);
    const auto perhaps = std::ranges::stable_partition(all_, [](const register_access& a) { return a.happened; });
    open_ = sure_ = all_.size() - perhaps.size();
    for (const register_access& a : all_) count(a, 1);
  }

  verdict::kind run(std::uint64_t steps_max) {
    std::size_t candidate = first_;
    for (std::uint64_t steps = 0; open_ > 0; ++steps) {
      if (steps == steps_max) return verdict::kind::unknown;
      const std::optional<std::size_t> forced = foresight_ && candidate == first_ ? find_forced() : std::nullopt;
      if (forced) {
        candidate = leads_on(*forced) ? *forced : all_.size();
      } else {
        candidate = next_candidate(candidate);
      }
      if (candidate < all_.size()) {
        choose(candidate, forced.has_value());
        candidate = first_;
        continue;
      }
      bool was_forced = true;
      while (was_forced) {
        if (chosen_.empty()) return verdict::kind::broken;
        was_forced = chosen_.back().forced;
        candidate = take_back() + 1;
      }
    }
    return verdict::kind::holds;
  }

  /// The longest order that was found, and then those that might have come next, for a reader.
  const std::vector<std::size_t>& longest() const { return longest_; }
  const accesses& all() const { return all_; }

 private:
  struct choice {
    std::size_t which, first_before;
    std::int64_t value_before;
    bool forced;  // there is nothing better
  };
  struct counts {
    int readers = 0, perhaps_readers = 0, writers = 0;  // that are still to be placed
    bool anybody_reads() const { return readers + perhaps_readers > 0; }
  };

  void count(const register_access& a, int by) {
    if (a.read) (a.happened ? left_[*a.read].readers : left_[*a.read].perhaps_readers) += by;
    if (a.written) left_[*a.written].writers += by;
  }

  // The next operation, from `from` on, that can be the next one in the order and leads to something new.
  std::size_t next_candidate(std::size_t from) {
    const std::int64_t end = find_end();
    for (std::size_t i = from; i < sure_ && all_[i].invoked <= end; ++i) {
      if (leads_on(i)) return i;
    }
    for (std::size_t i = std::max(from, sure_); i < all_.size() && all_[i].invoked <= end; ++i) {
      if (leads_on(i)) return i;
    }
    return all_.size();
  }

  // What was invoked later is not next.
  std::int64_t find_end() const {
    std::int64_t end = operation::never;
    for (std::size_t i = first_; i < sure_ && all_[i].invoked <= end; ++i) {
      if (!done_[i]) end = std::min(end, all_[i].completed);
    }
    return end;
  }

  std::optional<std::size_t> find_forced() {
    const std::int64_t end = find_end();
    const bool may_go = !left_[value_].anybody_reads();
    for (std::size_t i = first_; i < sure_ && all_[i].invoked <= end; ++i) {
      const register_access& a = all_[i];
      if (done_[i]) continue;
      if (!a.written ? a.read == value_ : may_go && !a.read && !left_[*a.written].anybody_reads()) return i;
    }
    return std::nullopt;
  }

  bool leads_on(std::size_t i) {
    const register_access& a = all_[i];
    if (done_[i] || (a.read && *a.read != value_)) return false;
    if (foresight_ && a.written) {
      const counts& of = left_[value_];
      if (of.writers == 0 && of.readers > (a.read && a.happened ? 1 : 0)) return false;
    }
    return tried_.insert(state_after(i)).second;
  }

  // What matters of the way so far: which operations are done, and the value. Exact, and short where few operations overlap.
  std::string state_after(std::size_t which) const {
    const std::int64_t value = all_[which].written.value_or(value_);
    std::size_t first = first_;
    while (first < sure_ && (done_[first] || first == which)) ++first;
    std::string text(reinterpret_cast<const char*>(&value), sizeof value);
    text.append(reinterpret_cast<const char*>(&first), sizeof first);
    append_bits(text, sure_, all_.size(), which);
    append_bits(text, first, std::max(last_done(), which < sure_ ? which + 1 : 0), which);
    while (!text.empty() && text.back() == 0) text.pop_back();
    return text;
  }
  void append_bits(std::string& to, std::size_t from, std::size_t end, std::size_t which) const {
    for (std::size_t i = from; i < end; i += 8) {
      unsigned bits = 0;
      for (std::size_t bit = 0; bit < 8 && i + bit < end; ++bit) {
        bits |= (done_[i + bit] || i + bit == which ? 1u : 0u) << bit;
      }
      to += static_cast<char>(bits);
    }
  }
  std::size_t last_done() const { return ends_.empty() ? 0 : ends_.back(); }

  void choose(std::size_t which, bool forced) {
    chosen_.push_back({which, first_, value_, forced});
    count(all_[which], -1);
    ends_.push_back(std::max(last_done(), which < sure_ ? which + 1 : 0));
    done_[which] = true;
    if (all_[which].written) value_ = *all_[which].written;
    if (all_[which].happened) --open_;
    while (first_ < sure_ && done_[first_]) ++first_;
  }

  std::size_t take_back() {
    keep_longest();
    const choice last = chosen_.back();
    chosen_.pop_back();
    ends_.pop_back();
    done_[last.which] = false;
    count(all_[last.which], 1);
    value_ = last.value_before;
    first_ = last.first_before;
    if (all_[last.which].happened) ++open_;
    return last.which;
  }

  void keep_longest() {
    if (chosen_.size() <= longest_.size()) return;
    longest_.clear();
    for (const choice& one : chosen_) longest_.push_back(one.which);
  }

  accesses all_;      // those that happened, as they were invoked; then those that perhaps did
  std::size_t sure_;  // how many happened
  std::vector<bool> done_;
  const bool foresight_;
  std::size_t open_ = 0;   // of those that happened: still to be placed
  std::size_t first_ = 0;  // that is not done
  std::int64_t value_ = 0;
  std::vector<choice> chosen_;
  std::vector<std::size_t> ends_;  // after the last one that is done, of those that happened
  std::unordered_map<std::int64_t, counts> left_;
  std::unordered_set<std::string> tried_;
  std::vector<std::size_t> longest_;
};

std::string explain(const accesses& of, const std::string& item, const history& all) {
  constexpr std::size_t shown_max = 24;
  constexpr std::uint64_t steps_max = 100'000;
  search found(of, false);
  found.run(steps_max);
  const std::int64_t start = start_of(all);
  const auto& order = found.longest();
  std::string words = item + " is not linearizable. An order as far as there is one:\n";
  if (order.size() > shown_max) words += "  ... " + std::to_string(order.size() - shown_max) + " earlier ones\n";
  for (std::size_t i = order.size() - std::min(order.size(), shown_max); i < order.size(); ++i) {
    words += "  " + in_words(all, found.all()[order[i]].operation, start) + "\n";
  }
  words += "None of these can come next:\n";
  std::size_t shown = 0;
  for (std::size_t i = 0; i < found.all().size() && shown < shown_max; ++i) {
    if (std::ranges::find(order, i) != order.end()) continue;
    words += "  " + in_words(all, found.all()[i].operation, start) + "\n";
    ++shown;
  }
  return words;
}

}  // namespace

verdict check_registers(const history& all, std::uint64_t steps_max) {
  verdict came;
  for (auto& [item, of] : by_register(all)) {
    settle_unknown(of);
    const verdict::kind found = search(of).run(steps_max);
    if (found == verdict::kind::broken) return {found, explain(of, item, all)};
    if (found == verdict::kind::unknown) {
      came = {found, item + ": no answer after " + std::to_string(steps_max) + " steps\n"};
    }
  }
  return came;
}

}  // namespace dynamo::isolation
