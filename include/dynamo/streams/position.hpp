#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/streams/sequence_number.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace dynamo {

/// How far a stream has been read, in all of its shards, as text that can be put into a file, a database or a URL, and used by
/// another process. Opaque, versioned, and bound to the stream: going on with an altered one, or in another stream, is
/// errc::invalid_argument. By the table's name the stream may have been turned off since: it is read to its end, then the table's next one.
///
/// It says where the first unread change stands, so keeping one after having dealt with a batch means at least once, and keeping it
/// in one transaction with the batch's effects means exactly once.
class stream_position {
 public:
  /// Takes the text of an earlier position. It is validated when reading begins.
  explicit stream_position(std::string text) : text_(std::move(text)) {}
  const std::string& text() const noexcept { return text_; }
  friend bool operator==(const stream_position&, const stream_position&) = default;

 private:
  std::string text_;
};

}  // namespace dynamo

namespace dynamo::streams {

/// The oldest change that is left: DynamoDB keeps them for 24 hours (TRIM_HORIZON).
struct from_oldest_t {
  explicit from_oldest_t() = default;
};
inline constexpr from_oldest_t from_oldest{};
/// Changes that come from now on (LATEST). On DynamoDB some that are a little older may come too. Until a first change has been
/// read there is nothing that one could resume after: who must not lose any keeps an explicit position.
struct from_newest_t {
  explicit from_newest_t() = default;
};
inline constexpr from_newest_t from_newest{};

/// Where reading begins: from_oldest, from_newest, from_time(instant), at(number), after(number) or after(position).
class starting_point {
 public:
  enum class kind : std::uint8_t { oldest, newest, at, after, position, time };

  // NOLINTNEXTLINE(google-explicit-constructor): read(db, from_oldest)
  starting_point(from_oldest_t) noexcept : kind_(kind::oldest) {}
  starting_point(from_newest_t) noexcept : kind_(kind::newest) {}  // NOLINT(google-explicit-constructor)
  starting_point(kind k, sequence_number n) noexcept : kind_(k), number_(n) {}
  explicit starting_point(instant t) noexcept : kind_(kind::time), time_(t) {}
  explicit starting_point(const stream_position& p) : kind_(kind::position), position_(p.text()) {}

  kind what() const noexcept { return kind_; }
  const dynamo::sequence_number& number() const noexcept { return number_; }
  const std::string& position() const noexcept { return position_; }
  instant time() const noexcept { return time_; }

 private:
  kind kind_;
  dynamo::sequence_number number_;
  std::string position_;
  instant time_{};
};

/// The first change that was made at a time or after it, and those after that, in every shard (AT_TIMESTAMP, which DynamoDB has since October
/// 2026). One that is more than 24 hours ago is from_oldest. Services that do not know it, and DynamoDB of a time in the future, answer
/// errc::validation.
inline starting_point from_time(instant t) { return starting_point(t); }
/// The change with this number, and those after it. For streams whose shards follow one another, as those of the embedded database
/// do; errc::invalid_argument where several shards stand side by side.
inline starting_point at(sequence_number n) { return {starting_point::kind::at, n}; }
/// The changes after the one with this number; likewise.
inline starting_point after(sequence_number n) { return {starting_point::kind::after, n}; }
/// Whatever has not been read yet, in all shards.
inline starting_point after(const stream_position& p) { return starting_point(p); }

}  // namespace dynamo::streams
