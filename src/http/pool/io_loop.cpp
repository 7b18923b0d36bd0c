#include <http/pool/io_loop.hpp>

#include <http/pool/loop_core.hpp>

#include <utility>

namespace dynamo::http {
namespace {

/// Stops the loop when the last handle is gone. In a child of fork() it stays as it is.
class last_loop_handle {
 public:
  explicit last_loop_handle(std::shared_ptr<loop_core> of) noexcept : core_(std::move(of)) {}
  void operator()(loop_core*) noexcept {
    if (core_->is_of_this_process()) {
      core_->stop();
    } else {
      new std::shared_ptr<loop_core>(core_);
    }
  }

 private:
  std::shared_ptr<loop_core> core_;
};

}  // namespace

io_loop::io_loop(timer* time, std::shared_ptr<event_loop> host) {
  auto made = std::make_shared<loop_core>(time, std::move(host));
  core_ = std::shared_ptr<loop_core>(made.get(), last_loop_handle(made));
}

void io_loop::stop() noexcept { core_->stop(); }

}  // namespace dynamo::http
