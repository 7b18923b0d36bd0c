#pragma once

#include "background_changes.hpp"
#include "maintenance_runner.hpp"

#include <dynamo/base/result.hpp>
#include <engine/commit/committer.hpp>
#include <engine/commit/key_locks.hpp>
#include <engine/storage/age_clock.hpp>
#include <engine/storage/store.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace dynamo::engine {

/// Erases the tokens of transactions that are forgotten: 10 minutes after the transaction they mean nothing.
///
/// It walks all tokens in slices, every five minutes as long as there are any. A slice erases what has expired as one change, under the locks of
/// the tokens: a transaction may be using one again. note_token() may be called by any thread.
class token_sweeper final : public maintenance_job {
 public:
  static constexpr std::chrono::minutes looks_every{5};
  /// Tokens of one slice.
  static constexpr std::size_t tokens_at_once = 256;

  token_sweeper(store&, key_locks&, committer&, const age_clock&);

  /// Looks whether the store holds tokens.
  result<void> load();
  bool has_work() const noexcept { return state_.load(std::memory_order_relaxed) != state::asleep; }
  /// A transaction with a token comes. True if the job has to be woken.
  bool note_token() noexcept;

  /// Does nothing while the commit queue is full.
  std::optional<std::chrono::microseconds> run_slice() noexcept override;

 private:
  enum class state : std::uint8_t {
    asleep,
    watching,  ///< no token has come since the walk began
    noted
  };
  std::optional<std::chrono::microseconds> walk();
  std::optional<std::chrono::microseconds> end_walk();
  result<void> erase(const std::vector<std::string>& keys);

  store& rows_;
  key_locks& locks_;
  committer& commits_;
  background_changes changes_;
  const age_clock& ages_;
  std::atomic<state> state_ = state::asleep;

  // Of the walk; the runner's alone.
  std::string next_;  // empty before a walk
  bool any_left_ = false;
};

}  // namespace dynamo::engine
