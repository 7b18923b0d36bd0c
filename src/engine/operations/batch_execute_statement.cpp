// BatchExecuteStatement, for a caller that waits and for one that does not.
#include "operations.hpp"
#include "statement_batch.hpp"

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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

/// Waits for writes that were enqueued without a sink; also if the batch throws on its way, so that they are settled by then.
class queued_statements {
 public:
  queued_statements(committer& commits, statement_batch& batch) : commits_(commits), batch_(batch) {
    queued_.reserve(batch.size());
  }
  queued_statements(const queued_statements&) = delete;
  queued_statements& operator=(const queued_statements&) = delete;
  ~queued_statements() { settle(); }

  void add(std::size_t which) { queued_.push_back(which); }
  void settle() {
    for (const std::size_t which : queued_) {
      prepared_change& change = batch_.change(which);
      if (auto committed = commits_.wait(change); !committed) {
        batch_.settle(which, std::unexpected(committed.error()));
      } else if (change.answer_error) {
        batch_.settle(which, std::unexpected(*change.answer_error));
      } else {
        batch_.settle(which, std::move(change.answer));
      }
    }
    queued_.clear();
  }

 private:
  committer& commits_;
  statement_batch& batch_;
  std::vector<std::size_t> queued_;
};

/// Writes whose caller does not wait. Tells the caller's sink after the last one, and is gone.
class statements_under_way {
 public:
  static void start(engine_core& core, std::unique_ptr<statement_batch> batch, reply_sink& told) {
    std::unique_ptr<statements_under_way> made(new statements_under_way(core, std::move(batch), told));
    made.release()->run();
  }

 private:
  /// The sink of one write.
  class member_sink final : public reply_sink {
   public:
    void set(statements_under_way& of, std::size_t which) {
      of_ = &of;
      which_ = which;
    }
    void complete(result<reply> came) noexcept override {
      of_->batch_->settle(which_, std::move(came));
      of_->settle_one();
    }

   private:
    statements_under_way* of_ = nullptr;
    std::size_t which_ = 0;
  };

  statements_under_way(engine_core& core, std::unique_ptr<statement_batch> batch, reply_sink& told)
      : core_(core), batch_(std::move(batch)), told_(told), sinks_(batch_->size()) {
    for (std::size_t which = 0; which < sinks_.size(); ++which) sinks_[which].set(*this, which);
  }

  // From here on the sink is told, whatever happens.
  void run() noexcept {
    bool queued = false;
    for (std::size_t which = 0; which < batch_->size(); ++which) {
      if (!batch_->is_settled(which) && enqueue(which)) queued = true;
    }
    if (queued) core_.commits->ensure_leader();
    settle_one();
  }

  bool enqueue(std::size_t which) noexcept {
    if (!core_.commits->try_reserve()) {
      batch_->settle(which, fail(errc::throttled, "The commit queue is full; try again"));
      return false;
    }
    left_.fetch_add(1, std::memory_order_relaxed);
    bool queued = false;
    try {
      queued = batch_->begin(which, &sinks_[which]);
    } catch (const std::exception& e) {
      batch_->settle(which, fail(errc::internal_server_error, std::string("A batch stopped half way: ") + e.what()));
    }
    if (!queued) left_.fetch_sub(1, std::memory_order_relaxed);
    return queued;
  }

  void settle_one() noexcept {
    if (left_.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
    const std::unique_ptr<statements_under_way> ended(this);
    told_.complete(batch_->answer());
  }

  engine_core& core_;
  const std::unique_ptr<statement_batch> batch_;
  reply_sink& told_;
  std::vector<member_sink> sinks_;
  std::atomic<std::size_t> left_ = 1;  // writes, and run()
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
  queued_statements waiting(*core.commits, **batch);
  for (std::size_t which = 0; which < (*batch)->size(); ++which) {
    if ((*batch)->is_settled(which)) continue;
    core.commits->reserve();
    if ((*batch)->begin(which, nullptr)) waiting.add(which);
  }
  waiting.settle();
  return (*batch)->answer();
}

void batch_execute_statement(engine_core& core, const request& r, reply_sink& sink) {
  auto batch = read_batch(core, r);
  if (!batch) return sink.complete(std::unexpected(batch.error()));
  if ((*batch)->reads()) return core.long_reads.start(std::make_unique<statement_reads>(*std::move(batch)), sink);
  statements_under_way::start(core, *std::move(batch), sink);
}

}  // namespace dynamo::engine
