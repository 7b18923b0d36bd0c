// GetShardIterator and GetRecords.
#include "stream_lookup.hpp"

#include <dynamo/value/limits.hpp>
#include <engine/change_log/change_record.hpp>
#include <engine/change_log/shard_iterator.hpp>
#include <engine/parameters/stream_parameters.hpp>
#include <engine/responses/record_writer.hpp>
#include <engine/tables/descriptor_json.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace dynamo::engine {
namespace {

constexpr std::chrono::minutes iterator_lifetime{limits::shard_iterator_minutes};
/// Text of one page, at the most: SizeBytes counts 1E125 as two bytes.
constexpr std::size_t page_text_max = 4u << 20;
/// A wait for records, at the most.
constexpr std::chrono::seconds wait_max{20};

bool names_a_number(std::string_view type) { return type == "AT_SEQUENCE_NUMBER" || type == "AFTER_SEQUENCE_NUMBER"; }

std::unexpected<error> trimmed() {
  return fail(errc::trimmed_data_access, "The data you are trying to access has been trimmed.");
}

void check_type(const std::optional<std::string>& type, violations& found) {
  if (!type) return found.add_null("shardIteratorType");
  if (*type == "TRIM_HORIZON" || *type == "LATEST" || names_a_number(*type)) return;
  found.add("shardIteratorType", *type,
            "Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, TRIM_HORIZON]");
}

result<change_number> starting_number(const engine_core& core, const stream_descriptor& stream,
                                      const stream_parameters& p) {
  const auto first = core.trimming->first_readable(stream);
  if (!first) return std::unexpected(first.error());
  if (*p.type == "TRIM_HORIZON") return *first;
  if (*p.type == "LATEST") {
    const auto last = last_record(*core.rows, stream.id, *first);
    if (!last) return std::unexpected(last.error());
    return *last ? (*last)->number.following() : *first;
  }
  const auto number = from_sequence_number(*p.number);
  if (!number) return fail(errc::validation, "Invalid SequenceNumber");
  if (*number < *first) return trimmed();
  return *p.type == "AT_SEQUENCE_NUMBER" ? *number : number->following();
}

/// What a reader has asked for, once it is known to be allowed.
struct record_query {
  std::string arn;
  shard_iterator at;
  std::size_t limit = limits::get_records_limit_max;
};

result<record_query> read_query(const engine_core& core, const request& r) {
  const auto p = read_stream_parameters(r);
  if (!p) return std::unexpected(p.error());
  violations found;
  if (!p->iterator) found.add_null("shardIterator");
  check_length("shardIterator", p->iterator, 1, limits::shard_iterator_size_max, found);
  check_limit(*p, limits::get_records_limit_max, found);
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  const auto at = from_token(*p->iterator);
  if (!at || at->shard != only_shard) return fail(errc::validation, "Invalid ShardIterator");
  // Also one issued long after now, by another database or before a crash: it must not live until then.
  const instant now = core.ages->now();
  if (at->issued < now - iterator_lifetime || at->issued > now + iterator_lifetime) {
    return fail(errc::expired_iterator, "The provided iterator exceeds the maximum age allowed.");
  }
  record_query query;
  query.arn = arn_in_token(*p->iterator);
  query.at = *at;
  if (p->limit) query.limit = static_cast<std::size_t>(*p->limit);
  return query;
}

/// One answer, and whether it would be another one later: an open shard without new records.
struct record_page {
  reply answer;
  bool may_come = false;
};

result<record_page> read_page(const engine_core& core, const record_query& query) {
  // Before the records: a shard that is seen closed has all of them.
  const auto stream = core.tables.find_stream(query.at.stream_id);
  if (!stream || core.trimming->is_gone(*stream)) return no_such_stream(query.arn);
  if (arn_of(core, *stream) != query.arn) return fail(errc::validation, "Invalid ShardIterator");
  const auto first = core.trimming->first_readable(*stream);
  if (!first) return std::unexpected(first.error());
  if (query.at.next < *first) return trimmed();

  const std::string_view prefix = core.rows->prefix();
  const auto records = core.rows->range(change_key(prefix, stream->id, only_shard, query.at.next),
                                        change_key(prefix, stream->id, only_shard + 1, {}), direction::forward);
  shard_iterator next = query.at;
  json::buffer out;
  out.append(R"({"Records":[)");
  std::size_t count = 0;
  std::size_t size = 0;
  for (; records->valid() && count < query.limit && out.size() < page_text_max; records->next()) {
    change_record record;
    if (!read_change_record(records->value(), record)) return unknown_record();
    const std::size_t before = out.size();
    if (count > 0) out.append(',');
    const change_number number = number_of(records->key());
    size += write_record(out, core.options.region, *stream, number, record);
    if (count > 0 && size > limits::get_records_size_max) {
      out.truncate(before);
      break;
    }
    ++count;
    next.next = number.following();
  }
  if (auto read = records->status(); !read) return std::unexpected(read.error());
  const bool continues = stream->enabled || records->valid();
  out.append(']');
  if (continues) {
    next.issued = core.ages->now();
    out.append(',');
    write_member(out, "NextShardIterator", to_token(next, query.arn));
  }
  out.append('}');
  record_page page;
  page.answer = reply(std::move(out));
  page.may_come = continues && count == 0;
  return page;
}

record_waiters::look looking(const engine_core& core, record_query query) {
  return [&core, query = std::move(query)](bool last) -> std::optional<result<reply>> {
    auto page = read_page(core, query);
    if (!page) return std::unexpected(page.error());
    if (page->may_come && !last) return std::nullopt;
    return std::move(page->answer);
  };
}

record_waiters::wait_limit wait_limit_of(const request& r) {
  const auto wait = std::min<std::chrono::steady_clock::duration>(r.long_poll, wait_max);
  const auto until = std::chrono::steady_clock::now() + wait;
  return {r.deadline ? std::min(*r.deadline, until) : until, r.stop};
}

}  // namespace

