#include "key_locks.hpp"

#include <algorithm>
#include <cassert>
#include <functional>
#include <limits>

namespace dynamo::engine {

std::size_t key_locks::stripe_of(std::string_view row_key) noexcept {
  return std::hash<std::string_view>{}(row_key) % stripe_count;
}

std::optional<key_locks::guard::pending_value> key_locks::guard::latest(std::string_view row_key) const {
  const auto& waiting = locks_->stripes_[stripe_].waiting;
  for (auto at = waiting.rbegin(); at != waiting.rend(); ++at) {
    const write_batch& rows = at->change->rows;
    const write_batch::operation& operation = rows.operations()[at->operation];
    if (rows.text(operation.key) != row_key) continue;
    pending_value found{at->change, std::nullopt};
    if (operation.what == write_batch::kind::put) found.row = rows.text(operation.value);
    return found;
  }
  return std::nullopt;
}

// While a transaction is pending, only maintenance writes its keys: what it wrote may stand in front of the transaction.
bool key_locks::guard::is_in_transaction(std::string_view row_key) const noexcept {
  return std::ranges::any_of(locks_->stripes_[stripe_].waiting, [&](const pending& one) {
    if (!one.change->is_transaction) return false;
    const write_batch& rows = one.change->rows;
    return rows.text(rows.operations()[one.operation].key) == row_key;
  });
}

void key_locks::guard::reserve(std::size_t count) {
  auto& waiting = locks_->stripes_[stripe_].waiting;
  reserved_ += count;
  if (waiting.capacity() - waiting.size() < reserved_) waiting.reserve(2 * waiting.size() + reserved_);
}

void key_locks::guard::publish(const std::shared_ptr<const prepared_change>& change, std::size_t operation) noexcept {
  locks_->stripes_[stripe_].waiting.push_back({change, operation});
  ++locks_->published_[stripe_];
}

bool key_locks::guard::is_unchanged_since(const moment& then) const noexcept {
  return locks_->published_[stripe_] == then.published_[stripe_];
}

void key_locks::guard_list::lock(key_locks& locks, std::span<const std::size_t> stripes) {
  assert(!first_);
  if (stripes.empty()) return;
  if (stripes.size() == 1) {
    first_.emplace(locks, stripes.front());
    return;
  }
  std::vector<std::size_t> ascending(stripes.begin(), stripes.end());
  std::ranges::sort(ascending);
  const auto repeated = std::ranges::unique(ascending);
  ascending.erase(repeated.begin(), repeated.end());
  more_.reserve(ascending.size());
  for (const std::size_t stripe : ascending) {
    // In another order two changes may wait for each other for ever: a bug that shows before it does.
    assert(!first_ || stripe > (more_.empty() ? first_->stripe() : more_.back().stripe()));
    if (!first_) {
      first_.emplace(locks, stripe);
    } else {
      more_.emplace_back(locks, stripe);
    }
  }
}

key_locks::guard& key_locks::guard_list::of(std::size_t stripe) {
  if (first_->stripe() == stripe) return *first_;
  const auto found = std::ranges::lower_bound(more_, stripe, {}, &guard::stripe);
  assert(found != more_.end() && found->stripe() == stripe);
  return *found;
}

void key_locks::guard_list::release() noexcept {
  while (!more_.empty()) more_.pop_back();
  first_.reset();
}

void key_locks::note(moment& now) {
  constexpr auto never = std::numeric_limits<std::uint64_t>::max();  // no count of calls comes so far
  for (std::size_t i = 0; i < stripe_count; ++i) {
    const std::scoped_lock held(stripes_[i].mutex);
    now.published_[i] = stripes_[i].waiting.empty() ? published_[i] : never;
  }
}

void key_locks::withdraw(const prepared_change& change) {
  for (const prepared_change::visible_row& row : change.visible) {
    stripe& in = stripes_[row.stripe];
    const std::scoped_lock held(in.mutex);
    std::erase_if(in.waiting,
                  [&](const pending& p) { return p.change.get() == &change && p.operation == row.operation; });
  }
}

}  // namespace dynamo::engine
