#include "stream_parameters.hpp"

#include "member_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dynamo::engine {
namespace {

template <class P, auto... Field>
consteval declared<P> stream_arn(std::string_view name) {
  return parameter<P, Field...>(name).within(limits::stream_arn_size_min, limits::stream_arn_size_max);
}
template <class P, auto... Field>
consteval declared<P> shard_id(std::string_view name) {
  return parameter<P, Field...>(name).within(limits::shard_id_size_min, limits::shard_id_size_max);
}
template <class P>
consteval declared<P> limit(std::int64_t greatest) {
  return parameter<P, &P::limit>("Limit").within(1, greatest);
}

using of_list_streams = list_streams_parameters;
constexpr auto list_streams_members =
    declare(parameter<of_list_streams, &of_list_streams::table>("TableName")
                .of_name_letters()
                .within(limits::table_name_size_min, limits::table_name_size_max),
            limit<of_list_streams>(limits::streams_page_max),
            stream_arn<of_list_streams, &of_list_streams::after>("ExclusiveStartStreamArn"));

constexpr auto filter_types = std::to_array<choice>({{"CHILD_SHARDS", true}});
constexpr auto filter_members =
    declare(parameter<shard_filter, &shard_filter::of_children>("Type").one_of(filter_types),
            shard_id<shard_filter, &shard_filter::shard>("ShardId"))
        .of("ShardFilter");
using of_describe_stream = describe_stream_parameters;
constexpr auto describe_members =
    declare(stream_arn<of_describe_stream, &of_describe_stream::arn>("StreamArn").required(),
            limit<of_describe_stream>(limits::streams_page_max),
            shard_id<of_describe_stream, &of_describe_stream::after>("ExclusiveStartShardId"),
            parameter<of_describe_stream, &of_describe_stream::filter>("ShardFilter", filter_members));

// AT_TIMESTAMP's place in DynamoDB's list is not recorded: it stands where the list of Kinesis, which is alike, has it.
constexpr auto iterator_types = std::to_array<choice>({{"AFTER_SEQUENCE_NUMBER", iterator_type::after_sequence_number},
                                                       {"LATEST", iterator_type::latest},
                                                       {"AT_TIMESTAMP", iterator_type::at_timestamp},
                                                       {"AT_SEQUENCE_NUMBER", iterator_type::at_sequence_number},
                                                       {"TRIM_HORIZON", iterator_type::trim_horizon}});
using of_shard_iterator = shard_iterator_parameters;
constexpr auto iterator_members = declare(
    stream_arn<of_shard_iterator, &of_shard_iterator::arn>("StreamArn").required(),
    shard_id<of_shard_iterator, &of_shard_iterator::shard>("ShardId").required(),
    parameter<of_shard_iterator, &of_shard_iterator::type>("ShardIteratorType").one_of(iterator_types).required(),
    parameter<of_shard_iterator, &of_shard_iterator::number>("SequenceNumber")
        .within(limits::sequence_number_size_min, limits::sequence_number_size_max),
    parameter<of_shard_iterator, &of_shard_iterator::time>("Timestamp"));

constexpr auto records_members = declare(parameter<records_parameters, &records_parameters::iterator>("ShardIterator")
                                             .required()
                                             .within(1, limits::shard_iterator_size_max),
                                         limit<records_parameters>(limits::get_records_limit_max));

}  // namespace

result<list_streams_parameters> read_list_streams(const request& r) { return read_request(r, list_streams_members); }

result<describe_stream_parameters> read_describe_stream(const request& r) {
  auto parameters = read_request(r, describe_members);
  if (parameters && parameters->filter && (!parameters->filter->of_children || !parameters->filter->shard)) {
    return fail(errc::validation, "ShardFilter needs both Type and ShardId");
  }
  return parameters;
}

result<shard_iterator_parameters> read_get_shard_iterator(const request& r) {
  auto parameters = read_request(r, iterator_members);
  if (!parameters) return parameters;
  const iterator_type type = parameters->type;
  const bool names_a_number = type == iterator_type::at_sequence_number || type == iterator_type::after_sequence_number;
  // These words are ours: DynamoDB's are not recorded.
  const auto fits = [&](std::string_view member, bool given, bool wanted) -> result<void> {
    if (given == wanted) return {};
    const auto* const name = std::ranges::find(iterator_types, static_cast<std::uint8_t>(type), &choice::value);
    return fail(errc::validation, fmt::format("{} is {} for ShardIteratorType {}", member,
                                              given ? "not allowed" : "required", name->name));
  };
  if (auto valid = fits("SequenceNumber", parameters->number.has_value(), names_a_number); !valid) {
    return std::unexpected(valid.error());
  }
  if (auto valid = fits("Timestamp", parameters->time.has_value(), type == iterator_type::at_timestamp); !valid) {
    return std::unexpected(valid.error());
  }
  return parameters;
}

result<records_parameters> read_get_records(const request& r) { return read_request(r, records_members); }

}  // namespace dynamo::engine
