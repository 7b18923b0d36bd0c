#include "attachment_change.hpp"

#include <engine/commit/queue_slot.hpp>

#include <memory>
#include <utility>

namespace dynamo::engine {
namespace {

void lay_down(prepared_change& change, const std::string& key, const attachment_decision& decided, std::size_t stripe) {
  if (decided.what == attachment_decision::kind::put) {
    change.rows.put(key, decided.row);
  } else {
    change.rows.erase(key);
  }
  change.visible.push_back({0, stripe});
}

}  // namespace

result<void> change_attachment(
    engine_core& core, attachment kind, const std::function<result<attached_resource>()>& find,
    const std::function<result<attachment_decision>(const attached_resource&, std::optional<std::string_view> row)>&
        decide) {
  core.commits->reserve();
  queue_slot slot(*core.commits);
  while (true) {
    const auto resource = find();
    if (!resource) return std::unexpected(resource.error());
    if (auto may = check_changeable(*resource); !may) return may;
    const auto change = std::make_shared<prepared_change>();
    if (resource->table) change->prepared_for.push_back(resource->table->entry);
    const std::string key = attachment_key(core.rows->prefix(), resource->id, kind);
    key_locks::guard lock(core.locks, key_locks::stripe_of(key));
    const auto pending = lock.latest(key);
    std::optional<std::string> stored;
    std::optional<std::string_view> row;
    if (pending) {
      row = pending->row;
    } else {
      auto found = get_attachment(*core.rows, resource->id, kind);
      if (!found) return std::unexpected(found.error());
      stored = *std::move(found);
      if (stored) row = *stored;
    }
    const auto decided = decide(*resource, row);
    const bool writes = decided && decided->what != attachment_decision::kind::keep;
    const auto answer = decided ? result<void>() : std::unexpected(decided.error());
    // What is only told must not outrun the value that it rests on: an empty change takes its place in the queue.
    if (!writes && !pending) return answer;
    if (writes) {
      lay_down(*change, key, *decided, lock.stripe());
      lock.reserve(1);
    }
    const committer::verdict verdict = core.commits->enqueue(change);
    if (verdict == committer::verdict::stale) continue;
    if (verdict != committer::verdict::queued) return read_only(core);
    slot.use();
    if (writes) lock.publish(change, 0);
    lock.release();
    if (auto committed = core.commits->wait(*change); !committed) return committed;
    return answer;
  }
}

}  // namespace dynamo::engine
