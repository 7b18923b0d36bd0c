#include "batched_writes.hpp"

#include "write_list.hpp"

#include <atomic>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

/// Waits for writes that were enqueued without a sink; also if the batch throws on its way, so that they are settled by then.
class queued_writes {
 public:
  queued_writes(engine_core& core, batched_writes& batch) : core_(core), batch_(batch) {
    queued_.reserve(batch.size());
  }
  queued_writes(const queued_writes&) = delete;
  queued_writes& operator=(const queued_writes&) = delete;
  ~queued_writes() { settle(); }

  void add(std::size_t which) { queued_.push_back(which); }
  void settle() {
    for (const std::size_t which : queued_) batch_.settle(which, wait_for_answer(core_, batch_.change(which)));
    queued_.clear();
  }

 private:
  engine_core& core_;
  batched_writes& batch_;
  std::vector<std::size_t> queued_;
};

/// A batch whose caller does not wait. Tells the caller's sink after the last write, and is gone.
class batch_under_way {
 public:
  batch_under_way(engine_core& core, std::unique_ptr<batched_writes> batch, reply_sink& told)
      : core_(core), batch_(std::move(batch)), told_(told), sinks_(batch_->size()) {
    for (std::size_t which = 0; which < sinks_.size(); ++which) sinks_[which].set(*this, which);
  }

  // From here on the sink is told, whatever happens.
  void run() noexcept {
    bool queued = false;
    for (std::size_t which = 0; which < sinks_.size(); ++which) {
      if (!batch_->is_settled(which) && enqueue(which)) queued = true;
    }
    if (queued) core_.commits->ensure_leader();
    settle_one();
  }

 private:
  /// The sink of one write.
  class member_sink final : public reply_sink {
   public:
    void set(batch_under_way& of, std::size_t which) {
      of_ = &of;
      which_ = which;
    }
    void complete(result<reply> came) noexcept override {
      of_->batch_->settle(which_, std::move(came));
      of_->settle_one();
    }

   private:
    batch_under_way* of_ = nullptr;
    std::size_t which_ = 0;
  };

  bool enqueue(std::size_t which) noexcept {
    if (!core_.commits->try_reserve()) {
      batch_->leave(which);
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
    const std::unique_ptr<batch_under_way> ended(this);
    told_.complete(batch_->answer());
  }

  engine_core& core_;
  const std::unique_ptr<batched_writes> batch_;
  reply_sink& told_;
  std::vector<member_sink> sinks_;
  std::atomic<std::size_t> left_ = 1;  // writes, and run()
};

}  // namespace

result<reply> run_batch(engine_core& core, batched_writes& batch) {
  queued_writes waiting(core, batch);
  for (std::size_t which = 0; which < batch.size(); ++which) {
    if (batch.is_settled(which)) continue;
    core.commits->reserve();
    if (batch.begin(which, nullptr)) waiting.add(which);
  }
  waiting.settle();
  return batch.answer();
}

void start_batch(engine_core& core, std::unique_ptr<batched_writes> batch, reply_sink& told) {
  auto under_way = std::make_unique<batch_under_way>(core, std::move(batch), told);
  under_way.release()->run();
}

}  // namespace dynamo::engine
