#include <remote/service/signing_keys.hpp>

namespace dynamo::aws {

std::shared_ptr<const auth::signing_key> signing_keys::find(const std::shared_ptr<const auth::credentials>& by,
                                                            std::string_view day, std::string_view region) {
  const std::scoped_lock lock(mutex_);
  for (const entry& each : kept_) {
    if (each.by == by && each.key->day() == day && each.region == region) return each.key;
  }
  entry& place = kept_[next_];
  next_ = (next_ + 1) % kept_.size();
  place.key = std::make_shared<const auth::signing_key>(*by, day, region, "dynamodb");
  place.by = by;
  place.region = region;
  return place.key;
}

}  // namespace dynamo::aws
