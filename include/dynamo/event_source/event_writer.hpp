#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/json/buffer.hpp>
#include <dynamo/streams/sequence_number.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::event_source {

/// A change on its way to a function.
class event_record {
 public:
  sequence_number number;
  std::optional<instant> created;  ///< ApproximateCreationDateTime; empty if the record has none
  /// The same by the steady clock of the mapping that took it.
  std::optional<std::chrono::steady_clock::time_point> born;
  std::string text;  ///< as it stands in the event

  event_record() = default;
};

/// What GetRecords answered.
class record_page {
 public:
  std::vector<event_record> records;
  std::optional<std::string> next_iterator;  ///< absent at the end of a shard

  record_page() = default;
};

/// Makes the records of Lambda events from an answer to GetRecords. They differ in two things ("Using Lambda with DynamoDB", AWS Lambda
/// Developer Guide): `eventSourceARN` is there, and the members of `userIdentity` begin with small letters. Everything else is copied
/// byte by byte, unknown members too. errc::decoding, with the place, if the text is no such answer.
[[nodiscard]] result<record_page> read_record_page(const json::buffer& answer, std::string_view stream_arn);

/// Bytes of the event with these records.
std::size_t event_size(std::span<const event_record>) noexcept;
/// {"Records":[...]}
json::buffer write_event(std::span<const event_record>);

}  // namespace dynamo::event_source
