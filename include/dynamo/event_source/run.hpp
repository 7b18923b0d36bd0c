#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/random.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/base/timer.hpp>
#include <dynamo/event_source/failure.hpp>
#include <dynamo/event_source/function.hpp>
#include <dynamo/event_source/settings.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace dynamo::event_source {

/// Where a mapping begins that has no checkpoint yet.
enum class starting_position : std::uint8_t {
  trim_horizon,  ///< with the oldest change that is left
  latest,  ///< with what comes from now on; until a first batch is done with, a restart begins with what comes after it
};

/// Everything about a mapping but the stream and the function.
class source_options {
 public:
  settings how;
  /// Names the mapping's checkpoint. Two that have one name are the same mapping, also in different processes: the one that began
  /// last goes on, the other ends. Empty: made of the stream's and the function's names.
  std::string name;
  starting_position from = starting_position::trim_horizon;
  std::string checkpoint_table = "dynamo_event_source";  ///< at the same endpoint; made if it is not there
  /// Null: what is given up is only logged, with its numbers.
  std::shared_ptr<failure_destination> on_failure;
  /// Records that were trimmed away unread are logged, and reading goes on with the oldest that is left. Otherwise run() ends with
  /// errc::trimmed_data_access.
  bool continue_after_gap = false;

  std::chrono::milliseconds poll_every{250};   ///< a shard that had nothing is not asked again sooner
  std::chrono::milliseconds long_poll{1'000};  ///< how long the embedded database may hold a read that finds nothing
  /// Ends run() when what is under way has ended: the invocation gets its outcome, and that is written down.
  std::stop_token stop;

  timer* time = nullptr;            ///< null: the machine's
  const clock* wall = nullptr;      ///< likewise
  random_source* random = nullptr;  ///< likewise; for request ids

  source_options() = default;
};

class run_totals {
 public:
  std::uint64_t invocations = 0;
  std::uint64_t failed_invocations = 0;  ///< as a whole or in part
  std::uint64_t records_done = 0;        ///< with success
  std::uint64_t records_given_up = 0;

  run_totals() = default;
};

/// Reads a table's stream and hands its changes to a function in batches, as an event source mapping of Lambda does, until it is told to
/// stop, or what it reads is at its end: a stream that was disabled, or a table that was deleted. Blocks. One call is one mapping, and uses
/// this thread alone.
///
///     auto host = dynamo::event_source::function_host::start(program);
///     auto done = dynamo::event_source::run(db->endpoint(), "SampleStreamTable", *host, options);
/// `table_or_arn` is a table's name, or a stream's ARN. By its name a table's streams are read one after the other, beginning with the
/// checkpoint's or the latest; where one was turned off it waits for the next.
///
/// Delivery: each change at least once, those of an item in their order; a shard after its parent, shards side by side at the same time.
/// How far it came is kept in the checkpoint table, written after the outcome of each batch, so that after a crash the last batch
/// may come again, and nothing is left out. Retries are counted in memory: a crash begins counting anew.
/// Errors: transient ones of the endpoint are waited out. Others end it: the service's, invalid_argument (settings; a checkpoint of
/// another stream), in_use (the mapping goes on in another process), trimmed_data_access, unavailable (the function was stopped).
[[nodiscard]] result<run_totals> run(std::shared_ptr<endpoint>, std::string_view table_or_arn,
                                     std::shared_ptr<function>, const source_options& = {});

}  // namespace dynamo::event_source
