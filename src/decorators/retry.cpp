#include <dynamo/decorators/retry.hpp>

#include <algorithm>

namespace dynamo {
namespace {

using std::chrono::microseconds;

/// `first` doubled once for each attempt after the first, but no longer than `longest`.
microseconds longest_wait_before(unsigned attempt, const retry_settings& settings) noexcept {
  const microseconds cap = std::max<microseconds>(settings.longest_wait, microseconds(0));
  microseconds wait = std::clamp<microseconds>(settings.first_wait, microseconds(0), cap);
  for (unsigned doubled = 2; doubled < attempt && wait.count() > 0 && wait < cap; ++doubled) {
    wait = wait > cap / 2 ? cap : 2 * wait;
  }
  return wait;
}

microseconds drawn_from_zero_to(microseconds longest, random_source& random) noexcept {
  const auto choices = static_cast<std::uint64_t>(longest.count()) + 1;
  return microseconds(static_cast<microseconds::rep>(random.next() % choices));
}

}  // namespace

retry_state::retry_state(const retry_settings& settings, const request& r) noexcept
    : retry_state(settings, is_read(r.operation) ? repeatable::yes : r.repeats, r.deadline) {}

retry_decision retry_state::after(const error& why, time_point now, random_source& random) noexcept {
  if (!why.retryable()) return retry_decision(retry_verdict::not_retryable);
  if (why.outcome_unknown() && repeats_ == repeatable::no) return retry_decision(retry_verdict::may_be_executed);
  return next(now, random);
}

retry_decision retry_state::after_partial_success(time_point now, random_source& random) noexcept {
  return next(now, random);
}

retry_decision retry_state::next(time_point now, random_source& random) noexcept {
  if (attempt_ >= settings_.attempts) return retry_decision(retry_verdict::attempts_used_up);
  const microseconds wait = drawn_from_zero_to(longest_wait_before(attempt_ + 1, settings_), random);
  if (deadline_ && now + wait >= *deadline_) return retry_decision(retry_verdict::deadline);
  ++attempt_;
  return retry_decision(retry_verdict::again, wait);
}

bool is_read(operation_name operation) noexcept {
  switch (operation) {
    case operation_name::batch_get_item:
    case operation_name::describe_backup:
    case operation_name::describe_continuous_backups:
    case operation_name::describe_contributor_insights:
    case operation_name::describe_endpoints:
    case operation_name::describe_export:
    case operation_name::describe_global_table:
    case operation_name::describe_global_table_settings:
    case operation_name::describe_import:
    case operation_name::describe_kinesis_streaming_destination:
    case operation_name::describe_limits:
    case operation_name::describe_stream:
    case operation_name::describe_table:
    case operation_name::describe_table_replica_auto_scaling:
    case operation_name::describe_time_to_live:
    case operation_name::get_item:
    case operation_name::get_records:
    case operation_name::get_resource_policy:
    case operation_name::get_shard_iterator:
    case operation_name::list_backups:
    case operation_name::list_contributor_insights:
    case operation_name::list_exports:
    case operation_name::list_global_tables:
    case operation_name::list_imports:
    case operation_name::list_streams:
    case operation_name::list_tables:
    case operation_name::list_tags_of_resource:
    case operation_name::query:
    case operation_name::scan:
    case operation_name::transact_get_items: return true;
    default: return false;
  }
}

}  // namespace dynamo
