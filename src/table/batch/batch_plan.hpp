#pragma once

#include <dynamo/decorators/retry.hpp>

#include <table/batch/batch_inputs.hpp>
#include <table/batch/batch_reply.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace dynamo::detail {

struct batch_settings {
  bool writes = false;
  std::size_t chunk_entries_max = 1;
  std::size_t chunk_bytes_max = 1;
  unsigned parallel = 1;
  retry_settings retry;
  std::optional<std::chrono::steady_clock::time_point> deadline;
};

/// Decides how a batch call goes on: which entries make a request, what is sent again and when, and what became of each entry.
/// Pure: no clock, no I/O. The caller asks for the next action, and reports each answer.
///
/// - A chunk that fails for a while, and what a reply leaves unprocessed, are sent again as retry_state says. A reply that
///   processed something is progress: counting begins anew. If it was a large one, it was the reply's size that cut it short,
///   and the rest is sent without a wait.
/// - A chunk that is refused as a whole (errc::validation) is halved until the entry at fault is alone: a refusal says nothing of
///   the others, and nothing of it was executed.
/// - Of a write whose reply was lost nobody knows whether it was executed, whatever later attempts are answered: it ends as
///   written, or as failed with outcome_unknown().
///
/// Not thread-safe.
class batch_plan {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  batch_plan(batch_inputs, batch_settings);

  struct action {
    enum class kind : std::uint8_t {
      send,     ///< the chunk, and report the answer
      wait,     ///< until then, nothing being under way
      pending,  ///< for an answer
      done,
    };
    kind what;
    std::size_t chunk = 0;
    time_point until{};
  };
  action next(time_point now);
  const std::vector<std::uint32_t>& entries_of(std::size_t chunk) const { return chunks_[chunk].entries; }
  void answered(std::size_t chunk, const result<batch_reply>&, time_point now, random_source&);
  /// Nothing is sent any more; what has no outcome yet gets this one.
  void abandon(const error&);

  enum class status : std::uint8_t { open, found, missing, written, unprocessed, failed };
  struct outcome {
    status now = status::open;
    bool maybe_written = false;  ///< the reply to an attempt was lost
    std::string_view item;       ///< of what was found, into the reply
    std::optional<error> why;    ///< of what failed
  };
  const batch_inputs& inputs() const noexcept { return inputs_; }
  const outcome& outcome_of(std::uint32_t entry) const { return outcomes_[entry]; }

  std::size_t requests() const noexcept { return requests_; }
  std::size_t retries() const noexcept { return retries_; }
  std::optional<double> capacity_units() const noexcept { return capacity_units_; }
  std::optional<double> vector_write_bytes() const noexcept { return vector_write_bytes_; }

 private:
  struct sending {
    std::vector<std::uint32_t> entries;
    retry_state retry;
    time_point due{};
    bool repeats = false;  ///< was sent before
  };

  action send(std::size_t chunk);
  std::vector<std::uint32_t> pack();
  void add_waiting(std::vector<std::uint32_t> entries, const retry_state&, time_point due, bool repeats);
  void processed(std::size_t chunk, const batch_reply&, time_point now, random_source&);
  void refused(std::size_t chunk, const error&, time_point now, random_source&);
  void settle_unprocessed(std::uint32_t entry);
  void settle_failed(std::uint32_t entry, const error&);
  retry_state new_retry() const { return retry_state(settings_.retry, repeatable::yes, settings_.deadline); }

  batch_inputs inputs_;
  batch_settings settings_;
  std::vector<outcome> outcomes_;         // by entry
  std::vector<std::uint32_t> sent_with_;  // by entry: the chunk it was last sent with
  std::vector<sending> chunks_;           // every one that was ever made
  std::vector<std::size_t> waiting_;      // chunks that will be sent again
  std::size_t fresh_ = 0;                 // entries from here on were never sent
  unsigned under_way_ = 0;
  std::size_t requests_ = 0;
  std::size_t retries_ = 0;
  std::optional<double> capacity_units_;
  std::optional<double> vector_write_bytes_;
};

}  // namespace dynamo::detail
