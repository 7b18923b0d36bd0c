// BatchWriteItem, for a caller that waits and for one that does not.
#include "batch_write.hpp"
#include "operations.hpp"

#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace dynamo::engine {
namespace {

/// Waits for changes that were enqueued without a sink; also if the batch throws on its way, so that they are settled by then.
class waiting_list {
 public:
  waiting_list(committer& commits, batch_write& batch) : commits_(commits), batch_(batch) {
    queued_.reserve(batch.size());
  }
  waiting_list(const waiting_list&) = delete;
  waiting_list& operator=(const waiting_list&) = delete;
  ~waiting_list() { settle(); }

  void add(std::size_t which) { queued_.push_back(which); }
  void settle() {
    for (const std::size_t which : queued_) {
      prepared_change& change = batch_.change(which);
      if (auto committed = commits_.wait(change); !committed) {
        batch_.lose(committed.error());
      } else if (change.answer_error) {
        batch_.lose(*change.answer_error);
      }
    }
    queued_.clear();
  }

 private:
  committer& commits_;
  batch_write& batch_;
  std::vector<std::size_t> queued_;
};

/// A batch whose caller does not wait: the sink of all its changes. Tells the caller's sink after the last one, and is gone.
class batch_under_way final : public reply_sink {
 public:
  static void start(engine_core& core, batch_write_parameters p, reply_sink& told) {
    std::unique_ptr<batch_under_way> made(new batch_under_way(core, std::move(p), told));
    if (auto valid = made->batch_.check(); !valid) return told.complete(std::unexpected(valid.error()));
    made.release()->run();
  }

  void complete(result<reply> came) noexcept override {
    if (!came) {
      const std::scoped_lock held(mutex_);
      if (!loss_) loss_.emplace(came.error());
    }
    settle_one();
  }

 private:
  batch_under_way(engine_core& core, batch_write_parameters p, reply_sink& told)
      : core_(core), batch_(core, std::move(p)), told_(told) {}

  // From the first change on the sink is told, whatever happens.
  void run() noexcept {
    bool queued = false;
    try {
      enqueue_all(queued);
    } catch (const std::exception& e) {
      batch_.lose(fail(errc::internal_server_error, std::string("A batch stopped half way: ") + e.what()).error());
    }
    if (queued) core_.commits->ensure_leader();
    settle_one();
  }

  void enqueue_all(bool& queued) {
    std::size_t which = 0;
    for (; which < batch_.size() && !batch_.is_lost() && core_.commits->try_reserve(); ++which) {
      under_way counted(left_);
      if (!batch_.begin(which, this)) continue;
      counted.stays();
      queued = true;
    }
    for (; which < batch_.size(); ++which) batch_.leave(which);
  }

  void settle_one() noexcept {
    if (left_.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
    const std::unique_ptr<batch_under_way> ended(this);
    if (loss_) batch_.lose(*std::move(loss_));
    told_.complete(batch_.answer());
  }

  /// One that is counted until it turns out not to be queued.
  class under_way {
   public:
    explicit under_way(std::atomic<std::size_t>& left) : left_(&left) { left.fetch_add(1, std::memory_order_relaxed); }
    under_way(const under_way&) = delete;
    under_way& operator=(const under_way&) = delete;
    ~under_way() {
      if (left_ != nullptr) left_->fetch_sub(1, std::memory_order_relaxed);
    }
    void stays() noexcept { left_ = nullptr; }

   private:
    std::atomic<std::size_t>* left_;
  };

  engine_core& core_;
  batch_write batch_;
  reply_sink& told_;
  std::atomic<std::size_t> left_ = 1;  // changes, and run()
  std::mutex mutex_;
  std::optional<error> loss_;
};

}  // namespace

result<reply> batch_write_item(engine_core& core, const request& r) {
  auto p = read_batch_write_item(r);
  if (!p) return std::unexpected(p.error());
  batch_write batch(core, *std::move(p));
  if (auto valid = batch.check(); !valid) return std::unexpected(valid.error());
  waiting_list waiting(*core.commits, batch);
  for (std::size_t which = 0; which < batch.size() && !batch.is_lost(); ++which) {
    core.commits->reserve();
    if (batch.begin(which, nullptr)) waiting.add(which);
  }
  waiting.settle();
  return batch.answer();
}

void batch_write_item(engine_core& core, const request& r, reply_sink& sink) {
  auto p = read_batch_write_item(r);
  if (!p) return sink.complete(std::unexpected(p.error()));
  batch_under_way::start(core, *std::move(p), sink);
}

}  // namespace dynamo::engine
