// PutItem, UpdateItem and DeleteItem, for a caller that waits and for one that does not.
#include "operations.hpp"
#include "write_list.hpp"

#include <memory>
#include <utility>

namespace dynamo::engine {

result<reply> write_item(engine_core& core, const request& r) {
  auto change = std::make_shared<prepared_change>();
  const auto parameters = read_write_item(r, change->rows);
  if (!parameters) return std::unexpected(parameters.error());
  core.commits->reserve();
  queue_slot slot(*core.commits);
  write_list list(core, change);
  list.add(*parameters);
  if (auto known = enqueue_one(list, *change, slot, write_response)) return *std::move(known);
  if (auto committed = core.commits->wait(*change); !committed) return std::unexpected(committed.error());
  if (change->answer_error) return std::unexpected(*std::move(change->answer_error));
  return std::move(change->answer);
}

void write_item(engine_core& core, const request& r, reply_sink& sink) {
  auto change = std::make_shared<prepared_change>();
  const auto parameters = read_write_item(r, change->rows);
  if (!parameters) return sink.complete(std::unexpected(parameters.error()));
  if (!core.commits->try_reserve()) {
    return sink.complete(fail(errc::throttled, "The commit queue is full; try again"));
  }
  std::optional<result<reply>> known;
  {
    queue_slot slot(*core.commits);
    change->sink = &sink;
    write_list list(core, change);
    list.add(*parameters);
    known = enqueue_one(list, *change, slot, write_response);
  }
  if (known) return sink.complete(*std::move(known));
  core.commits->ensure_leader();
}

}  // namespace dynamo::engine
