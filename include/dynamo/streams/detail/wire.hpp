#pragma once

#include <dynamo/base/clock.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/streams/detail/shard_graph.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The requests of a reader, and what it needs to know of their answers.
namespace dynamo::streams {

request describe_table_request(std::string_view table);
/// The ARN of a table's stream. errc::resource_not_found, with what to do, if it never had one.
[[nodiscard]] result<std::string> read_stream_arn(const reply&, std::string_view table);

/// What read_stream_arn() says then.
error no_stream(std::string_view table);

request describe_stream_request(std::string_view stream_arn, std::string_view after_shard);
[[nodiscard]] result<stream_page> read_stream_page(const reply&);

request shard_iterator_request(std::string_view stream_arn, const shard_place&);
[[nodiscard]] result<std::string> read_shard_iterator(const reply&);

/// `limit` 0: as many as the service gives.
request records_request(std::string_view iterator, std::uint32_t limit);
/// What GetRecords answered, without reading the records. `next_iterator` is looked for only if there are none.
struct records_glance {
  bool empty = false;
  std::optional<std::string> next_iterator;
};
[[nodiscard]] result<records_glance> glance_at_records(const reply&);

/// An ApproximateCreationDateTime, by its digits in JSON: seconds since 1970, as DynamoDB writes them, perhaps with a fraction. What is too
/// large for those (1E11, in the year 5138) counts milliseconds or, from 1E14 on, microseconds, as services on the way may write them.
/// Nothing if it is none of them.
std::optional<instant> read_creation_time(std::string_view number) noexcept;

}  // namespace dynamo::streams
