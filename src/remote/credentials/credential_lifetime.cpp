#include <remote/credentials/credential_lifetime.hpp>

#include <algorithm>
#include <utility>

namespace dynamo::aws {

bool credential_lifetime::is_usable(instant now) const noexcept {
  if (!held_ || is_rejected_) return false;
  return !held_->expires || now < *held_->expires || when_expired_ == when_expired::go_on;
}

lifetime_step credential_lifetime::ask(instant now) {
  const bool usable = is_usable(now);
  if (usable && (!refresh_at_ || now < *refresh_at_ || now < fetch_again_at_)) return lifetime_step::use;
  if (is_fetching_) return usable ? lifetime_step::use : lifetime_step::wait;
  if (!usable && last_error_ && now < fetch_again_at_) return lifetime_step::refuse;
  is_fetching_ = true;
  return usable ? lifetime_step::use_and_refresh : lifetime_step::fetch;
}

instant credential_lifetime::settled_until() const noexcept {
  if (!held_ || is_rejected_) return instant::min();
  instant until = instant::max();
  if (held_->expires && when_expired_ == when_expired::stop) until = *held_->expires;
  if (refresh_at_ && !is_fetching_) until = std::min(until, std::max(*refresh_at_, fetch_again_at_));
  return until;
}

void credential_lifetime::fetched(auth::credentials got, instant now, random_source& random) {
  if (got.expires && *got.expires <= now && when_expired_ == when_expired::stop) {
    return failed(error(errc::unavailable,
                        "The credentials that were fetched have expired already; check the clock of this machine"),
                  now);
  }
  is_fetching_ = false;
  is_rejected_ = false;
  last_error_.reset();
  refresh_at_.reset();
  const bool is_newer = !held_ || held_->expires != got.expires;
  if (got.expires) {
    const auto left = std::max(*got.expires - now, std::chrono::microseconds(0));
    const auto ahead = std::min<std::chrono::microseconds>(window, left / 3);
    const auto spread = std::max<std::int64_t>((ahead / 3).count(), 1);
    refresh_at_ =
        *got.expires - ahead +
        std::chrono::microseconds(static_cast<std::int64_t>(random.next() % static_cast<std::uint64_t>(spread)));
  }
  fetch_again_at_ = is_newer ? now : now + refresh_pause;
  held_ = std::make_shared<const auth::credentials>(std::move(got));
}

void credential_lifetime::failed(error why, instant now) {
  is_fetching_ = false;
  last_error_ = std::move(why);
  fetch_again_at_ = now + (is_usable(now) ? std::chrono::seconds(refresh_pause) : failure_pause);
}

void credential_lifetime::rejected(const std::shared_ptr<const auth::credentials>& which, instant now) {
  if (which != held_ || is_fetching_ || now < reject_again_at_) return;  // other ones are held already, or on their way
  is_rejected_ = true;
  reject_again_at_ = now + refresh_pause;
}

}  // namespace dynamo::aws
