#include <dynamo/http/listener.hpp>

#include <boost/asio/post.hpp>
#include <fmt/core.h>
#include <http/server/acceptor.hpp>
#include <http/server/loop.hpp>

#include <algorithm>
#include <exception>
#include <future>
#include <utility>
#include <vector>

namespace dynamo::http {
namespace {

unsigned thread_count(unsigned wanted) {
  return std::clamp(wanted == 0 ? std::thread::hardware_concurrency() : wanted, 1u, listener_options::threads_max);
}

class cut_off_task final : public timer_task {
 public:
  explicit cut_off_task(const std::vector<std::shared_ptr<loop>>& loops) {
    for (const auto& each : loops) loops_.push_back({each->shared_context(), each});
  }
  void run() noexcept override {
    for (const auto& each : loops_) {
      boost::asio::post(*each.context, [weak = each.at] {
        if (const auto cut = weak.lock()) cut->cut_off();
      });
    }
  }

 private:
  struct place {
    std::shared_ptr<boost::asio::io_context> context;
    std::weak_ptr<loop> at;
  };
  std::vector<place> loops_;
};

}  // namespace

class listener::state {
 public:
  state(const listener_options& options, std::shared_ptr<handler> h)
      : shared_(std::make_shared<listener_shared>(options, std::move(h))) {
    for (unsigned i = 0; i < thread_count(options.threads); ++i) loops_.push_back(std::make_shared<loop>(shared_));
    acceptor_ = std::make_shared<acceptor>(loops_);
  }
  ~state() { stop(std::chrono::milliseconds(0)); }

  result<void> listen() { return acceptor_->listen(shared_->options.host, shared_->options.port); }
  void start() {
    for (const auto& each : loops_) {
      each->start();
      started_ = true;
    }
    boost::asio::post(loops_.front()->context(), [a = acceptor_] { a->accept(); });
  }

  std::uint16_t port() const { return acceptor_->address().port(); }
  std::string url() const {
    const auto address = acceptor_->address().address();
    if (address.is_v6()) return fmt::format("http://[{}]:{}", address.to_string(), port());
    return fmt::format("http://{}:{}", address.to_string(), port());
  }
  std::size_t connections() const { return shared_->options.connections_max - shared_->connections.left(); }

  void stop(std::chrono::milliseconds grace_period) {
    if (!process_.is_this() || !std::exchange(started_, false)) return;
    // First of all nothing new: a connection that was dealt out is in its loop's queue before the loop is told to end.
    std::promise<void> closed;
    boost::asio::post(loops_.front()->context(), [&] {
      acceptor_->close();
      closed.set_value();
    });
    closed.get_future().wait();
    for (const auto& each : loops_) boost::asio::post(each->context(), [each] { each->drain(); });
    const auto task = std::make_shared<cut_off_task>(loops_);
    timer_ticket ticket;
    if (grace_period.count() > 0) ticket = shared_->time.after(grace_period, task);
    if (!ticket) task->run();
    for (const auto& each : loops_) each->join();
    if (ticket) shared_->time.cancel(ticket);
    shared_->exchanges
        ->wait_for_none();  // the last answers are posted, but the threads that posted them may not be done
  }

 private:
  const own_process process_;
  std::shared_ptr<listener_shared> shared_;
  std::vector<std::shared_ptr<loop>> loops_;
  std::shared_ptr<acceptor> acceptor_;
  bool started_ = false;
};

listener::listener(owned s) noexcept : state_(std::move(s)) {}
listener::listener(listener&&) noexcept = default;
listener& listener::operator=(listener&&) noexcept = default;
listener::~listener() = default;

result<listener> listener::open(const listener_options& options, std::shared_ptr<handler> h) {
  try {
    owned made(new state(options, std::move(h)));
    if (auto listening = made->listen(); !listening) return std::unexpected(listening.error());
    made->start();
    return listener(std::move(made));
  } catch (const std::exception& e) {  // no more threads or files
    return fail(errc::unavailable, fmt::format("Cannot serve HTTP: {}", e.what()));
  }
}

std::uint16_t listener::port() const noexcept { return state_->port(); }
std::string listener::url() const { return state_->url(); }
std::size_t listener::connections() const noexcept { return state_->connections(); }
void listener::stop(std::chrono::milliseconds grace_period) { state_->stop(grace_period); }

}  // namespace dynamo::http