result<reply> get_shard_iterator(const engine_core& core, const request& r) {
  const auto p = read_stream_parameters(r);
  if (!p) return std::unexpected(p.error());
  violations found;
  if (!p->arn) found.add_null("streamArn");
  check_stream_arn("streamArn", p->arn, found);
  if (!p->shard) found.add_null("shardId");
  check_shard_id("shardId", p->shard, found);
  check_type(p->type, found);
  check_length("sequenceNumber", p->number, limits::sequence_number_size_min, limits::sequence_number_size_max, found);
  if (auto valid = found.to_result(); !valid) return std::unexpected(valid.error());
  if (names_a_number(*p->type) != p->number.has_value()) {
    return fail(errc::validation, fmt::format("SequenceNumber is {} for ShardIteratorType {}",
                                              p->number ? "not allowed" : "required", *p->type));
  }
  const auto stream = find_stream(core, *p->arn);
  if (!stream) return std::unexpected(stream.error());
  if (shard_id(*stream) != *p->shard) return no_such_shard();
  shard_iterator at;
  at.stream_id = stream->id;
  at.shard = only_shard;
  const auto start = starting_number(core, *stream, *p);
  if (!start) return std::unexpected(start.error());
  at.next = *start;
  at.issued = core.ages->now();
  json::buffer out;
  out.append('{');
  write_member(out, "ShardIterator", to_token(at, *p->arn));
  out.append('}');
  return reply(std::move(out));
}

result<reply> get_records(engine_core& core, const request& r) {
  auto query = read_query(core, r);
  if (!query) return std::unexpected(query.error());
  auto page = read_page(core, *query);
  if (!page) return std::unexpected(page.error());
  if (!page->may_come || r.long_poll.count() <= 0) return std::move(page->answer);
  const std::uint32_t stream = query->at.stream_id;
  return core.waiters.wait(stream, wait_limit_of(r), looking(core, *std::move(query)));
}

void get_records(engine_core& core, const request& r, reply_sink& sink) {
  auto query = read_query(core, r);
  if (!query) return sink.complete(std::unexpected(query.error()));
  auto page = read_page(core, *query);
  if (!page) return sink.complete(std::unexpected(page.error()));
  if (!page->may_come || r.long_poll.count() <= 0) return sink.complete(std::move(page->answer));
  const std::uint32_t stream = query->at.stream_id;
  core.waiters.wait(stream, wait_limit_of(r), looking(core, *std::move(query)), sink);
}

}  // namespace dynamo::engine
