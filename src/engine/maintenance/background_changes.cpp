#include "background_changes.hpp"

#include <engine/commit/queue_slot.hpp>

namespace dynamo::engine {
namespace {

class ignoring_sink final : public reply_sink {
 public:
  void complete(result<reply>) noexcept override {}
};
ignoring_sink no_sink;

}  // namespace

// Changes are settled in the order in which they were enqueued.
bool background_changes::under_way() const noexcept {
  if (!last_) return false;
  const auto progress = last_->progress.load(std::memory_order_acquire);
  return progress != prepared_change::state::committed && progress != prepared_change::state::lost;
}

background_changes::verdict background_changes::enqueue(const std::shared_ptr<prepared_change>& change) {
  if (!commits_.try_reserve()) return verdict::full;
  queue_slot slot(commits_);
  change->sink = &no_sink;
  switch (commits_.enqueue(change)) {
    case committer::verdict::queued: break;
    case committer::verdict::stale: return verdict::stale;
    case committer::verdict::refused: return verdict::refused;
    case committer::verdict::no_thread: return verdict::full;
  }
  slot.use();
  last_ = change;
  return verdict::queued;
}

}  // namespace dynamo::engine
