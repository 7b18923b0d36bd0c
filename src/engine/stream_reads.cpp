#include "big_endian.hpp"
#include "change_record.hpp"
#include "engine_core.hpp"

#include <dynamo/json/canonical.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/value/limits.hpp>

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>

namespace dynamo::engine {
namespace {

constexpr std::uint32_t only_shard = 0;
constexpr auto iterator_lifetime = std::chrono::minutes(15);  // API Reference, GetShardIterator
constexpr std::size_t iterator_size_max = 2048;               // model, ShardIterator
constexpr std::int64_t streams_page_max = 100;                // model, Limit of ListStreams and DescribeStream

/// Where a reader stands: the next record has this number or a greater one.
///
///     token   = arn "|1|" base64( %x01 stream-id number issued check )
///     issued  = 8OCTET   ; microseconds       check = 4OCTET  ; XXH32 of what precedes
struct shard_iterator {
  std::uint32_t stream_id = 0;
  change_number next;
  instant issued{};
};

constexpr char iterator_format = '\x01';
constexpr std::size_t iterator_bytes = 1 + 4 + change_number::stored_size + 8 + 4;

std::string to_token(const shard_iterator& at, std::string_view arn) {
  json::buffer bytes;
  bytes.append(iterator_format);
  append_big_endian(bytes, at.stream_id);
  append_big_endian(bytes, at.next.epoch);
  append_big_endian(bytes, at.next.counter);
  append_big_endian(bytes, static_cast<std::uint64_t>(at.issued.time_since_epoch().count()));
  append_big_endian(bytes, static_cast<std::uint32_t>(XXH32(bytes.view().data(), bytes.size(), 0)));
  return fmt::format("{}|1|{}", arn, base64_encode(bytes.view()));
}

std::optional<shard_iterator> from_token(std::string_view token) {
  const auto bar = token.rfind('|');
  std::string bytes;
  if (token.size() > iterator_size_max || bar == std::string_view::npos ||
      !base64_decode(token.substr(bar + 1), bytes) || bytes.size() != iterator_bytes || bytes[0] != iterator_format) {
    return std::nullopt;
  }
  const std::string_view all(bytes);
  if (load_big_endian<std::uint32_t>(all.substr(iterator_bytes - 4)) != XXH32(all.data(), iterator_bytes - 4, 0)) {
    return std::nullopt;
  }
  shard_iterator at;
  at.stream_id = load_big_endian<std::uint32_t>(all.substr(1));
  at.next = {load_big_endian<std::uint32_t>(all.substr(5)), load_big_endian<std::uint64_t>(all.substr(9))};
  at.issued =
      instant(std::chrono::microseconds(static_cast<std::int64_t>(load_big_endian<std::uint64_t>(all.substr(17)))));
  return at;
}

change_number following(change_number n) noexcept {
  return n.counter == ~std::uint64_t{0} ? change_number{n.epoch + 1, 0} : change_number{n.epoch, n.counter + 1};
}

std::string shard_id(const stream_descriptor& stream) {
  const auto milliseconds = stream.created.time_since_epoch().count() / 1000;
  return fmt::format("shardId-{:020d}-{:08x}", milliseconds, stream.id);
}

std::string arn_of(const engine_core& core, const stream_descriptor& stream) {
  return stream_arn(core.options.region, stream.table_name, stream.label);
}

std::optional<stream_descriptor> find_stream(const engine_core& core, std::string_view arn) {
  const auto slash = arn.rfind("/stream/");
  const auto table = arn.rfind("table/", slash);
  if (slash == std::string_view::npos || table == std::string_view::npos) return std::nullopt;
  auto stream = core.tables.find_stream(arn.substr(table + 6, slash - table - 6), arn.substr(slash + 8));
  if (!stream || arn_of(core, *stream) != arn) return std::nullopt;
  return stream;
}

/// The number of the newest record, if there is one.
std::optional<change_number> newest(const engine_core& core, const stream_descriptor& stream) {
  const std::string begin = change_key(core.rows->prefix(), stream.id, only_shard, {});
  const std::string end = change_key(core.rows->prefix(), stream.id, only_shard + 1, {});
  const auto at = core.rows->range(begin, end, direction::backward);
  return at->valid() ? std::optional(number_of(at->key())) : std::nullopt;
}

void write_member(json::buffer& out, std::string_view name, std::string_view text) {
  json::write_string(out, name);
  out.append(':');
  json::write_string(out, text);
}

void write_record(json::buffer& out, const engine_core& core, const stream_descriptor& stream, change_number number,
                  const change_record& record) {
  constexpr std::array<std::string_view, 4> names{"", "INSERT", "MODIFY", "REMOVE"};
  const std::string sequence = to_sequence_number(number);
  out.append('{');
  write_member(out, "awsRegion", core.options.region);
  out.append(fmt::format(R"(,"dynamodb":{{"ApproximateCreationDateTime":{})",
                         record.when.time_since_epoch().count() / 1'000'000));
  std::size_t size = 0;
  const auto image = [&](std::string_view name, std::string_view canonical) {
    if (canonical.empty()) return;
    out.append(',');
    json::write_string(out, name);
    out.append(':');
    const std::size_t start = out.size();
    out.append(canonical);
    size += json::size_of_item(out.view().substr(start));
  };
  image("Keys", record.keys);
  if (stream.view == view_type::new_image || stream.view == view_type::new_and_old_images)
    image("NewImage", record.new_image);
  if (stream.view == view_type::old_image || stream.view == view_type::new_and_old_images)
    image("OldImage", record.old_image);
  out.append(',');
  write_member(out, "SequenceNumber", sequence);
  out.append(fmt::format(R"(,"SizeBytes":{},)", size));
  write_member(out, "StreamViewType", to_string(stream.view));
  out.append(fmt::format(R"(}},"eventID":"{:08x}{:08x}{:016x}",)", stream.id, number.epoch, number.counter));
  write_member(out, "eventName", names[static_cast<std::size_t>(record.kind)]);
  out.append(R"(,"eventSource":"aws:dynamodb","eventVersion":"1.1")");
  if (record.by_ttl) out.append(R"(,"userIdentity":{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"})");
  out.append('}');
}

struct stream_parameters {
  std::optional<std::string> table, arn, after, shard, type, number, iterator;
  std::optional<std::int64_t> limit;
};

result<stream_parameters> read_stream_parameters(const request& r) {
  stream_parameters p;
  const auto read = read_members(r, [&](std::string_view name, parameter_reader& in) {
    if (name == "TableName") {
      p.table = in.string();
    } else if (name == "StreamArn") {
      p.arn = in.string();
    } else if (name == "ExclusiveStartStreamArn" || name == "ExclusiveStartShardId") {
      p.after = in.string();
    } else if (name == "ShardId") {
      p.shard = in.string();
    } else if (name == "ShardIteratorType") {
      p.type = in.string();
    } else if (name == "SequenceNumber") {
      p.number = in.string();
    } else if (name == "ShardIterator") {
      p.iterator = in.string();
    } else if (name == "Limit") {
      p.limit = in.integer();
    } else {
      in.cursor().skip();
    }
  });
  if (!read) return std::unexpected(read.error());
  return p;
}

void check_limit(const stream_parameters& p, std::int64_t greatest, violations& found) {
  if (p.limit && *p.limit < 1) {
    found.add("limit", std::to_string(*p.limit), "Member must have value greater than or equal to 1");
  }
  if (p.limit && *p.limit > greatest) {
    found.add("limit", std::to_string(*p.limit),
              fmt::format("Member must have value less than or equal to {}", greatest));
  }
}

std::unexpected<error> no_such_stream(std::string_view arn) {
  return fail(errc::resource_not_found, fmt::format("Requested resource not found: Stream: {} not found", arn));
}

result<change_number> starting_number(const engine_core& core, const stream_descriptor& stream,
                                      const stream_parameters& p) {
  const bool by_number = *p.type == "AT_SEQUENCE_NUMBER" || *p.type == "AFTER_SEQUENCE_NUMBER";
  if (by_number != p.number.has_value()) {
    return fail(errc::validation, fmt::format("SequenceNumber is {} for ShardIteratorType {}",
                                              by_number ? "required" : "not allowed", *p.type));
  }
  if (*p.type == "TRIM_HORIZON") return change_number{};
  if (*p.type == "LATEST") {
    const auto last = newest(core, stream);
    return last ? following(*last) : change_number{};
  }
  const auto number = from_sequence_number(*p.number);
  if (!number) return fail(errc::validation, "Invalid SequenceNumber");
  return *p.type == "AT_SEQUENCE_NUMBER" ? *number : following(*number);
}

}  // namespace

