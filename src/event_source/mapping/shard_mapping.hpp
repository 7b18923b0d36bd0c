#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/event_source/event_writer.hpp>
#include <dynamo/event_source/failure.hpp>
#include <dynamo/event_source/function.hpp>
#include <dynamo/event_source/settings.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dynamo::event_source {

/// Now, by both clocks: pauses are measured by the steady one, and so is the age of records, which the wall's tells when they are taken.
class moment {
 public:
  std::chrono::steady_clock::time_point steady;
  instant wall;

  moment() = default;
  moment(std::chrono::steady_clock::time_point s, instant w) : steady(s), wall(w) {}
};

/// What to do next with a shard. The caller does it, says so, and asks again.
class action {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  enum class kind : std::uint8_t {
    read,    ///< up to `count` records; not longer than until `due`, if that is set. Then took() or shard_ended()
    invoke,  ///< the function, with the first `count` of pending(). Then invoking()
    wait,    ///< until `due`, or, without it, until the outcome is there: answered()
    send_to_failure_destination,  ///< the first `count` of pending(), with given_up(). Then was_sent_to_failure_destination()
    checkpoint,                   ///< up to `number`: never to be handed over again. Then was_checkpointed()
    finished,                     ///< the shard was read to its end, and everything in it is dealt with
  };
  kind what = kind::wait;
  std::size_t count = 0;
  std::optional<time_point> due;
  sequence_number number;

  action() = default;
  explicit action(kind k, std::size_t c = 0) : what(k), count(c) {}
};

/// Decides what an event source mapping does with one shard, by Lambda's rules ("Using Lambda with DynamoDB", AWS Lambda Developer
/// Guide). Pure: it is told what happened and asked what to do; next() may be asked as often as one likes.
///
/// - Records are handed over in their order, one batch at a time, again and again until they succeed or are given up.
/// - A batch is handed over when it is complete by count or by size (6 MB), when its first record has waited as long as the
///   batching window, or at the end of the shard.
/// - Of a partial failure the lowest number counts: what stands before it has succeeded, and everything from there on is tried
///   again, without new records. Each retry counts, with or without progress.
/// - With bisect_on_error a batch that failed as a whole is halved, and after a partial failure the rest is a batch of its own; neither
///   uses up a retry.
/// - An invocation that was never executed uses up no retry.
/// - What has come to an end, well or not, is checkpointed before anything else is done.
/// Holds at most a batch and what one reading brought beyond it. Not thread-safe.
class shard_mapping {
 public:
  explicit shard_mapping(const settings&);

  action next(const moment&);
  /// Read and not yet dealt with, in their order.
  std::span<const event_record> pending() const noexcept { return pending_; }
  /// What is to be sent to the failure destination; its last four members are empty.
  const failure& given_up() const noexcept { return *given_up_; }
  /// How many records the function has, or had last.
  std::size_t batch_size() const noexcept { return batches_.empty() ? 0 : batches_.back().count; }
  bool is_invoking() const noexcept { return invoking_; }

  void took(std::vector<event_record>, const moment&);
  void shard_ended() noexcept { ended_ = true; }
  void invoking(std::string request_id);
  void answered(const outcome&, const moment&);
  void was_sent_to_failure_destination();
  void was_checkpointed() noexcept { checkpoint_.reset(); }

 private:
  /// Records that are handed over together. The first ones pending are the last batch.
  class batch {
   public:
    std::size_t count = 0;
    std::uint64_t retries = 0;
    std::uint64_t invocations = 0;
    explicit batch(std::size_t c) : count(c) {}
  };

  std::size_t count_too_old(const moment&) const;
  std::size_t count_that_fit() const;
  void retry_or_give_up(const moment&);
  void give_up(failure::condition, std::size_t count);
  void done_with(std::size_t count);
  void wait_before_retry(const moment&);

  settings settings_;
  std::vector<event_record> pending_;
  std::vector<batch> batches_;  // those being worked on: the last is next, the others are what was split off after it
  action::time_point waiting_since_{};  // of the first record pending
  std::optional<action::time_point> retry_at_;
  unsigned failures_in_a_row_ = 0;
  std::optional<failure> given_up_;
  std::optional<sequence_number> checkpoint_;
  std::string request_id_;
  bool function_error_ = false;
  bool invoking_ = false;
  bool ended_ = false;
};

/// Which records of a batch failed, by what the function answered: the index of the first; the batch's size if none did. Pure.
///
/// Success: nothing, null, {}, no or an empty batchItemFailures. The whole batch failed: what is no such JSON, an identifier that is
/// empty, null, missing, or of none of the records.
std::size_t first_failure(std::string_view response, std::span<const event_record>);

}  // namespace dynamo::event_source
