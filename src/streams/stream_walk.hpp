#pragma once

#include <dynamo/base/timer.hpp>
#include <dynamo/streams/detail/shard_reader.hpp>
#include <dynamo/streams/detail/table_streams.hpp>
#include <dynamo/streams/detail/wire.hpp>
#include <dynamo/streams/read.hpp>

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace dynamo::streams {

/// What to do next to get at the next batch.
struct walk_step {
  enum class what : std::uint8_t {
    send,  ///< this request; its answer goes to stream_walk::next()
    wait,  ///< so long; then call stream_walk::next() with anything
    done,  ///< the answer that was passed in is the outcome
  };
  using microseconds = std::chrono::microseconds;

  walk_step() = default;
  explicit walk_step(request r) : kind(what::send), to_send(std::move(r)) {}
  explicit walk_step(microseconds p) : kind(what::wait), pause(p) {}

  what kind = what::done;
  request to_send;
  microseconds pause{0};
};

/// A stream that is being read, as a state machine: it is given each answer and says what to do next. Pure: it sends nothing and
/// does not wait. What it asks for in turn: the stream's ARN, its shards, an iterator for each that can be read, records.
///
/// - Shards are read in turn, one GetRecords each; a round in which none had records is followed by a pause.
/// - An iterator that expired is replaced by one that goes on at the same place.
/// - Records that were lost end it with trimmed_data_access, unless it is told to go on.
/// - Given a table's name, it goes on with the table's next stream at the end of one, from its beginning.
/// Not thread-safe.
class stream_walk {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  stream_walk(std::string_view table_or_arn, starting_point, detail::reader_options);

  /// Begins the search for the next batch. Whatever was under way before is forgotten.
  walk_step begin(detail::reading_need, result<reply>& answer, time_point now);
  walk_step next(result<reply>& answer, time_point now);

  /// Takes in what `done` left: nothing at the end of the range. After a failure the same batch is asked for again.
  result<std::optional<detail::batch_facts>> take(const reply&, const dynamo::detail::change_sink&);

  /// See detail::note_given_out().
  void given_out(std::optional<sequence_number>, bool last);
  stream_position position() const;

 private:
  enum class pending : std::uint8_t { nothing, table, streams, listing, iterator, records };
  enum class outcome : std::uint8_t { failure, end, records, only_gaps };

  walk_step decide(result<reply>& answer, time_point now);
  bool knows_stream(result<reply>& answer, walk_step& otherwise);
  bool choose_stream(result<reply>& answer);
  void begin_next_stream(time_point now);
  walk_step read_a_shard(time_point now);
  walk_step end_of_stream();
  walk_step fail_with(result<reply>& answer, error why);
  walk_step end(outcome);
  std::chrono::microseconds pause(time_point now);
  walk_step send(pending, request);

  // What an answer says. False: it failed, and that is the outcome.
  bool take_arn(result<reply>&);
  bool take_streams(result<reply>&);
  bool leave_lost_stream(result<reply>&);
  bool take_listing(result<reply>&, time_point now);
  bool take_iterator(result<reply>&);
  bool take_glance(result<reply>&, bool& has_records);

  bool recover(result<reply>&, shard_cursor&);
  void note_gap(std::string shard, std::optional<sequence_number> from);
  error lost_error(const lost_records&) const;
  error skipped_error(const std::string& shard) const;
  error overslept_error() const;
  void update_shards();
  bool all_quiet() const;

  std::string name_;  // of the table; empty when the ARN was given
  std::string arn_;   // of the stream that reading begins with
  starting_point start_;
  detail::reader_options options_;
  std::optional<error> problem_;  // with the options

  std::optional<table_streams> streams_;  // while the first one is looked for
  std::optional<shard_reader> reader_;    // once the ARN is known
  std::vector<shard_cursor> shards_;      // that can be read, in the order of their ids
  std::size_t turn_ = 0;                  // the shard that is asked now
  std::size_t silent_in_a_row_ = 0;       // shards that had nothing, since the last pause or batch
  std::optional<time_point> round_began_;
  pending pending_ = pending::nothing;
  outcome outcome_ = outcome::end;
  detail::reading_need need_ = detail::reading_need::a_batch;
  bool ended_ = false;

  std::deque<gap> gaps_;                  // to be reported with the next batch
  std::optional<shard_place> given_out_;  // where the shard of a batch stands that is given out one by one
  std::optional<shard_place> before_;     // where the shard of the last batch stood before it
};

}  // namespace dynamo::streams
