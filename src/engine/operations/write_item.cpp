// PutItem, UpdateItem and DeleteItem, for a caller that waits and for one that does not.
#include "operations.hpp"
#include "write_list.hpp"

#include <memory>
#include <utility>

namespace dynamo::engine {

namespace {

auto enqueuer(engine_core& core, const write_parameters& p, const std::shared_ptr<prepared_change>& change) {
  return [&core, &p, &change](queue_slot& slot) {
    write_list list(core, change);
    list.add(p);
    return enqueue_one(list, *change, slot, write_response);
  };
}

}  // namespace

result<reply> write_item(engine_core& core, const request& r) {
  const auto change = std::make_shared<prepared_change>();
  const auto parameters = read_write_item(r, change->rows, core.options.wording);
  if (!parameters) return std::unexpected(parameters.error());
  return run_write(core, *change, enqueuer(core, *parameters, change));
}

void write_item(engine_core& core, const request& r, reply_sink& sink) {
  const auto change = std::make_shared<prepared_change>();
  const auto parameters = read_write_item(r, change->rows, core.options.wording);
  if (!parameters) return sink.complete(std::unexpected(parameters.error()));
  start_write(core, *change, sink, enqueuer(core, *parameters, change));
}

}  // namespace dynamo::engine
