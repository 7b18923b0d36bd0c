#include "known_gaps.hpp"

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

template <class Take>
void for_each_put(const std::vector<const write_batch*>& batches, Take take) {
  for (const write_batch* batch : batches) {
    for (const write_batch::operation& op : batch->operations()) {
      if (op.what == write_batch::kind::put) take(batch->text(op.key));
    }
  }
}

}  // namespace

known_gaps::writing::writing(known_gaps& in, const std::vector<const write_batch*>& batches) : in_(in) {
  const std::scoped_lock held(in_.mutex_);
  if (!in_.gaps_.empty() || !in_.watchers_.empty()) {
    for_each_put(batches, [this](std::string_view key) { in_.take_out(key); });
  }
  in_.writing_ = &batches;
  in_.begun_.store(in_.begun_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

known_gaps::writing::~writing() {
  const std::scoped_lock held(in_.mutex_);
  in_.writing_ = nullptr;
  in_.finished_.store(in_.finished_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

std::optional<known_gaps::leap> known_gaps::find(std::string_view key, direction way) {
  const std::scoped_lock held(mutex_);
  const bool forward = way == direction::forward;
  auto at = forward ? gaps_.upper_bound(key) : gaps_.lower_bound(key);
  if (at == gaps_.begin()) return std::nullopt;
  --at;
  if (forward ? at->second.end <= key : at->second.end < key) return std::nullopt;
  at->second.used = ++uses_;
  return leap{forward ? at->second.end : at->first, at->second.moment};
}

void known_gaps::watcher::watched::tell(std::string_view key) {
  if (key < begin || key >= end) return;
  if (way == direction::forward) {
    end = key;
  } else {
    begin = key_after(key);
  }
}

void known_gaps::take_out(std::string_view key) {
  for (watcher::watched& one : watchers_) one.tell(key);
  auto at = gaps_.upper_bound(key);
  if (at == gaps_.begin()) return;
  --at;
  if (at->second.end <= key) return;
  gap rest = at->second;
  std::string begin = key_after(key);
  if (at->first == key) {
    gaps_.erase(at);
  } else {
    at->second.end = key;
  }
  if (begin < rest.end) add(std::move(begin), std::move(rest));
  any_.store(!gaps_.empty(), std::memory_order_relaxed);
}

// Joins what overlaps it or touches it.
void known_gaps::add(std::string begin, gap made) {
  auto at = gaps_.upper_bound(begin);
  if (at != gaps_.begin() && std::prev(at)->second.end >= begin) --at;
  while (at != gaps_.end() && at->first <= made.end) {
    begin = std::min(begin, at->first);
    made.end = std::max(made.end, at->second.end);
    made.moment = std::max(made.moment, at->second.moment);
    made.used = std::max(made.used, at->second.used);
    at = gaps_.erase(at);
  }
  if (gaps_.size() == gaps_max) forget_one();
  gaps_.emplace(std::move(begin), std::move(made));
  any_.store(true, std::memory_order_relaxed);
}

void known_gaps::forget_one() {
  gaps_.erase(std::ranges::min_element(gaps_, {}, [](const auto& one) { return one.second.used; }));
}

std::optional<known_gaps::watcher> known_gaps::watcher::start(known_gaps& of, std::string_view begin,
                                                              std::string_view end, direction way) {
  const std::scoped_lock held(of.mutex_);
  if (of.watchers_.size() == watchers_max) return std::nullopt;
  std::list<watched> made{{std::string(begin), std::string(end), way, of.moment()}};
  if (of.writing_ != nullptr) for_each_put(*of.writing_, [&](std::string_view key) { made.front().tell(key); });
  of.watchers_.splice(of.watchers_.begin(), made);
  return watcher(of, of.watchers_.begin());
}

known_gaps::watcher::watcher(watcher&& other) noexcept : of_(std::exchange(other.of_, nullptr)), at_(other.at_) {}

known_gaps::watcher& known_gaps::watcher::operator=(watcher&& other) noexcept {
  std::swap(of_, other.of_);
  std::swap(at_, other.at_);
  return *this;
}

known_gaps::watcher::~watcher() {
  if (of_ == nullptr) return;
  const std::scoped_lock held(of_->mutex_);
  of_->watchers_.erase(at_);
}

void known_gaps::watcher::found_none_up_to(std::string_view bound, std::uint64_t in_sight) {
  const std::scoped_lock held(of_->mutex_);
  std::string begin = at_->begin, end = at_->end;
  if (at_->way == direction::forward) {
    end = std::min<std::string_view>(end, bound);
  } else {
    begin = std::max<std::string_view>(begin, bound);
  }
  if (begin < end) of_->add(std::move(begin), {std::move(end), in_sight, ++of_->uses_});
}

}  // namespace dynamo::engine
