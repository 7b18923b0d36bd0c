#include <http/pool/client_pool.hpp>

#include <http/pool/pool_core.hpp>

#include <utility>

namespace dynamo::http {
namespace {

/// Ends the pool when the last handle is gone. In a child of fork() it stays as it is.
class last_handle {
 public:
  explicit last_handle(std::shared_ptr<pool_core> of) noexcept : core_(std::move(of)) {}
  void operator()(pool_core*) noexcept {
    if (core_->is_of_this_process()) {
      core_->end();
    } else {
      new std::shared_ptr<pool_core>(core_);
    }
  }

 private:
  std::shared_ptr<pool_core> core_;
};

}  // namespace

client_pool::client_pool(address to, client_pool_options options) {
  auto made = std::make_shared<pool_core>(std::move(to), std::move(options));
  core_ = std::shared_ptr<pool_core>(made.get(), last_handle(made));
}

std::expected<client_response, exchange_failure> client_pool::send(const exchange_request& r,
                                                                   const std::stop_token& stop) {
  return core_->send(r, stop);
}

void client_pool::start(const exchange_request& r, std::stop_token stop, exchange_sink& sink) {
  core_->start(r, std::move(stop), sink);
}

void client_pool::preconnect(std::size_t idle) { core_->preconnect(idle); }
void client_pool::close() noexcept { core_->close(); }
pool_counts client_pool::counts() const { return core_->counts(); }

}  // namespace dynamo::http
