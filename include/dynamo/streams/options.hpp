#pragma once

#include <dynamo/base/timer.hpp>
#include <dynamo/streams/sequence_number.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

/// What can be said to streams::read(), in any order. Classes with constructors, because g++ 12 destroys aggregates twice beside
/// co_await.
namespace dynamo::streams {

/// At most so many changes in a batch: GetRecords' Limit, 1 to 1000. Default: 1000, or as many as make 1 MB.
class batch_size {
 public:
  explicit constexpr batch_size(std::uint32_t changes) : changes_(changes) {}
  constexpr std::uint32_t get() const noexcept { return changes_; }

 private:
  std::uint32_t changes_;
};

/// How long one read that finds no record may wait for one inside of the embedded database, instead of an empty answer at once. Default: one
/// second. Services elsewhere know nothing of it: there poll_every() counts.
class long_poll {
 public:
  explicit constexpr long_poll(std::chrono::milliseconds most) : most_(most) {}
  constexpr std::chrono::milliseconds get() const noexcept { return most_; }

 private:
  std::chrono::milliseconds most_;
};

/// A shard that answered with nothing is not asked again sooner. Default: 250 ms, the rate at which AWS's own event source mapping
/// polls. Shards that have changes are read without a pause.
class poll_every {
 public:
  explicit constexpr poll_every(std::chrono::milliseconds pause) : pause_(pause) {}
  constexpr std::chrono::milliseconds get() const noexcept { return pause_; }

 private:
  std::chrono::milliseconds pause_;
};

/// Ends the range when there is nothing more to read for now, instead of waiting for ever; reading on then looks again. A shard that is
/// still open counts as read to its end when it answered with nothing several times in a row: with the embedded database that is
/// certain, DynamoDB may answer so in mid-shard and proves nothing. A closed shard is read to its end; if none comes, so to the hundredth
/// answer with nothing in a row.
class until_caught_up_t {
 public:
  explicit constexpr until_caught_up_t(unsigned empty_reads = 3) : empty_reads_(empty_reads) {}
  constexpr unsigned get() const noexcept { return empty_reads_; }

 private:
  unsigned empty_reads_;
};
inline constexpr until_caught_up_t until_caught_up{};

/// Records that were trimmed away before they were read do not stop the reader: it goes on with the oldest that is left. The next batch
/// says what is missing (change_batch::gaps), and its first change is marked (change::after_gap).
/// Without this option reading stops with errc::trimmed_data_access.
struct continue_after_gap_t {
  explicit continue_after_gap_t() = default;
};
inline constexpr continue_after_gap_t continue_after_gap{};

/// Ends the range soon after the token is asked to stop: within poll_every() or long_poll(), whichever is under way.
class stop_on {
 public:
  explicit stop_on(std::stop_token token) : token_(std::move(token)) {}
  const std::stop_token& get() const noexcept { return token_; }

 private:
  std::stop_token token_;
};

/// Waits by this timer instead of the machine's: for tests.
class wait_by {
 public:
  explicit wait_by(timer& t) : timer_(&t) {}
  timer& get() const noexcept { return *timer_; }

 private:
  timer* timer_;
};

/// Records of a shard that are lost to the reader: trimmed, because it came more than 24 hours later.
class gap {
 public:
  gap() = default;
  std::string shard;                    ///< empty: of a stream that came and went while nobody looked
  std::optional<sequence_number> from;  ///< the last one that was read before; empty if none of this shard was
  std::optional<sequence_number> to;    ///< the first one that was read again; empty if none of this shard has been
};

}  // namespace dynamo::streams
