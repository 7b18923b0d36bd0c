#pragma once

#include <dynamo/protocol/detail/empty_reply_endpoint.hpp>
#include <dynamo/protocol/operation.hpp>
#include <dynamo/streams/change.hpp>
#include <dynamo/streams/options.hpp>
#include <dynamo/streams/position.hpp>
#include <dynamo/table/page.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dynamo::streams {

/// Changes of one shard that were read together, in their order.
template <class T>
class change_batch {
 public:
  change_batch() = default;
  std::vector<change<T>> changes;
  stream_position position{""};  ///< read(..., after(position)) goes on after this batch, in all shards
  std::string shard;
  std::vector<gap>
      gaps;  ///< what was lost before this batch; only with continue_after_gap. It may then be without changes

  auto begin() const { return changes.begin(); }
  auto end() const { return changes.end(); }
  std::size_t size() const noexcept { return changes.size(); }
};

namespace detail {

/// What a reader was told by its options.
class reader_options {
 public:
  reader_options();
  reader_options(reader_options&&) noexcept;
  ~reader_options();
  std::uint32_t limit = 0;  ///< 0: the service's
  std::optional<std::uint32_t> asked_limit;
  std::chrono::milliseconds long_poll{1'000};
  std::chrono::milliseconds poll_every{250};
  unsigned caught_up_after = 0;  ///< empty reads; 0: never
  bool continue_after_gap = false;
  std::stop_token stop;
  timer* time = nullptr;  ///< null: the machine's
};

/// A stream that is being read: src/streams/reading.cpp.
class reading;
using shared_reading = std::shared_ptr<reading>;

shared_reading make_reading(std::shared_ptr<endpoint>, std::string_view table_or_arn, starting_point, reader_options);
/// What one operation is to bring: a batch, which may say no more than that something was lost, or a batch with a change in it.
enum class reading_need : std::uint8_t { a_batch, a_change };
std::shared_ptr<endpoint> reading_endpoint(const shared_reading&, reading_need);
request reading_request();

struct batch_facts {
  std::string shard;
  std::vector<gap> gaps;
};
/// Takes in what the endpoint above found. Nothing: there is nothing more to read. After a failure the same may be asked for again.
[[nodiscard]] result<std::optional<batch_facts>> take_batch(reading&, const reply&, const dynamo::detail::change_sink&);
/// From the batch in hand changes are given out one by one: the position is after this one, or, if none was, before the batch.
void note_given_out(reading&, std::optional<sequence_number>, bool last);
stream_position position_of(const reading&);

template <class T>
class typed_reading {
 public:
  explicit typed_reading(shared_reading r) : stream(std::move(r)) {}
  bool has_in_hand() const noexcept { return at < in_hand.size(); }
  change<T> take_in_hand() {
    change<T> one = std::move(in_hand[at++]);
    note_given_out(*stream, one.sequence_number, at == in_hand.size());
    return one;
  }

  shared_reading stream;
  std::vector<change<T>> in_hand;
  std::size_t at = 0;
  std::string shard;  // of those in hand
};

template <class T>
[[nodiscard]] result<std::optional<change_batch<T>>> decode_batch(reply&& answer, void* state) {
  auto& reader = *static_cast<typed_reading<T>*>(state);
  std::optional<change_batch<T>> batch(std::in_place);
  if (reader.has_in_hand()) {  // changes were taken one by one before: the rest
    batch->shard = reader.shard;
    while (reader.has_in_hand()) batch->changes.push_back(reader.take_in_hand());
  } else {
    result<std::optional<batch_facts>> facts =
        take_batch(*reader.stream, answer, dynamo::detail::change_vector<T>::sink_of(batch->changes));
    if (!facts) return std::unexpected(std::move(facts).error());
    if (!*facts) return std::optional<change_batch<T>>();
    batch->shard = std::move((*facts)->shard);
    batch->gaps = std::move((*facts)->gaps);
  }
  batch->position = position_of(*reader.stream);
  return batch;
}

template <class T>
[[nodiscard]] result<std::optional<change<T>>> decode_change(reply&& answer, void* state) {
  auto& reader = *static_cast<typed_reading<T>*>(state);
  if (!reader.has_in_hand()) {
    std::vector<change<T>> changes;
    result<std::optional<batch_facts>> facts =
        take_batch(*reader.stream, answer, dynamo::detail::change_vector<T>::sink_of(changes));
    if (!facts) return std::unexpected(std::move(facts).error());
    if (!*facts || changes.empty()) return std::optional<change<T>>();
    reader.in_hand = std::move(changes);
    reader.at = 0;
    reader.shard = std::move((*facts)->shard);
    note_given_out(*reader.stream, std::nullopt, false);
  }
  return std::optional<change<T>>(reader.take_in_hand());
}

}  // namespace detail

/// The changes of a stream, one after the other: `while (auto change = co_await changes.next(); ...)`, or `.run()`.
template <class T>
class change_stream {
 public:
  explicit change_stream(std::shared_ptr<detail::typed_reading<T>> reader) : reader_(std::move(reader)) {}

