#include "operations.hpp"
#include "stream_lookup.hpp"

#include <dynamo/value/limits.hpp>
#include <engine/change_log/change_record.hpp>
#include <engine/change_log/shard_iterator.hpp>
#include <engine/parameters/stream_parameters.hpp>
#include <engine/responses/records_page.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr std::chrono::minutes iterator_lifetime{limits::shard_iterator_minutes};
/// A wait for records, at the most.
constexpr std::chrono::seconds wait_max{20};

/// What a reader has asked for, once it is known to be allowed.
struct record_query {
  std::string arn;
  shard_iterator at;
  std::size_t limit;
};

result<record_query> plan(const engine_core& core, const records_parameters& p) {
  const auto at = from_token(p.iterator);
  if (!at || at->shard != only_shard) return fail(errc::validation, "Invalid ShardIterator");
  // Also one issued long after now, by another database or before a crash: it must not live until then.
  const instant now = core.ages->now();
  if (at->issued < now - iterator_lifetime || at->issued > now + iterator_lifetime) {
    return fail(errc::expired_iterator, "The provided iterator exceeds the maximum age allowed.");
  }
  return record_query{std::string(arn_in_token(p.iterator)), *at, static_cast<std::size_t>(p.limit)};
}

/// One page of a shard's records.
class record_read final : public long_read {
 public:
  static result<std::unique_ptr<record_read>> begin(const engine_core& core, const record_query& query) {
    // Before the records: a shard that is seen closed has all of them.
    auto stream = core.tables.find_stream(query.at.stream_id);
    if (!stream || core.trimming->is_gone(*stream)) return no_such_stream(query.arn);
    if (arn_of(core, *stream) != query.arn) return fail(errc::validation, "Invalid ShardIterator");
    const auto first = core.trimming->first_readable(*stream);
    if (!first) return std::unexpected(first.error());
    if (query.at.next < *first) return trimmed();
    return std::unique_ptr<record_read>(new record_read(core, query, *std::move(stream)));
  }

  std::optional<result<reply>> run_slice() override {
    const std::size_t rows_end = page_.count() + slice_rows_max;
    const std::size_t bytes_end = page_.bytes() + slice_bytes_max;
    for (; records_->valid() && page_.count() < limit_; records_->next()) {
      if (page_.count() >= rows_end || page_.bytes() >= bytes_end) return std::nullopt;
      change_record record;
      if (!read_change_record(records_->value(), record)) return unknown_record();
      const change_number number = number_of(records_->key());
      if (!page_.take(number, record)) break;
      next_.next = number.following();
    }
    if (auto read = records_->status(); !read) return std::unexpected(read.error());
    const bool continues = stream_.enabled || records_->valid();
    may_come_ = continues && page_.count() == 0;
    if (!continues) return std::move(page_).finish({});
    next_.issued = core_.ages->now();
    return std::move(page_).finish(to_token(next_, arn_));
  }

  /// Whether the page would be another one later: an open shard without new records. Known after the last slice.
  bool may_come() const noexcept { return may_come_; }

 private:
  record_read(const engine_core& core, const record_query& query, stream_descriptor stream)
      : core_(core),
        stream_(std::move(stream)),
        arn_(query.arn),
        limit_(query.limit),
        next_(query.at),
        records_(core.rows->range(change_key(core.rows->prefix(), stream_.id, only_shard, query.at.next),
                                  change_key(core.rows->prefix(), stream_.id, only_shard + 1, {}), direction::forward)),
        page_(core.options.region, stream_) {}

  const engine_core& core_;
  const stream_descriptor stream_;
  const std::string arn_;
  const std::size_t limit_;
  shard_iterator next_;
  const std::unique_ptr<range_cursor> records_;
  records_page page_;
  bool may_come_ = false;
};

result<record_query> read_query(const engine_core& core, const request& r) {
  const auto parameters = read_get_records(r);
  if (!parameters) return std::unexpected(parameters.error());
  return plan(core, *parameters);
}

record_waiters::look looking(const engine_core& core, record_query query) {
  return [&core, query = std::move(query)](bool last) -> std::optional<result<reply>> {
    const auto read = record_read::begin(core, query);
    if (!read) return std::unexpected(read.error());
    auto outcome = run_to_end(**read);
    if ((*read)->may_come() && !last) return std::nullopt;
    return outcome;
  };
}

bool may_wait(const request& r) { return r.long_poll.count() > 0; }

record_waiters::wait_limit wait_limit_of(const request& r) {
  const auto wait = std::min<std::chrono::steady_clock::duration>(r.long_poll, wait_max);
  const auto until = std::chrono::steady_clock::now() + wait;
  return {r.deadline ? std::min(*r.deadline, until) : until, r.stop};
}

}  // namespace

result<reply> get_records(engine_core& core, const request& r) {
  auto query = read_query(core, r);
  if (!query) return std::unexpected(query.error());
  const auto read = record_read::begin(core, *query);
  if (!read) return std::unexpected(read.error());
  auto outcome = run_to_end(**read);
  if (!(*read)->may_come() || !may_wait(r)) return outcome;
  const std::uint32_t stream = query->at.stream_id;
  return core.waiters.wait(stream, wait_limit_of(r), looking(core, *std::move(query)));
}

void get_records(engine_core& core, const request& r, reply_sink& sink) {
  auto query = read_query(core, r);
  if (!query) return sink.complete(std::unexpected(query.error()));
  auto read = record_read::begin(core, *query);
  if (!read) return sink.complete(std::unexpected(read.error()));
  auto outcome = (*read)->run_slice();
  if (!outcome) return core.long_reads.start(*std::move(read), sink);
  const bool waits = (*read)->may_come() && may_wait(r);
  read->reset();  // the completion may destroy what it reads from
  if (!waits) return sink.complete(*std::move(outcome));
  const std::uint32_t stream = query->at.stream_id;
  core.waiters.wait(stream, wait_limit_of(r), looking(core, *std::move(query)), sink);
}

}  // namespace dynamo::engine
