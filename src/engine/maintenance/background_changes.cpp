#include "background_changes.hpp"

namespace dynamo::engine {

background_changes::verdict background_changes::enqueue(const std::shared_ptr<background_change>& change) {
  if (!commits_.try_reserve()) return verdict::full;
  queue_slot slot(commits_);
  return enqueue(change, slot);
}

background_changes::verdict background_changes::enqueue(const std::shared_ptr<background_change>& change,
                                                        queue_slot& slot) {
  change->unsettled_ = unsettled_;
  unsettled_->fetch_add(1, std::memory_order_relaxed);  // before: it may be settled at once
  const committer::verdict came = commits_.enqueue(change);
  if (came == committer::verdict::queued) {
    slot.use();
    return verdict::queued;
  }
  change->settle();
  switch (came) {
    case committer::verdict::stale: return verdict::stale;
    case committer::verdict::refused: return verdict::refused;
    case committer::verdict::queued:
    case committer::verdict::no_thread: break;
  }
  return verdict::full;
}

}  // namespace dynamo::engine
