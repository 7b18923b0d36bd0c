#pragma once

#include <dynamo/event_source/run.hpp>
#include <dynamo/streams/detail/shard_reader.hpp>

#include <event_source/mapping/checkpoints.hpp>
#include <event_source/mapping/shard_worker.hpp>
#include <event_source/mapping/wake_signal.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::event_source {

/// run(), one step at a time: what the reader and the mappings decide is done here, and nothing is decided. A crash is a worker that is
/// dropped between two steps. Not thread-safe; must not be dropped while an invocation is under way, see is_invoking().
class worker {
 public:
  worker(std::shared_ptr<endpoint>, std::string_view table_or_arn, std::shared_ptr<function>, source_options);

  /// Does one thing, which may be to wait. False: there is nothing more to do.
  result<bool> step();
  bool is_invoking() const;
  const run_totals& totals() const noexcept { return totals_; }
  /// Blocks until no invocation is under way. What came of them is not looked at.
  void await_outcomes();
  /// Ends a wait.
  void wake() noexcept { wake_signal_->raise(); }

 private:
  using time_point = std::chrono::steady_clock::time_point;
  enum class did : std::uint8_t { something, nothing };

  /// Nothing more is begun: somebody told it to stop, or the function was stopped.
  bool stopping() const noexcept { return options_.stop.stop_requested() || function_stopped_; }
  /// What step() says when it has stopped.
  result<bool> stopped() const;

  moment now() const { return {time_.steady_now(), wall_.now()}; }
  /// A transient error of the endpoint, or of the destination: everything pauses for a while. Any other error is the end.
  result<void> take_trouble(const error&);
  /// The same for what has to be written before a stop.
  result<void> take_write_trouble(const error&);

  result<void> prepare();
  result<void> claim();
  result<void> find_stream();
  result<void> open_reader();
  /// What the reader asks for before shards are served; nothing if that is nothing.
  std::optional<result<bool>> follow_reader();
  result<bool> list_streams();
  result<bool> await_stream();
  void begin_next_stream();
  result<void> leave_lost_stream();
  result<void> pass_over(std::string what, errc = errc::trimmed_data_access);
  result<void> list_shards();
  result<void> pass_over_lost();
  void open_shard_workers();

  result<did> serve(shard_worker&);
  result<void> read(shard_worker&, const action&);
  result<void> take_page(shard_worker&, result<reply>, time_point began);
  result<void> recover(shard_worker&, const error&);
  void invoke(shard_worker&, const action&);
  void take_answer(shard_worker&);
  void note_refusal(const outcome&);
  result<void> send_to_failure_destination(shard_worker&);
  result<void> checkpoint(shard_worker&, sequence_number);
  result<void> write_position();
  void close(shard_worker&);
  void wait(const std::stop_token&, std::optional<time_point> due);

  std::shared_ptr<endpoint> via_;
  std::string table_;  // empty when the ARN was given
  std::string arn_;    // of the stream to begin with
  std::shared_ptr<function> function_;
  source_options options_;
  timer& time_;
  const clock& wall_;
  random_source& random_;
  std::shared_ptr<wake_signal> wake_signal_ = std::make_shared<wake_signal>();
  checkpoints checkpoints_;

  std::optional<checkpoints::state> claimed_;
  std::optional<streams::shard_reader> reader_;  // once the stream is known
  bool waiting_told_ = false;                    // that the table has no further stream yet
  std::vector<std::unique_ptr<shard_worker>> shard_workers_;
  std::size_t turn_ = 0;
  bool has_checkpoint_ = false;
  bool position_changed_ = false;  // a shard ended since the position was written
  std::optional<time_point> pause_until_;
  unsigned troubles_in_a_row_ = 0;
  bool stop_seen_ = false;
  bool function_stopped_ = false;
  bool refusal_told_ = false;          // that the function takes no invocation
  std::optional<time_point> wake_at_;  // when the first of the shard workers has something to do again
  run_totals totals_;
};

}  // namespace dynamo::event_source