  /// The next change; empty at the end of the range. After an error the same call may be repeated.
  operation<std::optional<change<T>>> next() {
    if (reader_->has_in_hand()) {
      return {dynamo::detail::empty_reply_endpoint(), detail::reading_request(), detail::decode_change<T>, reader_};
    }
    return {detail::reading_endpoint(reader_->stream, detail::reading_need::a_change), detail::reading_request(),
            detail::decode_change<T>, reader_};
  }
  /// The next change of the batch in hand, if there is one.
  std::optional<change<T>> take_in_hand() {
    if (!reader_->has_in_hand()) return std::nullopt;
    return reader_->take_in_hand();
  }
  /// After the last change that was given out: what to pass to after().
  stream_position position() const { return detail::position_of(*reader_->stream); }

 private:
  std::shared_ptr<detail::typed_reading<T>> reader_;
};

/// A stream of changes that is being read. Nothing is requested before the first next(). One next() at a time; not thread-safe.
///
///     for (auto batch : reader.batches())    blocking; elements are result<change_batch<T>>
///     for (auto change : reader.changes())   blocking; elements are result<change<T>>
///     co_await reader.next()                 a batch; .run() blocks
///     reader.change_stream()                 changes one by one, for coroutines
/// All of them go on where the others stopped. A range ends with until_caught_up, with stop_on, or when the stream was disabled and has
/// been read to its end; otherwise it follows the stream for ever. A range ends with its first error; the reader may be used again and
/// goes on before what failed.
template <class T>
class change_reader {
 public:
  explicit change_reader(detail::shared_reading stream)
      : reader_(std::make_shared<detail::typed_reading<T>>(std::move(stream))) {}

  /// The next batch; empty at the end of the range.
  operation<std::optional<change_batch<T>>> next() {
    if (reader_->has_in_hand()) {
      return {dynamo::detail::empty_reply_endpoint(), detail::reading_request(), detail::decode_batch<T>, reader_};
    }
    return {detail::reading_endpoint(reader_->stream, detail::reading_need::a_batch), detail::reading_request(),
            detail::decode_batch<T>, reader_};
  }
  blocking_range<change_reader, change_batch<T>> batches() const {
    return blocking_range<change_reader, change_batch<T>>(*this);
  }
  blocking_range<streams::change_stream<T>, change<T>> changes() const {
    return blocking_range<streams::change_stream<T>, change<T>>(change_stream());
  }
  streams::change_stream<T> change_stream() const { return streams::change_stream<T>(reader_); }

  /// After the last batch or change that was given out: what to pass to after(). Before anything was requested it is of no use and
  /// empty.
  stream_position position() const { return detail::position_of(*reader_->stream); }

 private:
  std::shared_ptr<detail::typed_reading<T>> reader_;
};

namespace detail {

template <class Source>
std::shared_ptr<endpoint> endpoint_of(const Source& source) {
  if constexpr (requires { source.endpoint(); }) {
    return source.endpoint();
  } else {
    static_assert(std::convertible_to<const Source&, std::shared_ptr<endpoint>>,
                  "dynamo: a stream is read from a database or from an endpoint");
    return source;
  }
}

template <class Option>
void take_option(reader_options& to, const Option& given) {
  if constexpr (std::same_as<Option, batch_size>) {
    to.asked_limit = given.get();
  } else if constexpr (std::same_as<Option, streams::long_poll>) {
    to.long_poll = given.get();
  } else if constexpr (std::same_as<Option, streams::poll_every>) {
    to.poll_every = given.get();
  } else if constexpr (std::same_as<Option, until_caught_up_t>) {
    to.caught_up_after = given.get() == 0 ? 1 : given.get();
  } else if constexpr (std::same_as<Option, continue_after_gap_t>) {
    to.continue_after_gap = true;
  } else if constexpr (std::same_as<Option, stop_on>) {
    to.stop = given.get();
  } else {
    static_assert(std::same_as<Option, wait_by>,
                  "dynamo: read() takes the options batch_size, long_poll, poll_every, until_caught_up, "
                  "continue_after_gap, stop_on and wait_by");
    to.time = &given.get();
  }
}

}  // namespace detail

/// Reads a table's changes. `source` is a dynamo::database or an endpoint; `table_or_arn` is a table's name, or a
/// stream's ARN. By its name a table's streams are read one after the other, beginning with the one that the starting point belongs to, or
/// else with the latest. Options: batch_size, long_poll, poll_every, until_caught_up, continue_after_gap, stop_on.
///
///     for (auto batch : dynamo::streams::read<User>(*db, "users", from_oldest, until_caught_up).batches()) {
///       if (!batch) return batch.error();
///       for (const dynamo::change<User>& change : *batch) apply(change);
///       keep(batch->position.text());
///     }
/// Each change comes once, those of one item in their order; shards that stand side by side come batch by batch in turn.
/// Errors beside the service's: trimmed_data_access when records were lost (see continue_after_gap), resource_not_found for a table
/// without a stream, invalid_argument for a position of another stream. Reading costs one GetRecords for each batch, and, on a quiet
/// stream, one for each shard and poll_every.
template <class T, class Source, class... Options>
change_reader<T> read(const Source& source, std::string_view table_or_arn, starting_point from,
                      const Options&... options) {
  detail::reader_options said;
  (detail::take_option(said, options), ...);
  return change_reader<T>(
      detail::make_reading(detail::endpoint_of(source), table_or_arn, std::move(from), std::move(said)));
}

}  // namespace dynamo::streams
