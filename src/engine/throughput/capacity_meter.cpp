#include "capacity_meter.hpp"

#include <algorithm>

namespace dynamo::engine {
namespace {

double seconds(std::chrono::microseconds passed) noexcept { return static_cast<double>(passed.count()) / 1e6; }

}  // namespace

capacity_meter::capacity_meter(const capacity_limit& limit, microseconds now) noexcept
    : limit_(limit), filled_(now), peak_(limit.units / 2), period_began_(now), second_began_(now) {
  tokens_ = rate();
}

void capacity_meter::advance(const capacity_limit& limit, microseconds now) noexcept {
  if (limit != limit_) change_to(limit);
  const double passed = seconds(std::max(now - filled_, microseconds(0)));
  tokens_ = std::min(room(), tokens_ + passed * rate());
  filled_ = now;
  // A clock that was set back begins a second and a period anew.
  if (now < second_began_ || now - second_began_ >= std::chrono::seconds(1)) {
    period_peak_ = std::max(period_peak_, std::min(in_second_, rate()));
    in_second_ = 0;
    second_began_ = now;
  }
  if (now < period_began_ || now - period_began_ >= doubling_time) {
    peak_ = std::max(peak_, period_peak_);
    period_peak_ = 0;
    period_began_ = now;
  }
}

exceeded capacity_meter::check() const noexcept {
  if (tokens_ > 0) return exceeded::nothing;
  if (limit_.how == capacity_limit::mode::provisioned) return exceeded::provisioned;
  if (limit_.maximum > 0 && rate() >= limit_.maximum) return exceeded::on_demand_maximum;
  // DynamoDB has no reason of its own for a table that has not grown yet: its partitions are too few.
  return rate() >= account_quota ? exceeded::account : exceeded::key_range;
}

void capacity_meter::charge(double units) noexcept {
  tokens_ -= units;
  in_second_ += units;
}

double capacity_meter::rate() const noexcept {
  if (limit_.how == capacity_limit::mode::provisioned) return limit_.units;
  const double grown = std::min(2 * peak_, account_quota);
  return limit_.maximum > 0 ? std::min(grown, limit_.maximum) : grown;
}

double capacity_meter::room() const noexcept {
  return limit_.how == capacity_limit::mode::provisioned ? rate() * seconds(burst) : rate();
}

// Debts stay. A table that becomes an on-demand one has its provisioned capacity as twice the peak, if that is more than a new one's.
void capacity_meter::change_to(const capacity_limit& limit) noexcept {
  const capacity_limit before = limit_;
  limit_ = limit;
  if (before.how == limit.how) return;
  if (limit.how == capacity_limit::mode::on_demand) {
    peak_ = std::max(limit.units, before.units) / 2;
    period_peak_ = in_second_ = 0;
    period_began_ = second_began_ = filled_;
  }
  tokens_ = std::min(tokens_, rate());
}

}  // namespace dynamo::engine
