#include <streams/stream_walk.hpp>

#include <dynamo/value/limits.hpp>

#include <algorithm>

namespace dynamo::streams {

namespace {

using std::chrono::microseconds;
using step = shard_reader::step;

}  // namespace

stream_walk::stream_walk(std::string_view table_or_arn, starting_point from, detail::reader_options options)
    : start_(std::move(from)), options_(std::move(options)) {
  if (is_stream_arn(table_or_arn)) {
    arn_ = table_or_arn;
  } else {
    name_ = table_or_arn;
  }
  if (options_.asked_limit) {
    options_.limit = *options_.asked_limit;
    if (options_.limit == 0 || options_.limit > limits::get_records_limit_max)
      problem_ = error(errc::invalid_argument, "a batch_size is 1 to 1000");
  }
  if (options_.long_poll.count() < 0 || options_.poll_every.count() < 0)
    problem_ = error(errc::invalid_argument, "poll_every and long_poll cannot be negative");
}

walk_step stream_walk::fail_with(result<reply>& answer, error why) {
  answer = std::unexpected(std::move(why));
  return end(outcome::failure);
}
walk_step stream_walk::end(outcome what) {
  outcome_ = what;
  round_began_.reset();
  return {};
}
walk_step stream_walk::send(pending what, request r) {
  pending_ = what;
  return walk_step(std::move(r));
}

walk_step stream_walk::begin(detail::reading_need need, result<reply>& answer, time_point now) {
  need_ = need;
  pending_ = pending::nothing;
  silent_in_a_row_ = 0;
  answer = reply();
  if (problem_) return fail_with(answer, *problem_);
  return decide(answer, now);
}

walk_step stream_walk::next(result<reply>& answer, time_point now) {
  bool has_records = false;
  bool good = true;
  switch (std::exchange(pending_, pending::nothing)) {
    case pending::nothing: break;
    case pending::table: good = take_arn(answer); break;
    case pending::streams: good = take_streams(answer); break;
    case pending::listing: good = take_listing(answer, now); break;
    case pending::iterator: good = take_iterator(answer); break;
    case pending::records: good = take_glance(answer, has_records); break;
  }
  if (!good) {
    // Being asked to stop is no failure, however it came about.
    if (options_.stop.stop_requested() && answer.error().code() == errc::cancelled) {
      answer = reply();
      return end(outcome::end);
    }
    return end(outcome::failure);
  }
  return has_records ? end(outcome::records) : decide(answer, now);
}

// ---- what an answer says ----------------------------------------------------------------------------------------

bool stream_walk::take_arn(result<reply>& answer) {
  if (!answer) return false;
  result<std::string> arn = read_stream_arn(*answer, name_);
  if (!arn) {
    answer = std::unexpected(std::move(arn).error());
    return false;
  }
  arn_ = std::move(*arn);
  return true;
}

bool stream_walk::take_streams(result<reply>& answer) {
  if (reader_ && !answer && answer.error().code() == errc::resource_not_found) {
    reader_->table_is_gone();
    answer = reply();
    return true;
  }
  if (!answer) {
    streams_.reset();  // from the first page, if it is tried again
    return false;
  }
  result<void> taken = reader_ ? reader_->take_streams(*answer) : streams_->take(*answer);
  if (taken) return true;
  streams_.reset();
  answer = std::unexpected(std::move(taken).error());
  return false;
}

bool stream_walk::take_listing(result<reply>& answer, time_point now) {
  if (!answer) {
    const bool gone = answer.error().code() == errc::resource_not_found && !name_.empty();
    return gone && leave_lost_stream(answer);
  }
  const result<bool> complete = reader_->take_listing(*answer, now);
  if (!complete) {
    answer = std::unexpected(complete.error());
    return false;
  }
  if (*complete) update_shards();
  return true;
}

bool stream_walk::take_iterator(result<reply>& answer) {
  shard_cursor& shard = shards_[turn_];
  if (!answer) return recover(answer, shard);
  result<std::string> iterator = read_shard_iterator(*answer);
  if (!iterator) {
    answer = std::unexpected(std::move(iterator).error());
    return false;
  }
  shard.iterator = std::move(*iterator);
  return true;
}

bool stream_walk::take_glance(result<reply>& answer, bool& has_records) {
  shard_cursor& shard = shards_[turn_];
  if (!answer) return recover(answer, shard);
  result<records_glance> seen = glance_at_records(*answer);
  if (!seen) {
    answer = std::unexpected(std::move(seen).error());
    return false;
  }
  has_records = !seen->empty;
  shard.answered(seen->empty);
  if (has_records) return true;
  ++silent_in_a_row_;
  if (seen->next_iterator) {
    shard.iterator = std::move(*seen->next_iterator);
    ++turn_;
  } else {
    reader_->graph().ended(shard.shard);
    if (!reader_->graph().wants_listing()) update_shards();
  }
  return true;
}

/// After an error of GetShardIterator or GetRecords that has a cure.
bool stream_walk::recover(result<reply>& answer, shard_cursor& shard) {
  const errc code = answer.error().code();
  const shard_reader::cure how = reader_->failed(shard, code);
  if (how != shard_reader::cure::lost) return how == shard_reader::cure::next;
  const shard_place from = reader_->place_of(shard);
  lost_records gone;
  gone.shard = shard.shard;
  if (from.where == place::at || from.where == place::after) gone.from = from.number;
  if (!options_.continue_after_gap) {
    answer = std::unexpected(code == errc::expired_iterator ? skipped_error(gone.shard) : lost_error(gone));
    return false;
  }
  note_gap(gone.shard, gone.from);
  reader_->pass_over(shard, code);
  return true;
}

/// The stream that reading began in is not there any more, nor what was unread of it.
bool stream_walk::leave_lost_stream(result<reply>& answer) {
  std::vector<lost_records> lost = reader_->unread(false);
  if (!lost.empty() && !options_.continue_after_gap) {
    reader_->graph().list_again();
    answer = fail(
        errc::trimmed_data_access,
        "the stream " + reader_->arn() +
            " is gone, with what was unread of it: DynamoDB keeps changes for 24 hours. Begin again with "
            "from_oldest, or pass continue_after_gap to go on with the table's next stream and be told what is missing");
    return false;
  }
  for (lost_records& gone : lost) note_gap(std::move(gone.shard), gone.from);
  reader_->leave_stream();
  answer = reply();
  return true;
}

void stream_walk::note_gap(std::string shard, std::optional<sequence_number> from) {
  constexpr std::size_t gaps_max = 10'000;  // shards of a day; more than that would be the same few again and again
  if (gaps_.size() == gaps_max) gaps_.pop_front();
  gap one;
  one.shard = std::move(shard);
  one.from = from;
  gaps_.push_back(std::move(one));
}

error stream_walk::lost_error(const lost_records& gone) const {
  std::string message = "records of shard `" + gone.shard + "`";
  if (gone.from) message += " after number " + gone.from->to_string();
  message +=
      " were trimmed away before they were read: DynamoDB keeps changes for 24 hours. Begin again with from_oldest, or pass "
      "continue_after_gap to go on with the oldest that is left and be told what is missing";
  return {errc::trimmed_data_access, std::move(message)};
}

error stream_walk::skipped_error(const std::string& shard) const {
  return {
      errc::expired_iterator,
      "the iterator for the newest records of shard `" + shard +
          "` expired before a first one was read, 15 minutes after it was made: what came since then cannot be found "
          "again from here. Read more often, begin with from_oldest, or pass continue_after_gap"};
}

error stream_walk::overslept_error() const {
  return {errc::trimmed_data_access,
          "table " + name_ +
              " may have had a stream that came and went since this reader looked last, more than 24 hours ago. Pass " +
              "continue_after_gap to go on with the oldest that is left, or begin again with from_oldest"};
}

/// Brings the shards that are read in line with the graph; those that stay keep their iterators.
void stream_walk::update_shards() {
  const std::string asked = turn_ < shards_.size() ? shards_[turn_].shard : std::string();
  std::vector<shard_cursor> now;
  for (shard_place& one : reader_->graph().readable()) {
    const auto known = std::ranges::find(shards_, one.shard, &shard_cursor::shard);
    if (known != shards_.end()) {
      now.push_back(std::move(*known));
    } else {
      now.emplace_back(std::move(one.shard));
    }
  }
  shards_ = std::move(now);
  turn_ = static_cast<std::size_t>(
      std::find_if(shards_.begin(), shards_.end(), [&](const shard_cursor& one) { return one.shard >= asked; }) -
      shards_.begin());
}

// ---- what to do next --------------------------------------------------------------------------------------------

walk_step stream_walk::end_of_stream() {
  return end(gaps_.empty() || need_ == detail::reading_need::a_change ? outcome::end : outcome::only_gaps);
}

/// False: what to do to find it, or that it cannot be found, is the next step.
bool stream_walk::knows_stream(result<reply>& answer, walk_step& otherwise) {
  if (!arn_.empty()) return true;
  const starting_point::kind from = start_.what();
  if (from == starting_point::kind::oldest || from == starting_point::kind::newest ||
      from == starting_point::kind::time) {
    otherwise = send(pending::table, describe_table_request(name_));
    return false;
  }
  if (from == starting_point::kind::position) {
    result<std::string> of = stream_of_position(start_.position());
    if (of && !of->empty() && !is_stream_of(*of, name_)) {
      of = fail(errc::invalid_argument, "this stream_position cannot be used: it belongs to another stream, " + *of +
                                            ", not to one of the table " + name_);
    }
    if (!of) {
      otherwise = fail_with(answer, std::move(of).error());
      return false;
    }
    arn_ = std::move(*of);
    if (!arn_.empty()) return true;
  }
  if (!streams_) streams_.emplace(name_);
  if (!streams_->is_complete()) {
    otherwise = send(pending::streams, streams_->next_request());
    return false;
  }
  if (choose_stream(answer)) return true;
  otherwise = end(outcome::failure);
  return false;
}

/// A number may belong to any of the table's streams, so the oldest is begun with. A position of version 1 fits only its own.
bool stream_walk::choose_stream(result<reply>& answer) {
  const std::vector<std::string> all = std::exchange(streams_, std::nullopt)->arns();
  if (all.empty()) {
    answer = std::unexpected(no_stream(name_));
    return false;
  }
  if (start_.what() != starting_point::kind::position) {
    arn_ = all.front();
    return true;
  }
  for (const std::string& one : all) {
    const auto opened = open_position(one, start_.position());
    if (!opened) {
      answer = std::unexpected(opened.error());
      continue;
    }
    answer = reply();
    arn_ = one;
    return true;
  }
  return false;
}

void stream_walk::begin_next_stream(time_point now) {
  reader_->begin_next_stream(now);
  shards_.clear();
  turn_ = 0;
  given_out_.reset();
  before_.reset();
}

walk_step stream_walk::decide(result<reply>& answer, time_point now) {
  if (ended_ || options_.stop.stop_requested()) return end(outcome::end);
  if (walk_step look; !knows_stream(answer, look)) return look;
  if (!reader_) {
    std::vector<shard_place> places;
    if (start_.what() == starting_point::kind::position) {
      result<std::vector<shard_place>> opened = open_position(arn_, start_.position());
      if (!opened) return fail_with(answer, std::move(opened).error());
      places = std::move(*opened);
    }
    reader_.emplace(name_, arn_, start_, std::move(places));
  }
  switch (reader_->next(now)) {
    case step::read: return read_a_shard(now);
    case step::list_shards:
      if (!round_began_) round_began_ = now;
      return send(pending::listing, reader_->listing_request());
    case step::report_lost:
      if (!options_.continue_after_gap) {
        error why = lost_error(reader_->graph().lost().front());
        reader_->graph().list_again();  // in case a listing was incomplete
        return fail_with(answer, std::move(why));
      }
      for (const lost_records& gone : reader_->graph().lost()) note_gap(gone.shard, gone.from);
      reader_->graph().forgive_lost();
      update_shards();
      return decide(answer, now);
    case step::list_streams: return send(pending::streams, reader_->streams_request());
    case step::report_unseen:
      if (!options_.continue_after_gap) return fail_with(answer, overslept_error());
      note_gap("", std::nullopt);
      begin_next_stream(now);
      return decide(answer, now);
    case step::begin_next_stream: begin_next_stream(now); return decide(answer, now);
    case step::await_stream: return end_of_stream();
    case step::end: ended_ = true; return end_of_stream();
  }
  return end_of_stream();
}

/// The shards in turn, with a pause after a round without records.
walk_step stream_walk::read_a_shard(time_point now) {
  shard_graph& graph = reader_->graph();
  if (silent_in_a_row_ >= shards_.size()) {  // also when there is none
    if (options_.caught_up_after != 0 && all_quiet()) {
      for (shard_cursor& shard : shards_) shard.empty_reads = 0;
      return end_of_stream();
    }
    if (shards_.empty()) graph.list_again();
    if (round_began_) {
      if (const microseconds rest = pause(now); rest.count() > 0) return walk_step(rest);
    }
  }
  if (!round_began_) round_began_ = now;
  if (shards_.empty())  // the stream is being made, or a child of its last shard does not show yet
    return send(pending::listing, reader_->listing_request());
  if (turn_ >= shards_.size()) turn_ = 0;
  shard_cursor& shard = shards_[turn_];
  const std::string& arn = reader_->arn();
  if (shard.iterator.empty()) return send(pending::iterator, shard_iterator_request(arn, reader_->place_of(shard)));
  request ask = records_request(shard.iterator, options_.limit);
  if (shards_.size() == 1 && options_.caught_up_after == 0 && !graph.is_closed(shard.shard))
    ask.long_poll = options_.long_poll;
  return send(pending::records, std::move(ask));
}

/// Every shard answered with nothing so often that it counts as read: of a closed one the end is due, but there are services that call open
/// shards closed, and then none comes.
bool stream_walk::all_quiet() const {
  return std::all_of(shards_.begin(), shards_.end(), [&](const shard_cursor& shard) {
    return shard.empty_reads >= (reader_->graph().is_closed(shard.shard)
                                     ? std::max(options_.caught_up_after, shard_reader::hurried_reads_max)
                                     : options_.caught_up_after);
  });
}

/// After a round in which no shard had records: what is left of the time between two reads.
microseconds stream_walk::pause(time_point now) {
  silent_in_a_row_ = 0;
  const time_point began = std::exchange(round_began_, std::nullopt).value_or(now);
  bool hurry = options_.caught_up_after != 0 && !shards_.empty();
  bool in_vain = false;
  for (const shard_cursor& shard : shards_) {
    hurry = hurry || reader_->graph().is_closed(shard.shard);  // its end is near
    in_vain = in_vain || shard.empty_reads >= shard_reader::hurried_reads_max;
  }
  if (hurry && !in_vain) return microseconds(0);
  return std::max(std::chrono::ceil<microseconds>(options_.poll_every - (now - began)), microseconds(0));
}

// ---- what was found ---------------------------------------------------------------------------------------------

result<std::optional<detail::batch_facts>> stream_walk::take(const reply& answer,
                                                             const dynamo::detail::change_sink& sink) {
  const outcome what = std::exchange(outcome_, outcome::end);
  std::optional<detail::batch_facts> batch;
  if (what != outcome::records && what != outcome::only_gaps) return batch;
  batch.emplace();
  if (what == outcome::records) {
    shard_cursor& shard = shards_[turn_];
    result<dynamo::detail::records_summary> read =
        dynamo::detail::read_records(answer.body.view(), sink, !gaps_.empty());
    if (!read) return std::unexpected(std::move(read).error());
    batch->shard = shard.shard;
    before_ = reader_->place_of(shard);
    given_out_.reset();
    for (gap& one : gaps_) {
      if (one.shard == shard.shard) one.to = read->first;
    }
    reader_->graph().read_to(shard.shard, read->last);
    if (read->next_iterator) {
      shard.iterator = std::move(*read->next_iterator);
      ++turn_;
    } else {
      reader_->graph().ended(shard.shard);
      if (!reader_->graph().wants_listing()) update_shards();
    }
  }
  batch->gaps.assign(std::make_move_iterator(gaps_.begin()), std::make_move_iterator(gaps_.end()));
  gaps_.clear();
  return batch;
}

void stream_walk::given_out(std::optional<sequence_number> number, bool last) {
  if (last) return given_out_.reset();
  if (!before_) return;
  given_out_ = *before_;
  if (!number) return;
  given_out_->where = place::after;
  given_out_->number = *number;
}

stream_position stream_walk::position() const {
  if (!reader_) return stream_position(start_.what() == starting_point::kind::position ? start_.position() : "");
  std::vector<shard_place> places = reader_->graph().places();
  if (given_out_) {
    const auto at = std::find_if(places.begin(), places.end(),
                                 [&](const shard_place& one) { return one.shard == given_out_->shard; });
    if (at != places.end()) {
      *at = *given_out_;
    } else {
      places.push_back(*given_out_);
    }
  }
  return make_position(reader_->arn(), places);
}

}  // namespace dynamo::streams