result<reply> list_streams(const engine_core&, const request&) {
  return fail(errc::not_supported, "ListStreams is not supported by the embedded engine yet");
}

result<reply> describe_stream(const engine_core& core, const request& r) {
  const auto p = read_stream_parameters(r);
  if (!p) return std::unexpected(p.error());
  violations found;
  if (!p->arn) found.add_null("streamArn");
  check_limit(*p, streams_page_max, found);
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  const auto stream = find_stream(core, *p->arn);
  if (!stream) return no_such_stream(*p->arn);

  json::buffer out;
  out.append(fmt::format(R"({{"StreamDescription":{{"CreationRequestDateTime":{:.3f},"KeySchema":[)",
                         static_cast<double>(stream->created.time_since_epoch().count()) / 1e6));
  const char* separator = "";
  for (const auto& [part, role] : {std::pair(&stream->key.partition, "HASH"), std::pair(&stream->key.sort, "RANGE")}) {
    for (const key_attribute& key : *part) {
      out.append(std::exchange(separator, ","));
      out.append('{');
      write_member(out, "AttributeName", key.name);
      out.append(fmt::format(R"(,"KeyType":"{}"}})", role));
    }
  }
  out.append(R"(],"Shards":[)");
  const std::string shard = shard_id(*stream);
  if (!p->after || *p->after < shard) {
    out.append(R"({"SequenceNumberRange":{)");
    if (!stream->enabled) {
      const auto last = newest(core, *stream);
      write_member(out, "EndingSequenceNumber",
                   to_sequence_number(last.value_or(change_number{change_number::first_epoch, 0})));
      out.append(',');
    }
    write_member(out, "StartingSequenceNumber", to_sequence_number({change_number::first_epoch, 0}));
    out.append("},");
    write_member(out, "ShardId", shard);
    out.append('}');
  }
  out.append("],");
  write_member(out, "StreamArn", *p->arn);
  out.append(',');
  write_member(out, "StreamLabel", stream->label);
  out.append(',');
  write_member(out, "StreamStatus", stream->enabled ? "ENABLED" : "DISABLED");
  out.append(',');
  write_member(out, "StreamViewType", to_string(stream->view));
  out.append(',');
  write_member(out, "TableName", stream->table_name);
  out.append("}}");
  return reply(std::move(out));
}

