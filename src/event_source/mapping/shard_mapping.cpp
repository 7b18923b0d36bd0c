#include <event_source/mapping/shard_mapping.hpp>

#include <dynamo/value/limits.hpp>

#include <event_source/invocation/exponential_backoff.hpp>

#include <algorithm>
#include <cassert>
#include <utility>

namespace dynamo::event_source {
namespace {

/// DynamoDB keeps no record longer than a day, and dates none in the future: what seems to be so is as old as the clock was set wrong, and its
/// age is counted from now on.
std::chrono::microseconds age_of(instant created, instant now) {
  constexpr std::chrono::hours age_max{limits::change_retention_hours + 1};  // it is trimmed some time later
  const auto age = now - created;
  return age < std::chrono::microseconds(0) || age > age_max ? std::chrono::microseconds(0) : age;
}

}  // namespace

shard_mapping::shard_mapping(const settings& s) : settings_(s) { assert(s.check()); }

// ---- what to do next --------------------------------------------------------------------------------------------

action shard_mapping::next(const moment& now) {
  using kind = action::kind;
  if (checkpoint_) {
    action write(kind::checkpoint);
    write.number = *checkpoint_;
    return write;
  }
  if (invoking_) return action(kind::wait);
  if (!given_up_) {
    if (const std::size_t too_old = count_too_old(now); too_old > 0)
      give_up(failure::condition::record_age_exceeded, too_old);
  }
  if (given_up_) return action(kind::send_to_failure_destination, given_up_->batch_size);
  if (retry_at_ && now.steady < *retry_at_) {
    action pause(kind::wait);
    pause.due = retry_at_;
    return pause;
  }
  if (!batches_.empty()) return action(kind::invoke, batches_.back().count);
  if (pending_.empty()) return ended_ ? action(kind::finished) : action(kind::read, settings_.batch_size);

  const std::size_t fit = count_that_fit();
  const auto flush_at = waiting_since_ + settings_.batching_window;
  const bool complete = fit == settings_.batch_size || fit < pending_.size();
  if (complete || ended_ || now.steady >= flush_at) return action(kind::invoke, fit);
  action more(kind::read, settings_.batch_size - fit);
  more.due = flush_at;
  return more;
}

/// How many of the first records are older than the mapping hands over. Of a batch being worked on, no more than belong to it.
std::size_t shard_mapping::count_too_old(const moment& now) const {
  if (!settings_.record_age_max) return 0;
  const std::size_t most = batches_.empty() ? std::min(pending_.size(), settings_.batch_size) : batches_.back().count;
  const auto end = pending_.begin() + static_cast<std::ptrdiff_t>(most);
  const auto young = std::find_if(pending_.begin(), end, [&](const event_record& r) {
    return !r.born || now.steady - *r.born <= *settings_.record_age_max;
  });
  return static_cast<std::size_t>(young - pending_.begin());
}

/// How many of the first records make one event. One, if need be: what is too large on its own is not for the mapping to refuse.
std::size_t shard_mapping::count_that_fit() const {
  const std::size_t most = std::min(pending_.size(), settings_.batch_size);
  std::size_t bytes = event_size({});
  for (std::size_t count = 0; count < most; ++count) {
    bytes += pending_[count].text.size() + 1;  // and a comma; one too many is no harm
    if (count > 0 && bytes > limits::function_payload_size_max) return count;
  }
  return most;
}

// ---- what happened ----------------------------------------------------------------------------------------------

void shard_mapping::took(std::vector<event_record> records, const moment& now) {
  if (pending_.empty()) waiting_since_ = now.steady;
  for (event_record& r : records) {
    if (r.created) r.born = now.steady - age_of(*r.created, now.wall);
  }
  pending_.insert(pending_.end(), std::make_move_iterator(records.begin()), std::make_move_iterator(records.end()));
}

void shard_mapping::invoking(std::string request_id) {
  assert(!invoking_ && !pending_.empty());
  if (batches_.empty()) batches_.emplace_back(count_that_fit());
  request_id_ = std::move(request_id);
  retry_at_.reset();
  invoking_ = true;
}

void shard_mapping::answered(const outcome& what, const moment& now) {
  assert(invoking_ && !batches_.empty());
  invoking_ = false;
  if (what.what == outcome::kind::not_executed || what.what == outcome::kind::stopped) return wait_before_retry(now);
  batch& tried = batches_.back();
  ++tried.invocations;
  function_error_ = what.what != outcome::kind::response;
  std::size_t failed = 0;
  if (what.what == outcome::kind::response) {
    const auto handed_over = std::span(pending_).first(tried.count);
    failed = settings_.report_item_failures ? first_failure(what.text, handed_over) : tried.count;
  }
  const bool all_done = failed == tried.count;
  if (failed > 0) done_with(failed);
  if (all_done) return;
  const bool split_behind = settings_.bisect_on_error && failed > 0;  // the rest is a batch of its own
  const bool halve = settings_.bisect_on_error && failed == 0 && tried.count > 1;
  if (!split_behind && !halve) return retry_or_give_up(now);
  tried.invocations = tried.retries;  // as if it had not been handed over this time
  if (halve) {
    batch first_half = tried;
    first_half.count = tried.count / 2;
    tried.count -= first_half.count;
    batches_.push_back(first_half);
  }
}

void shard_mapping::retry_or_give_up(const moment& now) {
  batch& failed = batches_.back();
  if (settings_.retries_max && failed.retries >= *settings_.retries_max)
    return give_up(failure::condition::retry_attempts_exhausted, failed.count);
  ++failed.retries;
  wait_before_retry(now);
}

void shard_mapping::wait_before_retry(const moment& now) {
  retry_at_ =
      now.steady + exponential_backoff(settings_.retry_wait_first, settings_.retry_wait_max, failures_in_a_row_++);
}

void shard_mapping::give_up(failure::condition why, std::size_t count) {
  const event_record& first = pending_.front();
  const event_record& last = pending_[count - 1];
  given_up_.emplace();
  given_up_->why = why;
  if (!batches_.empty()) {
    given_up_->invoke_count = batches_.back().invocations;
    given_up_->request_id = request_id_;
    given_up_->function_error = function_error_;
  }
  given_up_->first = first.number;
  given_up_->last = last.number;
  given_up_->first_arrival = first.created;
  given_up_->last_arrival = last.created;
  given_up_->batch_size = count;
}

void shard_mapping::was_sent_to_failure_destination() {
  assert(given_up_);
  const std::size_t count = given_up_->batch_size;
  given_up_.reset();
  done_with(count);
}

/// The first `count` records will not be handed over again.
void shard_mapping::done_with(std::size_t count) {
  checkpoint_ = pending_[count - 1].number;
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(count));
  if (!batches_.empty()) {
    assert(batches_.back().count >= count);
    batches_.back().count -= count;
    if (batches_.back().count == 0) batches_.pop_back();
  }
  retry_at_.reset();
  failures_in_a_row_ = 0;
}

}  // namespace dynamo::event_source
