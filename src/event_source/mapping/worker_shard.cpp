#include <dynamo/base/log.hpp>
#include <dynamo/streams/detail/wire.hpp>
#include <dynamo/value/limits.hpp>

#include <event_source/invocation/request_id.hpp>
#include <event_source/mapping/worker.hpp>

#include <algorithm>
#include <utility>

/// What a worker does with one shard.
namespace dynamo::event_source {
namespace {

using std::chrono::milliseconds;

}  // namespace

/// An error ends the mapping while the function still works on records of other shards: its sinks have to stay until then.
void worker::await_outcomes() {
  for (;;) {
    const std::stop_token raised = wake_signal_->token();
    for (const auto& one : shard_workers_) take_answer(*one);
    if (!is_invoking()) return;
    wait(raised, std::nullopt);
  }
}

result<worker::did> worker::serve(shard_worker& one) {
  take_answer(one);
  const bool stopping = this->stopping();
  const action to_do = one.mapping.next(now());
  const auto wait_until = [&](std::optional<time_point> at) {
    if (at) wake_at_ = std::min(wake_at_.value_or(*at), *at);
    return did::nothing;
  };
  const auto done = [](const result<void>& outcome) -> result<did> {
    return outcome ? result<did>(did::something) : std::unexpected(outcome.error());
  };
  switch (to_do.what) {
    case action::kind::checkpoint: return done(checkpoint(one, to_do.number));
    case action::kind::send_to_failure_destination: return done(send_to_failure_destination(one));
    case action::kind::wait: return wait_until(to_do.due);
    case action::kind::invoke:
      if (stopping) return did::nothing;
      invoke(one, to_do);
      return did::something;
    case action::kind::finished: close(one); return did::something;
    case action::kind::read:
      if (stopping) return did::nothing;
      if (time_.steady_now() >= one.read_again) return done(read(one, to_do));
      return wait_until(to_do.due ? std::min(*to_do.due, one.read_again) : one.read_again);
  }
  return did::nothing;
}

result<void> worker::read(shard_worker& one, const action& how) {
  const time_point began = time_.steady_now();
  if (one.cursor.iterator.empty()) {
    const streams::shard_place from = reader_->place_of(one.cursor);
    const result<reply> answer = via_->call(streams::shard_iterator_request(reader_->arn(), from));
    if (!answer) return recover(one, answer.error());
    result<std::string> iterator = streams::read_shard_iterator(*answer);
    if (!iterator) return std::unexpected(std::move(iterator).error());
    one.cursor.iterator = std::move(*iterator);
    return {};
  }
  const std::size_t limit = std::min(how.count, limits::get_records_limit_max);
  request ask = streams::records_request(one.cursor.iterator, static_cast<std::uint32_t>(limit));
  ask.stop = options_.stop;
  // Only one shard can be waited for.
  if (shard_workers_.size() == 1 && !reader_->graph().is_closed(one.shard())) {
    ask.long_poll = options_.long_poll;
    if (how.due) {
      const auto left = std::max(std::chrono::floor<milliseconds>(*how.due - began), milliseconds(0));
      ask.long_poll = std::min(ask.long_poll, left);
    }
  }
  return take_page(one, via_->call(std::move(ask)), began);
}

result<void> worker::take_page(shard_worker& one, result<reply> answer, time_point began) {
  if (!answer) return recover(one, answer.error());
  troubles_in_a_row_ = 0;
  result<record_page> page = read_record_page(answer->body, reader_->arn());
  if (!page) return std::unexpected(std::move(page).error());
  streams::shard_cursor& cursor = one.cursor;
  cursor.answered(page->records.empty());
  if (page->records.empty()) {
    const bool hurry =
        reader_->graph().is_closed(cursor.shard) && cursor.empty_reads < streams::shard_reader::hurried_reads_max;
    one.read_again = hurry ? began : began + options_.poll_every;
  } else {
    cursor.read_to = page->records.back().number;
    one.mapping.took(std::move(page->records), now());
  }
  cursor.iterator = page->next_iterator.value_or("");
  if (!page->next_iterator) one.mapping.shard_ended();
  return {};
}

/// After an error of GetShardIterator or GetRecords: some have a cure.
result<void> worker::recover(shard_worker& one, const error& why) {
  const errc code = why.code();
  switch (reader_->failed(one.cursor, code)) {
    case streams::shard_reader::cure::none: return take_trouble(why);
    case streams::shard_reader::cure::next: return {};
    case streams::shard_reader::cure::lost: break;
  }
  std::string what =
      "records of shard " + one.shard() +
      (code == errc::expired_iterator ? " came while nobody read them, and cannot be found again from LATEST"
                                      : " were trimmed away before they were read");
  if (result<void> allowed = pass_over(std::move(what), code); !allowed) return allowed;
  reader_->pass_over(one.cursor, code);
  return {};
}

void worker::invoke(shard_worker& one, const action& how) {
  const auto batch = one.mapping.pending().first(how.count);
  std::string id = make_invocation_id(random_);
  json::buffer event = write_event(batch);
  one.mapping.invoking(id);
  ++totals_.invocations;
  function_->invoke({std::move(id), std::move(event)}, one);
}

void worker::take_answer(shard_worker& one) {
  if (!one.mapping.is_invoking()) return;
  std::optional<outcome> answer = one.take_answer();
  if (!answer) return;
  note_refusal(*answer);
  const std::size_t before = one.mapping.pending().size();
  const std::size_t handed_over = one.mapping.batch_size();
  one.mapping.answered(*answer, now());
  const std::size_t done = before - one.mapping.pending().size();
  totals_.records_done += done;
  if (done < handed_over) ++totals_.failed_invocations;
}

void worker::note_refusal(const outcome& what) {
  function_stopped_ = function_stopped_ || what.what == outcome::kind::stopped;
  if (what.what != outcome::kind::not_executed) {
    refusal_told_ = false;
  } else if (!std::exchange(refusal_told_, true)) {
    log(log_level::warning, "event source mapping: the function " + std::string(function_->arn()) +
                                " takes no invocation, and is tried again" +
                                (what.text.empty() ? "" : ": " + what.text));
  }
}

result<void> worker::send_to_failure_destination(shard_worker& one) {
  failure what = one.mapping.given_up();
  what.function_arn = function_->arn();
  what.stream_arn = reader_->arn();
  what.shard = one.shard();
  what.time = wall_.now();
  const auto batch = one.mapping.pending().first(what.batch_size);
  if (options_.on_failure) {
    if (const result<void> taken = options_.on_failure->take(what, batch); !taken) {
      log(log_level::error, "event source mapping: the destination on failure: " + taken.error().describe());
      return take_write_trouble(error(errc::service_unavailable, taken.error().message()));
    }
  } else {
    log(log_level::warning, "event source mapping: " + std::to_string(what.batch_size) + " records of shard " +
                                one.shard() + " from " + what.first.to_string() + " to " + what.last.to_string() +
                                " are given up, and there is no destination for them");
  }
  totals_.records_given_up += what.batch_size;
  one.mapping.was_sent_to_failure_destination();
  return {};
}

result<void> worker::checkpoint(shard_worker& one, sequence_number number) {
  reader_->graph().read_to(one.shard(), number);
  position_changed_ = true;
  if (result<void> written = write_position(); !written || position_changed_) return written;
  one.mapping.was_checkpointed();
  return {};
}

/// What it writes is true at any time; that it could not is seen by position_changed_.
result<void> worker::write_position() {
  checkpoints::state at;
  at.stream_arn = reader_->arn();
  at.position = streams::make_position(reader_->arn(), reader_->graph().places()).text();
  const result<void> written = checkpoints_.write(at, wall_.now());
  if (!written) return take_write_trouble(written.error());
  troubles_in_a_row_ = 0;
  position_changed_ = false;
  has_checkpoint_ = true;
  return {};
}

}  // namespace dynamo::event_source
