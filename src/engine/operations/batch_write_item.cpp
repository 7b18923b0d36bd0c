// BatchWriteItem, for a caller that waits and for one that does not.
#include "batch_write.hpp"
#include "operations.hpp"

#include <memory>
#include <utility>

namespace dynamo::engine {

result<reply> batch_write_item(engine_core& core, const request& r) {
  auto p = read_batch_write_item(r, core.options.wording);
  if (!p) return std::unexpected(p.error());
  batch_write batch(core, *std::move(p));
  if (auto valid = batch.check(); !valid) return std::unexpected(valid.error());
  return run_batch(core, batch);
}

void batch_write_item(engine_core& core, const request& r, reply_sink& sink) {
  auto p = read_batch_write_item(r, core.options.wording);
  if (!p) return sink.complete(std::unexpected(p.error()));
  auto batch = std::make_unique<batch_write>(core, *std::move(p));
  if (auto valid = batch->check(); !valid) return sink.complete(std::unexpected(valid.error()));
  start_batch(core, std::move(batch), sink);
}

}  // namespace dynamo::engine
