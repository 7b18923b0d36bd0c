#include <dynamo/remote/event_loop_of.hpp>

#include <boost/asio/execution_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <unistd.h>

namespace dynamo {
namespace {

namespace asio = boost::asio;

/// Waits for one descriptor on an executor, for as long as its context lives.
class executor_loop final : public event_loop {
 public:
  explicit executor_loop(asio::any_io_executor on) : on_(std::move(on)) {}

  void when_readable(int descriptor, std::shared_ptr<timer_task> task) override {
    const std::scoped_lock lock(mutex_);
    if (ended_) return;
    if (!waits_) {                        // the first time, or after forget()
      const int own = ::dup(descriptor);  // Asio closes what it waits for
      if (own < 0) return;
      waits_.emplace(on_, own);
    }
    waits_->async_wait(asio::posix::descriptor_base::wait_read,
                       [task = std::move(task)](const boost::system::error_code& wrong) {
                         if (!wrong) task->run();
                       });
  }
  void forget() noexcept override {
    std::optional<asio::posix::stream_descriptor> gone;
    const std::scoped_lock lock(mutex_);
    std::swap(gone, waits_);
  }
  /// The context is going: nothing of this may touch it afterwards.
  void end() noexcept {
    std::optional<asio::posix::stream_descriptor> gone;
    {
      const std::scoped_lock lock(mutex_);
      ended_ = true;
      std::swap(gone, waits_);
    }
    gone.reset();
    on_ = {};
  }

 private:
  asio::any_io_executor on_;
  std::mutex mutex_;  // of what follows
  std::optional<asio::posix::stream_descriptor> waits_;
  bool ended_ = false;
};

/// Tells the loops of a context when it goes.
class executor_loops final : public asio::execution_context::service {
 public:
  static inline asio::execution_context::id id;

  explicit executor_loops(asio::execution_context& context) : service(context) {}
  void add(const std::shared_ptr<executor_loop>& one) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(all_, [](const auto& each) { return each.expired(); });
    all_.push_back(one);
  }

 private:
  void shutdown() noexcept override {
    std::unique_lock lock(mutex_);
    const auto all = std::move(all_);
    lock.unlock();
    for (const auto& each : all) {
      if (const auto loop = each.lock()) loop->end();
    }
  }

  std::mutex mutex_;
  std::vector<std::weak_ptr<executor_loop>> all_;
};

}  // namespace

std::shared_ptr<event_loop> event_loop_of(const asio::any_io_executor& on) {
  // Asio's own service comes first, so that it goes last.
  const asio::posix::stream_descriptor first(on);
  auto made = std::make_shared<executor_loop>(on);
  asio::use_service<executor_loops>(asio::query(on, asio::execution::context)).add(made);
  return made;
}

}  // namespace dynamo
