#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/streams/position.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::streams {

/// Where reading goes on in one shard. The numbers are part of the format of stream_position.
enum class place : std::uint8_t {
  horizon = 0,  ///< with its oldest record
  newest = 1,   ///< with what comes from now on
  at = 2,       ///< with the record of a number
  after = 3,    ///< with the one after it
  ended = 4,    ///< nowhere: it was read to its end
  time = 5,     ///< with the first record at a time or after it
};

struct shard_place {
  std::string shard;
  place where = place::horizon;
  sequence_number number{};  // of `at` and `after`
  instant time{};            // of `time`

  friend bool operator==(const shard_place&, const shard_place&) = default;
};

/// A position's text is base64url without padding (RFC 4648 section 5) of
///     position = ( %x02 / %x03 ) check arn *entry / %x01 check *entry    ; %x03 if there is a time among the entries
///     check    = 8OCTET                ; FNV-1a, 64 bits, big-endian, over the stream's ARN, "|" and the entries
///     arn      = 2OCTET *OCTET         ; the stream's, after its size
///     entry    = size shard place      ; of a shard that is to be read, or was read and has no child that is
///     shard    = 1*65OCTET             ; its id, `size` bytes of it
///     place    = %x00 / %x01 / %x04 / ( %x02 / %x03 ) size 1*40DIGIT / %x05 size microseconds     ; enum place
///     microseconds = [ "-" ] 1*19DIGIT ; since 1970
///     size     = OCTET
/// docs/formats.md repeats this grammar.
stream_position make_position(std::string_view stream_arn, const std::vector<shard_place>&);
/// The ARN of the stream that a position belongs to; empty for one of version 1, which does not say. errc::invalid_argument when the text
/// was altered.
[[nodiscard]] result<std::string> stream_of_position(std::string_view text);
/// errc::invalid_argument when the text was altered or belongs to another stream.
[[nodiscard]] result<std::vector<shard_place>> open_position(std::string_view stream_arn, std::string_view text);

}  // namespace dynamo::streams
