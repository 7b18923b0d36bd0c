#pragma once

#include <dynamo/streams/detail/shard_graph.hpp>
#include <dynamo/streams/detail/table_streams.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::streams {

/// One shard that is being read: where its next records come from.
struct shard_cursor {
  std::string shard;
  std::string iterator;                    ///< empty: ask for one, at shard_reader::place_of()
  std::optional<sequence_number> read_to;  ///< of a caller that reads ahead of what it tells the graph
  unsigned empty_reads = 0;                ///< in a row
  unsigned renewals = 0;                   ///< of the iterator, since GetRecords last succeeded

  explicit shard_cursor(std::string id) : shard(std::move(id)) {}
  /// GetRecords succeeded.
  void answered(bool without_records) noexcept {
    renewals = 0;
    empty_reads = without_records ? empty_reads + 1 : 0;
  }
};

/// The rules for reading a stream, and then the next one of its table. Pure: the caller asks next() what is due, sends it, and tells
/// what came of it. Which of the shards it reads next, and how far ahead, is up to the caller.
///
/// - Shards are listed again every minute, and when one has ended: see shard_graph.
/// - An iterator that expired is replaced by one that goes on at the same place.
/// - Records that were lost are passed over only when the caller says so.
/// - Given a table's name, the end of a stream leads to the table's next one, which is read from its beginning.
/// Not thread-safe.
class shard_reader {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::minutes listing_lifetime{1};
  /// So often in a row an iterator is replaced without having been of use.
  static constexpr unsigned renewals_max = 3;
  /// A closed shard that answers without records is asked again at once, at most so often in a row.
  static constexpr unsigned hurried_reads_max = 100;

  enum class step : std::uint8_t {
    read,           ///< any shard of graph().readable(), if there is one
    list_shards,    ///< send listing_request(); then take_listing(), or unread() if the stream is gone
    report_lost,    ///< graph().lost() was found missing: forgive it, or list_again()
    list_streams,   ///< send streams_request(); then take_streams(), or table_is_gone()
    report_unseen,  ///< streams may have come and gone since anyone looked: begin_next_stream() all the same, or give up
    begin_next_stream,  ///< call it, and forget all cursors
    await_stream,       ///< the stream was read to its end, and the table has no other yet; the next call looks again
    end,                ///< the stream was read to its end, and no table's name was given
  };

  /// `table` is empty when reading ends with this stream. `resumed` are the places of a position, as for shard_graph.
  shard_reader(std::string table, std::string stream_arn, starting_point, std::vector<shard_place> resumed = {});

  step next(time_point now);
  const std::string& arn() const noexcept { return arn_; }
  shard_graph& graph() noexcept { return graph_; }
  const shard_graph& graph() const noexcept { return graph_; }

  // The shards of the stream.
  request listing_request() const;
  /// A page of DescribeStream; true: it was the last one. After an error the listing begins anew.
  [[nodiscard]] result<bool> take_listing(const reply&, time_point now);
  /// DescribeStream says that there is no such stream: what is lost with it. One without a shard: nobody knows what. `begun`: the caller
  /// knows that this stream was being read, if no shard shows it.
  std::vector<lost_records> unread(bool begun) const;
  /// Goes on with the table's next stream: what was unread of this one has been reported.
  void leave_stream() noexcept { gone_ = true; }

  // The streams of the table.
  request streams_request() const;
  /// A page of ListStreams. After an error the list begins anew.
  [[nodiscard]] result<void> take_streams(const reply&);
  /// ListStreams says that there is no such table: no stream will follow.
  void table_is_gone();
  /// Only when next() said so.
  void begin_next_stream(time_point now);

  // One shard.
  /// Where a new iterator of this shard begins.
  shard_place place_of(const shard_cursor&) const;
  enum class cure : std::uint8_t {
    none,  ///< the error is the outcome
    next,  ///< ask next() again: the iterator, or the listing, is renewed
    lost,  ///< records of this shard cannot be read any more: pass_over() them, or the error is the outcome
  };
  /// GetShardIterator or GetRecords failed.
  cure failed(shard_cursor&, errc);
  void pass_over(shard_cursor&, errc);

 private:
  step next_stream(time_point now);

  std::string table_;
  std::string arn_;
  starting_point start_;
  shard_graph::past past_ = shard_graph::past::unknown;
  shard_graph graph_;
  std::optional<table_streams> streams_;  // while the next one is looked for
  std::optional<std::string> following_;  // the next one
  bool gone_ = false;
  time_point listed_{};
  time_point looked_{};  // when there was no stream after this one, or it would still be listed
};

}  // namespace dynamo::streams
