// BatchExecuteStatement, for a caller that waits and for one that does not.
#include "operations.hpp"
#include "statement_batch.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace dynamo::engine {
namespace {

/// Reads a statement after the other: each reads one item.
class statement_reads final : public long_read {
 public:
  explicit statement_reads(std::unique_ptr<statement_batch> batch) : batch_(std::move(batch)) {}

  std::optional<result<reply>> run_slice() override {
    for (std::size_t left = statements_of_a_slice; next_ < batch_->size(); ++next_) {
      if (batch_->is_settled(next_)) continue;
      if (left-- == 0) return std::nullopt;
      batch_->read(next_);
    }
    return batch_->answer();
  }

 private:
  static constexpr std::size_t statements_of_a_slice = 5;  // an item has up to 400 KB

  const std::unique_ptr<statement_batch> batch_;
  std::size_t next_ = 0;
};

result<std::unique_ptr<statement_batch>> read_batch(engine_core& core, const request& r) {
  auto p = read_batch_execute_statement(r);
  if (!p) return std::unexpected(p.error());
  return statement_batch::make(core, *std::move(p));
}

}  // namespace

result<reply> batch_execute_statement(engine_core& core, const request& r) {
  auto batch = read_batch(core, r);
  if (!batch) return std::unexpected(batch.error());
  if ((*batch)->reads()) {
    statement_reads reading(*std::move(batch));
    return run_to_end(reading);
  }
  return run_batch(core, **batch);
}

void batch_execute_statement(engine_core& core, const request& r, reply_sink& sink) {
  auto batch = read_batch(core, r);
  if (!batch) return sink.complete(std::unexpected(batch.error()));
  if ((*batch)->reads()) return core.long_reads.start(std::make_unique<statement_reads>(*std::move(batch)), sink);
  start_batch(core, *std::move(batch), sink);
}

}  // namespace dynamo::engine
