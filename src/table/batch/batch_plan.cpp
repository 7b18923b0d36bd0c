#include <table/batch/batch_plan.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::detail {

namespace {

/// A reply of this size that leaves something out was cut by its size (16 MB, or 1 MB of one partition), not by throttling.
constexpr std::size_t cut_by_size = std::size_t{1} << 19;

error with_unknown_outcome(const error& why) {
  error_detail detail = why.detail();
  detail.outcome_unknown = true;
  return error(std::move(detail));
}

}  // namespace

batch_plan::batch_plan(batch_inputs inputs, batch_settings settings)
    : inputs_(std::move(inputs)),
      settings_(settings),
      outcomes_(inputs_.entries().size()),
      sent_with_(inputs_.entries().size()) {}

batch_plan::action batch_plan::next(time_point now) {
  if (under_way_ == settings_.parallel) return {action::kind::pending};
  const auto first = std::min_element(waiting_.begin(), waiting_.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(chunks_[a].due, a) < std::pair(chunks_[b].due, b);
  });
  if (first != waiting_.end() && chunks_[*first].due <= now) {
    const std::size_t chunk = *first;
    waiting_.erase(first);
    return send(chunk);
  }
  if (fresh_ < outcomes_.size()) {
    chunks_.push_back({pack(), new_retry()});
    return send(chunks_.size() - 1);
  }
  if (under_way_ != 0) return {action::kind::pending};
  if (first != waiting_.end()) return {action::kind::wait, 0, chunks_[*first].due};
  return {action::kind::done};
}

batch_plan::action batch_plan::send(std::size_t index) {
  const sending& one = chunks_[index];
  for (const std::uint32_t entry : one.entries) sent_with_[entry] = static_cast<std::uint32_t>(index);
  ++requests_;
  if (one.repeats) ++retries_;
  ++under_way_;
  return {action::kind::send, index};
}

/// As many of the entries that were never sent as one request may hold; at least one.
std::vector<std::uint32_t> batch_plan::pack() {
  std::vector<std::uint32_t> packed;
  std::size_t bytes = 0;
  while (fresh_ < outcomes_.size() && packed.size() < settings_.chunk_entries_max) {
    const std::size_t size = inputs_.entries()[fresh_].text.size() + 1;
    if (!packed.empty() && bytes + size > settings_.chunk_bytes_max) break;
    bytes += size;
    packed.push_back(static_cast<std::uint32_t>(fresh_++));
  }
  return packed;
}

void batch_plan::add_waiting(std::vector<std::uint32_t> entries, const retry_state& retry, time_point due,
                             bool repeats) {
  waiting_.push_back(chunks_.size());
  chunks_.push_back({std::move(entries), retry, due, repeats});
}

void batch_plan::answered(std::size_t index, const result<batch_reply>& answer, time_point now, random_source& random) {
  --under_way_;
  if (!answer) return refused(index, answer.error(), now, random);
  if (answer->capacity_units) capacity_units_ = capacity_units_.value_or(0) + *answer->capacity_units;
  if (answer->vector_write_bytes) {
    vector_write_bytes_ = vector_write_bytes_.value_or(0) + *answer->vector_write_bytes;
  }
  const auto asked_for = [&](const std::string& key) {
    const std::uint32_t entry = inputs_.find(key);
    return entry != batch_inputs::none && sent_with_[entry] == index;
  };
  const bool fits =
      std::all_of(answer->unprocessed.begin(), answer->unprocessed.end(), asked_for) &&
      std::all_of(answer->found.begin(), answer->found.end(), [&](const auto& one) { return asked_for(one.key); });
  if (!fits) {
    const error why(errc::decoding, "the reply to a batch names a key that was not in the request");
    return refused(index, settings_.writes ? with_unknown_outcome(why) : why, now, random);
  }
  processed(index, *answer, now, random);
}

void batch_plan::processed(std::size_t index, const batch_reply& answer, time_point now, random_source& random) {
  for (const std::uint32_t entry : chunks_[index].entries)
    outcomes_[entry].now = settings_.writes ? status::written : status::missing;
  for (const batch_reply::found_item& one : answer.found) {
    outcome& entry = outcomes_[inputs_.find(one.key)];
    entry.now = status::found;
    entry.item = one.item;
  }
  std::vector<std::uint32_t> left;
  for (const std::string& key : answer.unprocessed) {
    const std::uint32_t entry = inputs_.find(key);
    if (outcomes_[entry].now == status::open) continue;  // named twice
    outcomes_[entry].now = status::open;
    left.push_back(entry);
  }
  if (left.empty()) return;
  const bool progress = left.size() < chunks_[index].entries.size();
  retry_state retry = progress ? new_retry() : chunks_[index].retry;
  const retry_decision decision = retry.after_partial_success(now, random);
  if (!decision.again()) {
    for (const std::uint32_t entry : left) settle_unprocessed(entry);
    return;
  }
  const bool at_once = progress && answer.bytes >= cut_by_size;
  add_waiting(std::move(left), retry, at_once ? now : now + decision.wait, true);
}

void batch_plan::refused(std::size_t index, const error& why, time_point now, random_source& random) {
  const std::vector<std::uint32_t> entries = chunks_[index].entries;
  if (settings_.writes && why.outcome_unknown()) {
    for (const std::uint32_t entry : entries) outcomes_[entry].maybe_written = true;
  }
  retry_state retry = chunks_[index].retry;
  if (const retry_decision decision = retry.after(why, now, random); decision.again())
    return add_waiting(entries, retry, now + decision.wait, true);
  if (why.code() == errc::validation && entries.size() > 1) {
    const auto middle = entries.begin() + static_cast<std::ptrdiff_t>(entries.size() / 2);
    add_waiting({entries.begin(), middle}, new_retry(), now, false);
    return add_waiting({middle, entries.end()}, new_retry(), now, false);
  }
  for (const std::uint32_t entry : entries) settle_failed(entry, why);
}

void batch_plan::settle_unprocessed(std::uint32_t entry) {
  outcome& one = outcomes_[entry];
  if (settings_.writes && !one.maybe_written) {
    one.now = status::unprocessed;
    return;
  }
  settle_failed(entry, error(errc::throttled, "the service left this unprocessed, each time it was asked"));
}

void batch_plan::settle_failed(std::uint32_t entry, const error& why) {
  outcome& one = outcomes_[entry];
  one.now = status::failed;
  one.why = one.maybe_written && !why.outcome_unknown() ? with_unknown_outcome(why) : why;
}

void batch_plan::abandon(const error& why) {
  for (; fresh_ < outcomes_.size(); ++fresh_) settle_failed(static_cast<std::uint32_t>(fresh_), why);
  for (const std::size_t chunk : waiting_) {
    for (const std::uint32_t entry : chunks_[chunk].entries) settle_failed(entry, why);
  }
  waiting_.clear();
}

}  // namespace dynamo::detail
