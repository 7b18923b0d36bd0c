#include "key_locks.hpp"

#include <algorithm>
#include <functional>

namespace dynamo::engine {

std::size_t key_locks::stripe_of(std::string_view row_key) noexcept {
  return std::hash<std::string_view>{}(row_key) % stripe_count;
}

std::optional<key_locks::guard::pending_value> key_locks::guard::latest(std::string_view row_key) const {
  const auto& waiting = locks_->stripes_[stripe_].waiting;
  for (auto at = waiting.rbegin(); at != waiting.rend(); ++at) {
    const write_batch& rows = at->change->rows;
    const write_batch::operation& operation = rows.operations()[at->operation];
    if (rows.text(operation.key) != row_key) continue;
    pending_value found{at->change, std::nullopt};
    if (operation.what == write_batch::kind::put) found.row = rows.text(operation.value);
    return found;
  }
  return std::nullopt;
}

void key_locks::guard::reserve() {
  auto& waiting = locks_->stripes_[stripe_].waiting;
  if (waiting.size() == waiting.capacity()) waiting.reserve(2 * waiting.size() + 1);
}

void key_locks::guard::publish(const std::shared_ptr<const prepared_change>& change, std::size_t operation) noexcept {
  locks_->stripes_[stripe_].waiting.push_back({change, operation});
}

void key_locks::withdraw(const prepared_change& change) {
  for (const prepared_change::visible_row& row : change.visible) {
    stripe& in = stripes_[row.stripe];
    const std::scoped_lock held(in.mutex);
    std::erase_if(in.waiting,
                  [&](const pending& p) { return p.change.get() == &change && p.operation == row.operation; });
  }
}

}  // namespace dynamo::engine