result<reply> get_shard_iterator(const engine_core& core, const request& r) {
  const auto p = read_stream_parameters(r);
  if (!p) return std::unexpected(p.error());
  violations found;
  if (!p->arn) found.add_null("streamArn");
  if (!p->shard) found.add_null("shardId");
  if (!p->type) {
    found.add_null("shardIteratorType");
  } else if (*p->type != "TRIM_HORIZON" && *p->type != "LATEST" && *p->type != "AT_SEQUENCE_NUMBER" &&
             *p->type != "AFTER_SEQUENCE_NUMBER") {
    found.add("shardIteratorType", *p->type,
              "Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, TRIM_HORIZON]");
  }
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  const auto stream = find_stream(core, *p->arn);
  if (!stream) return no_such_stream(*p->arn);
  if (shard_id(*stream) != *p->shard) {
    return fail(errc::resource_not_found,
                fmt::format("Requested resource not found: Shard does not exist: {} in stream {}", *p->shard, *p->arn));
  }
  const auto start = starting_number(core, *stream, *p);
  if (!start) return std::unexpected(start.error());
  json::buffer out;
  out.append('{');
  write_member(out, "ShardIterator", to_token({stream->id, *start, core.now()}, *p->arn));
  out.append('}');
  return reply(std::move(out));
}

result<reply> get_records(const engine_core& core, const request& r) {
  const auto p = read_stream_parameters(r);
  if (!p) return std::unexpected(p.error());
  violations found;
  if (!p->iterator) found.add_null("shardIterator");
  check_limit(*p, static_cast<std::int64_t>(limits::get_records_limit_max), found);
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  auto at = from_token(*p->iterator);
  if (!at) return fail(errc::validation, "Invalid ShardIterator");
  if (core.now() - at->issued > iterator_lifetime) {
    return fail(errc::expired_iterator, "Iterator expired. The iterator was created more than 15 minutes ago");
  }
  const auto stream = core.tables.find_stream(at->stream_id);
  if (!stream) return fail(errc::resource_not_found, "Requested resource not found: The iterator's stream is gone");

  const auto limit =
      static_cast<std::size_t>(p->limit.value_or(static_cast<std::int64_t>(limits::get_records_limit_max)));
  const auto records =
      core.rows->range(change_key(core.rows->prefix(), stream->id, only_shard, at->next),
                       change_key(core.rows->prefix(), stream->id, only_shard + 1, {}), direction::forward);
  json::buffer out;
  out.append(R"({"Records":[)");
  std::size_t count = 0;
  for (; records->valid() && count < limit && out.size() < limits::page_size_max; records->next()) {
    change_record record;
    if (!read_change_record(records->value(), record)) {
      return fail(errc::corruption, "A change record has a format that this version does not know");
    }
    const change_number number = number_of(records->key());
    if (count++ > 0) out.append(',');
    write_record(out, core, *stream, number, record);
    at->next = following(number);
  }
  if (auto read = records->status(); !read) return std::unexpected(read.error());
  out.append(']');
  if (stream->enabled || records->valid()) {
    out.append(',');
    write_member(out, "NextShardIterator", to_token({stream->id, at->next, core.now()}, arn_of(core, *stream)));
  }
  out.append('}');
  return reply(std::move(out));
}

}  // namespace dynamo::engine
