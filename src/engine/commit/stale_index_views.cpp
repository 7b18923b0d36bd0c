#include "stale_index_views.hpp"

namespace dynamo::engine {

void stale_index_views::before_commit() {
  const instant now = time_.now();
  const std::scoped_lock held(mutex_);
  forget_old(now);
  if (moments_.size() == moments_max) {
    moments_.back().commit = now;
  } else {
    moments_.push_back({now, store_.snapshot()});
  }
}

std::shared_ptr<const store_reader> stale_index_views::visible() {
  const instant now = time_.now();
  const std::scoped_lock held(mutex_);
  forget_old(now);
  return moments_.empty() ? nullptr : moments_.front().before;
}

void stale_index_views::forget_old(instant now) {
  while (!moments_.empty() && moments_.front().commit + delay_ <= now) moments_.pop_front();
}

}  // namespace dynamo::engine
