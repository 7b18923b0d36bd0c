#include <dynamo/streams/detail/shard_reader.hpp>

#include <dynamo/streams/detail/wire.hpp>

#include <utility>

namespace dynamo::streams {

shard_reader::shard_reader(std::string table, std::string stream_arn, starting_point start,
                           std::vector<shard_place> resumed)
    : table_(std::move(table)),
      arn_(std::move(stream_arn)),
      start_(std::move(start)),
      graph_(start_, std::move(resumed), past_) {}

shard_reader::step shard_reader::next(time_point now) {
  if (gone_ || graph_.exhausted()) return table_.empty() ? step::end : next_stream(now);
  if (!graph_.wants_listing() && now - listed_ > listing_lifetime) graph_.list_again();
  if (graph_.wants_listing()) return step::list_shards;
  return graph_.lost().empty() ? step::read : step::report_lost;
}

shard_reader::step shard_reader::next_stream(time_point now) {
  if (!streams_) streams_.emplace(table_);
  if (!streams_->is_complete()) return step::list_streams;
  following_ = std::exchange(streams_, std::nullopt)->following(arn_);
  const bool overslept = now - looked_ > table_streams::kept;
  if (!following_) {
    if (!overslept) looked_ = now;
    return step::await_stream;
  }
  return overslept && !gone_ ? step::report_unseen : step::begin_next_stream;
}

request shard_reader::listing_request() const { return describe_stream_request(arn_, graph_.list_after()); }

result<bool> shard_reader::take_listing(const reply& answer, time_point now) {
  result<stream_page> page = read_stream_page(answer);
  const result<void> taken =
      page ? graph_.take(std::move(*page)) : result<void>(std::unexpected(std::move(page).error()));
  if (!taken) {
    graph_.list_again();
    return std::unexpected(taken.error());
  }
  if (graph_.wants_listing()) return false;
  listed_ = looked_ = now;
  return true;
}

std::vector<lost_records> shard_reader::unread(bool begun) const {
  const starting_point::kind from = start_.what();
  const bool resumes = from != starting_point::kind::oldest && from != starting_point::kind::newest &&
                       from != starting_point::kind::time;
  const std::vector<shard_place> places = graph_.places();
  std::vector<lost_records> lost;
  for (const shard_place& one : places) {
    if (one.where == place::ended) continue;
    lost_records& gone = lost.emplace_back();
    gone.shard = one.shard;
    if (one.where == place::after || one.where == place::at) gone.from = one.number;
  }
  begun = begun || resumes || past_ == shard_graph::past::known || !places.empty();
  if (lost.empty() && begun) lost.emplace_back();  // what came after its end is not known
  return lost;
}

request shard_reader::streams_request() const { return streams_->next_request(); }

result<void> shard_reader::take_streams(const reply& answer) {
  result<void> taken = streams_->take(answer);
  if (!taken) streams_.reset();
  return taken;
}

void shard_reader::table_is_gone() { streams_.emplace(table_).finish(); }

/// A number that was not met keeps being looked for.
void shard_reader::begin_next_stream(time_point now) {
  arn_ = *std::exchange(following_, std::nullopt);
  const bool by_number = start_.what() == starting_point::kind::at || start_.what() == starting_point::kind::after;
  if (!by_number) start_ = from_oldest;
  past_ = shard_graph::past::known;
  graph_ = shard_graph(start_, {}, past_);
  gone_ = false;
  looked_ = now;
}

shard_place shard_reader::place_of(const shard_cursor& one) const {
  shard_place from = graph_.place_of(one.shard);
  if (one.read_to) {
    from.where = place::after;
    from.number = *one.read_to;
  }
  return from;
}

shard_reader::cure shard_reader::failed(shard_cursor& one, errc code) {
  const bool expired = code == errc::expired_iterator;
  if (!expired && code != errc::trimmed_data_access && code != errc::resource_not_found) return cure::none;
  if (++one.renewals > renewals_max) return cure::none;
  one.iterator.clear();
  if (code == errc::resource_not_found) {  // the shard was trimmed after it had been listed
    graph_.list_again();
    return cure::next;
  }
  const place from = place_of(one).where;
  // What came while nobody held an iterator for the newest cannot be found again.
  if (expired) return from == place::newest ? cure::lost : cure::next;
  return from == place::horizon ? cure::next : cure::lost;  // the horizon has moved on
}

void shard_reader::pass_over(shard_cursor& one, errc code) {
  if (code != errc::trimmed_data_access) return;
  graph_.restart(one.shard, place::horizon);
  one.read_to.reset();
}

}  // namespace dynamo::streams
