#include <decorators/send_rates.hpp>

#include <algorithm>

namespace dynamo {

std::optional<std::chrono::microseconds> send_rates::reserve(const keys& of, places& at, time_point now,
                                                             std::chrono::microseconds most) {
  const std::scoped_lock lock(mutex_);
  std::chrono::microseconds wait(0);
  for (const throughput_key& key : of) {
    if (const auto found = entries_.find(key); found != entries_.end())
      wait = std::max(wait, found->second.rate.wait(now));
  }
  if (wait > most) return std::nullopt;
  at.clear();
  for (const throughput_key& key : of) {
    const auto found = entries_.find(key);
    at.push_back(found != entries_.end() ? found->second.rate.take() : 0);
  }
  return wait;
}

std::chrono::microseconds send_rates::wait(const keys& of, const places& at, time_point now) {
  const std::scoped_lock lock(mutex_);
  std::chrono::microseconds wait(0);
  for (std::size_t i = 0; i < of.size(); ++i) {
    if (const auto found = entries_.find(of[i]); found != entries_.end())
      wait = std::max(wait, found->second.rate.wait(at[i], now));
  }
  return wait;
}

void send_rates::give_back(const keys& of) {
  const std::scoped_lock lock(mutex_);
  for (const throughput_key& key : of) {
    if (const auto found = entries_.find(key); found != entries_.end()) found->second.rate.give_back();
  }
}

void send_rates::answered(const keys& of, const keys& throttled, time_point now) {
  const std::scoped_lock lock(mutex_);
  for (const throughput_key& key : of) {
    if (std::ranges::find(throttled, key) == throttled.end()) rate_of(key, now).answered(false, now);
  }
  for (const throughput_key& key : throttled) rate_of(key, now).answered(true, now);
}

std::vector<limited_rate> send_rates::rates() const {
  const std::scoped_lock lock(mutex_);
  std::vector<limited_rate> limiting;
  for (const auto& [key, one] : entries_) {
    if (one.rate.limiting()) limiting.push_back({key.capacity, key.resource, one.rate.per_second()});
  }
  return limiting;
}

send_rate& send_rates::rate_of(const throughput_key& key, time_point now) {
  if (const auto found = entries_.find(key); found != entries_.end()) {
    used_.splice(used_.begin(), used_, found->second.used_at);
    return found->second.rate;
  }
  if (!used_.empty() && entries_.size() >= settings_.limits_max) {
    entries_.erase(*used_.back());
    used_.pop_back();
  }
  const auto made = entries_.emplace(key, entry{send_rate(settings_, now), {}}).first;
  used_.push_front(&made->first);
  made->second.used_at = used_.begin();
  return made->second.rate;
}

}  // namespace dynamo
