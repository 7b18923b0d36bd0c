#include <event_source/mapping/worker.hpp>

#include <dynamo/base/log.hpp>
#include <dynamo/streams/detail/wire.hpp>

#include <event_source/invocation/exponential_backoff.hpp>
#include <event_source/invocation/request_id.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::event_source {
namespace {

using std::chrono::milliseconds;

using step_of_reader = streams::shard_reader::step;

constexpr milliseconds trouble_wait_first{50};
constexpr milliseconds trouble_wait_max{5'000};

std::string name_of(const source_options& options, std::string_view stream, const function& called) {
  return options.name.empty() ? std::string(stream) + " to " + std::string(called.arn()) : options.name;
}

/// What a step says that has done something, or failed.
result<bool> go_on(const result<void>& done) { return done ? result<bool>(true) : std::unexpected(done.error()); }

}  // namespace

worker::worker(std::shared_ptr<endpoint> via, std::string_view table_or_arn, std::shared_ptr<function> called,
               source_options options)
    : via_(std::move(via)),
      table_(streams::is_stream_arn(table_or_arn) ? "" : table_or_arn),
      arn_(streams::is_stream_arn(table_or_arn) ? table_or_arn : ""),
      function_(std::move(called)),
      options_(std::move(options)),
      time_(options_.time != nullptr ? *options_.time : system_timer()),
      wall_(options_.wall != nullptr ? *options_.wall : system_clock()),
      random_(options_.random != nullptr ? *options_.random : system_random()),
      checkpoints_(via_, options_.checkpoint_table, name_of(options_, table_or_arn, *function_),
                   make_invocation_id(random_)) {}

bool worker::is_invoking() const {
  return std::any_of(shard_workers_.begin(), shard_workers_.end(),
                     [](const auto& one) { return one->mapping.is_invoking(); });
}

result<bool> worker::step() {
  const std::stop_token raised = wake_signal_->token();  // before looking for what it announces
  const bool stopping = this->stopping();
  if (stopping && !reader_) return stopped();
  if (stopping && !std::exchange(stop_seen_, true)) {
    pause_until_.reset();
    troubles_in_a_row_ = 0;
  }
  if (pause_until_) {
    if (time_.steady_now() < *pause_until_) {
      wait(raised, pause_until_);
      return true;
    }
    pause_until_.reset();
  }
  if (!reader_) return go_on(prepare());
  if (position_changed_) return go_on(write_position());
  if (!stopping) {
    if (std::optional<result<bool>> asked = follow_reader()) return *asked;
  }

  wake_at_.reset();
  for (std::size_t served = 0; served < shard_workers_.size(); ++served) {
    turn_ = (turn_ + 1) % shard_workers_.size();
    const result<did> what = serve(*shard_workers_[turn_]);
    if (!what) return std::unexpected(what.error());
    if (*what == did::something) return true;
  }
  if (stopping && !is_invoking()) return stopped();
  if (shard_workers_.empty()) {  // the stream is being made, or a child of its last shard does not show yet
    reader_->graph().list_again();
    wake_at_ = time_.steady_now() + options_.poll_every;
  }
  wait(raised, wake_at_);
  return true;
}

/// A function that was stopped is the caller's business, unless the caller ends the mapping too.
result<bool> worker::stopped() const {
  if (options_.stop.stop_requested()) return false;
  std::string what = "event source mapping: the function " + std::string(function_->arn()) +
                     " was stopped, so the mapping has ended; what was not handed over comes when it runs again";
  log(log_level::warning, what);
  return fail(errc::unavailable, std::move(what));
}

void worker::wait(const std::stop_token& raised, std::optional<time_point> due) {
  const time_point now = time_.steady_now();
  const time_point latest = now + streams::shard_reader::listing_lifetime;
  const auto rest = std::min(due.value_or(latest), latest) - now;
  if (rest.count() > 0) (void)time_.wait(std::chrono::ceil<std::chrono::microseconds>(rest), raised);
}

result<void> worker::take_trouble(const error& why) {
  const bool cancelled = why.code() == errc::cancelled && stopping();
  if (cancelled) return {};
  if (!why.retryable() && !why.outcome_unknown()) return std::unexpected(why);
  const auto pause = exponential_backoff(trouble_wait_first, trouble_wait_max, troubles_in_a_row_);
  if (++troubles_in_a_row_ == 1) log(log_level::info, "event source mapping: tries again after " + why.describe());
  pause_until_ = time_.steady_now() + pause;
  return {};
}

/// A mapping that is to stop does not wait for ever: what is not written down comes again.
result<void> worker::take_write_trouble(const error& why) {
  constexpr unsigned last_tries_max = 5;
  if (stopping() && troubles_in_a_row_ + 1 >= last_tries_max) return std::unexpected(why);
  return take_trouble(why);
}

// ---- the stream and its shards ----------------------------------------------------------------------------------

result<void> worker::prepare() {
  if (!claimed_) return claim();
  if (arn_.empty()) return find_stream();
  return open_reader();
}

result<void> worker::claim() {
  result<checkpoints::state> found = checkpoints_.claim();
  if (!found) return take_trouble(found.error());
  claimed_ = std::move(*found);
  has_checkpoint_ = !claimed_->position.empty();
  if (!arn_.empty() || claimed_->stream_arn.empty()) return {};
  if (!streams::is_stream_of(claimed_->stream_arn, table_)) {
    return fail(errc::invalid_argument, "the event source mapping's checkpoint is of the stream " +
                                            claimed_->stream_arn + ", not of one of the table " + table_ +
                                            ": give the mapping another name");
  }
  arn_ = claimed_->stream_arn;  // first to its end, though another one may be on by now
  return {};
}

result<void> worker::find_stream() {
  const result<reply> answer = via_->call(streams::describe_table_request(table_));
  if (!answer) return take_trouble(answer.error());
  result<std::string> arn = streams::read_stream_arn(*answer, table_);
  if (!arn) return std::unexpected(std::move(arn).error());
  arn_ = std::move(*arn);
  return {};
}

result<void> worker::open_reader() {
  troubles_in_a_row_ = 0;
  if (claimed_->position.empty()) {
    const bool newest = options_.from == starting_position::latest;
    reader_.emplace(
        table_, arn_,
        newest ? streams::starting_point(streams::from_newest) : streams::starting_point(streams::from_oldest));
    return {};
  }
  if (!claimed_->stream_arn.empty() && claimed_->stream_arn != arn_) {
    return fail(errc::invalid_argument,
                "the event source mapping's checkpoint is of the stream " + claimed_->stream_arn + ", not of " + arn_ +
                    ": run it by the table's name, and it reads both in their order, or give the "
                    "mapping another name");
  }
  result<std::vector<streams::shard_place>> places = streams::open_position(arn_, claimed_->position);
  if (!places) return std::unexpected(std::move(places).error());
  reader_.emplace(table_, arn_, streams::after(stream_position(claimed_->position)), std::move(*places));
  return {};
}

std::optional<result<bool>> worker::follow_reader() {
  const step_of_reader asked = reader_->next(time_.steady_now());
  const bool of_this_stream =
      asked == step_of_reader::read || asked == step_of_reader::list_shards || asked == step_of_reader::report_lost;
  if (!of_this_stream && !shard_workers_.empty()) return std::nullopt;  // what they hold is handed over first
  switch (asked) {
    case step_of_reader::read: return std::nullopt;
    case step_of_reader::list_shards: return go_on(list_shards());
    case step_of_reader::report_lost: return go_on(pass_over_lost());
    case step_of_reader::list_streams: return list_streams();
    case step_of_reader::report_unseen:
      if (const result<void> allowed =
              pass_over("records of table " + table_ + " may have come and gone while nobody looked");
          !allowed) {
        return std::unexpected(allowed.error());
      }
      begin_next_stream();
      return true;
    case step_of_reader::begin_next_stream: begin_next_stream(); return true;
    case step_of_reader::await_stream: return await_stream();
    case step_of_reader::end: break;
  }
  return false;
}

/// At the end of a stream that was turned off. False: the table is gone, too.
result<bool> worker::list_streams() {
  const result<reply> answer = via_->call(reader_->streams_request());
  if (!answer && answer.error().code() == errc::resource_not_found) return false;
  if (!answer) return go_on(take_trouble(answer.error()));
  troubles_in_a_row_ = 0;
  return go_on(reader_->take_streams(*answer));
}

/// The table has no further stream yet. False: and never will, since it is gone.
result<bool> worker::await_stream() {
  constexpr milliseconds look_again{1'000};
  const result<reply> table = via_->call(streams::describe_table_request(table_));
  if (!table && table.error().code() == errc::resource_not_found) return false;
  if (!std::exchange(waiting_told_, true)) {
    log(log_level::info, "event source mapping: the stream " + reader_->arn() +
                             " was turned off and has been read to its end; the mapping goes on when table " + table_ +
                             " has another one");
  }
  pause_until_ = time_.steady_now() + std::max(options_.poll_every, look_again);
  return true;
}

void worker::begin_next_stream() {
  reader_->begin_next_stream(time_.steady_now());
  waiting_told_ = false;
  position_changed_ = true;
}

/// What is read of it already is still handed over.
result<void> worker::leave_lost_stream() {
  if (!reader_->unread(has_checkpoint_).empty()) {
    if (result<void> allowed = pass_over("the stream " + reader_->arn() + " is gone, with what was unread of it");
        !allowed) {
      return allowed;
    }
  }
  for (const auto& one : shard_workers_) one->mapping.shard_ended();
  reader_->leave_stream();
  return {};
}

/// Records that are lost are the end, unless the caller wants to go on.
result<void> worker::pass_over(std::string what, errc code) {
  what.insert(0, "event source mapping: ");
  if (!options_.continue_after_gap) return fail(code, std::move(what));
  log(log_level::warning, what);
  return {};
}

result<void> worker::list_shards() {
  const result<reply> answer = via_->call(reader_->listing_request());
  if (!answer && answer.error().code() == errc::resource_not_found && !table_.empty()) return leave_lost_stream();
  if (!answer) return take_trouble(answer.error());
  troubles_in_a_row_ = 0;
  const result<bool> complete = reader_->take_listing(*answer, time_.steady_now());
  if (!complete) return std::unexpected(complete.error());
  if (!*complete) return {};
  if (reader_->graph().lost().empty()) open_shard_workers();
  // Before anything is read: who begins again after a crash knows its stream, though another one may be on by then.
  position_changed_ = position_changed_ || !has_checkpoint_;
  return {};
}

result<void> worker::pass_over_lost() {
  const streams::lost_records& first = reader_->graph().lost().front();
  result<void> allowed =
      pass_over("records of shard " + first.shard + (first.from ? " after " + first.from->to_string() : std::string()) +
                " were trimmed away before they were read");
  if (!allowed) return allowed;
  for (const streams::lost_records& gone : reader_->graph().lost()) {
    for (const auto& one : shard_workers_) {
      if (one->shard() == gone.shard) one->mapping.shard_ended();  // what it holds is still handed over
    }
  }
  reader_->graph().forgive_lost();
  open_shard_workers();
  return {};
}

/// One for each shard that can be read. Those that are there stay until they are at their end.
void worker::open_shard_workers() {
  for (streams::shard_place& one : reader_->graph().readable()) {
    const bool known = std::any_of(shard_workers_.begin(), shard_workers_.end(),
                                   [&](const auto& there) { return there->shard() == one.shard; });
    if (!known)
      shard_workers_.push_back(std::make_unique<shard_worker>(std::move(one.shard), options_.how, wake_signal_));
  }
}

/// The shard is at its end: its children may be read.
void worker::close(shard_worker& done) {
  reader_->graph().ended(done.shard());
  position_changed_ = true;
  std::erase_if(shard_workers_, [&](const auto& one) { return one.get() == &done; });
  if (!reader_->graph().wants_listing()) open_shard_workers();
}

}  // namespace dynamo::event_source
