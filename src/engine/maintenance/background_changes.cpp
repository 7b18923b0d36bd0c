#include "background_changes.hpp"

#include <engine/commit/queue_slot.hpp>

namespace dynamo::engine {

background_changes::verdict background_changes::enqueue(const std::shared_ptr<background_change>& change) {
  if (!commits_.try_reserve()) return verdict::full;
  queue_slot slot(commits_);
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
