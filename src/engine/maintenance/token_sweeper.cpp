#include "token_sweeper.hpp"

#include <engine/commit/queue_slot.hpp>
#include <engine/rows/stored_token.hpp>
#include <engine/storage/key_space.hpp>

#include <algorithm>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

constexpr std::chrono::microseconds go_on_at_once{0};

}  // namespace

token_sweeper::token_sweeper(store& rows, key_locks& locks, committer& commits, const age_clock& ages)
    : rows_(rows), locks_(locks), commits_(commits), changes_(commits), ages_(ages) {}

result<void> token_sweeper::load() {
  const std::string begin = token_key(rows_.prefix(), "");
  const auto at = rows_.range(begin, after_prefix(begin), direction::forward);
  if (at->valid()) state_ = state::noted;
  return at->status();
}

bool token_sweeper::note_token() noexcept {
  if (state_.load(std::memory_order_relaxed) == state::noted) return false;
  return state_.exchange(state::noted) == state::asleep;
}

std::optional<std::chrono::microseconds> token_sweeper::run_slice() noexcept try {
  if (state_ == state::asleep) return std::nullopt;
  return walk();
} catch (...) {  // no memory: later
  return looks_every;
}

std::optional<std::chrono::microseconds> token_sweeper::walk() {
  const std::string begin = token_key(rows_.prefix(), "");
  if (next_.empty()) {
    next_ = begin;
    // A token that is noted may not be committed yet, so the job stays awake for one walk more.
    any_left_ = state_.exchange(state::watching) == state::noted;
  }
  const instant now = ages_.now();
  std::vector<std::string> expired;
  const auto at = rows_.range(next_, after_prefix(begin), direction::forward, stops::between_rows_too);
  std::size_t seen = 0;
  for (; at->valid() && seen < tokens_at_once; at->next(), ++seen) {
    const auto token = read_token_row(at->value());
    if (token && token->is_expired(now)) {
      expired.emplace_back(at->key());
    } else {
      any_left_ = true;
    }
  }
  const bool goes_on = at->valid() || at->between_rows();
  std::string then = goes_on ? std::string(at->key()) : std::string();
  if (auto read = at->status(); !read) return end_walk();
  if (!expired.empty() && !erase(expired)) any_left_ = true;
  if (!goes_on) return end_walk();
  if (at->between_rows()) then.push_back('\0');  // the key is erased: after it
  next_ = std::move(then);
  return go_on_at_once;
}

std::optional<std::chrono::microseconds> token_sweeper::end_walk() {
  next_.clear();
  if (any_left_) return looks_every;
  state expected = state::watching;
  if (state_.compare_exchange_strong(expected, state::asleep)) return std::nullopt;
  return looks_every;
}

// A failure leaves the tokens to the next walk.
result<void> token_sweeper::erase(const std::vector<std::string>& keys) {
  if (!commits_.try_reserve()) return fail(errc::throttled, "The commit queue is full");
  queue_slot slot(commits_);
  const auto change = std::make_shared<background_change>();
  std::vector<std::size_t> stripes;
  for (const std::string& key : keys) stripes.push_back(key_locks::stripe_of(key));
  key_locks::guard_list held;
  held.lock(locks_, stripes);
  const instant now = ages_.now();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (held.of(stripes[i]).latest(keys[i])) continue;  // a transaction uses it again
    json::buffer row;
    value_copier copy(row);
    const auto found = rows_.get(keys[i], copy);
    if (!found) return std::unexpected(found.error());
    const auto token = *found ? read_token_row(row.view()) : fail(errc::validation, "");
    if (!token || !token->is_expired(now)) continue;
    held.of(stripes[i]).reserve(1);
    change->visible.push_back({change->rows.operations().size(), stripes[i]});
    change->rows.erase(keys[i]);
  }
  if (change->rows.empty()) return {};
  if (changes_.enqueue(change, slot) != background_changes::verdict::queued) return fail(errc::throttled, "Not now");
  for (const auto& row : change->visible) held.of(row.stripe).publish(change, row.operation);
  held.release();
  changes_.flush();
  return {};
}

}  // namespace dynamo::engine
