#include <http/server/acceptor.hpp>

#include <dynamo/base/log.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <utility>

#include <sys/resource.h>

namespace dynamo::http {
namespace {

using tcp = boost::asio::ip::tcp;
using boost::system::error_code;

/// After a failure that is likely to last, such as too many open files.
constexpr auto rest_time = std::chrono::milliseconds(100);

result<std::vector<tcp::endpoint>> resolve(boost::asio::io_context& context, const std::string& host,
                                           std::uint16_t port) {
  // The system would take it for every interface.
  if (host.empty()) return fail(errc::invalid_argument, "The address to listen on is empty");
  error_code ec;
  const auto address = boost::asio::ip::make_address(host, ec);
  if (!ec) return std::vector{tcp::endpoint(address, port)};
  tcp::resolver resolver(context);
  std::vector<tcp::endpoint> found;
  for (const auto& entry : resolver.resolve(host, std::to_string(port), tcp::resolver::passive, ec)) {
    found.push_back(entry.endpoint());
  }
  if (ec || found.empty()) {
    return fail(errc::invalid_argument, fmt::format("\"{}\" is no address of this machine: {}", host, ec.message()));
  }
  return found;
}

std::size_t descriptors_max() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return std::numeric_limits<int>::max();
  return static_cast<std::size_t>(std::min<rlim_t>(files.rlim_cur, std::numeric_limits<int>::max()));
}

/// The system hands out the lowest number that is free, so a high one says how many are in use.
bool leaves_descriptors(int newest, std::size_t kept) {
  const std::size_t limit = descriptors_max();
  return static_cast<std::size_t>(newest) < limit - std::min(kept, limit / 2);
}

error_code try_listen(tcp::acceptor& on, const tcp::endpoint& at) {
  error_code ec;
  if (on.open(at.protocol(), ec)) return ec;
  if (on.set_option(tcp::acceptor::reuse_address(true), ec)) return ec;
  if (on.bind(at, ec)) return ec;
  on.listen(boost::asio::socket_base::max_listen_connections, ec);
  return ec;
}

}  // namespace

class acceptor::retry_task final : public timer_task {
 public:
  explicit retry_task(acceptor& of) : context_(of.loops_.front()->shared_context()), of_(of.weak_from_this()) {}
  void run() noexcept override {
    boost::asio::post(*context_, [of = of_] {
      if (const auto again = of.lock()) again->accept();
    });
  }

 private:
  std::shared_ptr<boost::asio::io_context> context_;
  std::weak_ptr<acceptor> of_;
};

acceptor::acceptor(std::vector<std::shared_ptr<loop>> to)
    : loops_(std::move(to)), listening_(loops_.front()->context()) {}

result<void> acceptor::listen(const std::string& host, std::uint16_t port) {
  const auto candidates = resolve(loops_.front()->context(), host, port);
  if (!candidates) return std::unexpected(candidates.error());
  error_code ec;
  for (const tcp::endpoint& at : *candidates) {
    ec = try_listen(listening_, at);
    if (!ec) {
      address_ = listening_.local_endpoint(ec);
      return {};
    }
    error_code ignored;
    listening_.close(ignored);
  }
  if (ec == boost::asio::error::address_in_use) {
    return fail(errc::in_use, fmt::format("Port {} of {} is in use by another program", port, host));
  }
  return fail(errc::unavailable, fmt::format("Cannot listen on port {} of {}: {}", port, host, ec.message()));
}

void acceptor::accept() {
  if (!listening_.is_open()) return;
  const auto& at = loops_[next_++ % loops_.size()];
  listening_.async_accept(at->context(), [self = shared_from_this(), at](const error_code& ec, tcp::socket socket) {
    self->accepted(ec, at, std::move(socket));
  });
}

void acceptor::accepted(const error_code& ec, const std::shared_ptr<loop>& at, tcp::socket socket) {
  if (!listening_.is_open()) return;  // the socket closes itself
  if (ec == boost::asio::error::connection_aborted) return accept();
  if (ec) {
    if (!std::exchange(complained_, true)) log(log_level::warning, "No connection can be accepted: " + ec.message());
    return rest();
  }
  complained_ = false;
  listener_shared& shared = at->shared();
  const bool admitted =
      leaves_descriptors(socket.native_handle(), shared.options.descriptors_kept) && shared.connections.take(1);
  if (admitted || shared.refused.take(1)) {
    boost::asio::post(at->context(),
                      [at, admitted, s = std::move(socket)]() mutable { at->adopt(std::move(s), admitted); });
  }
  accept();
}

void acceptor::rest() {
  const auto again = std::make_shared<retry_task>(*this);
  if (!loops_.front()->shared().time.after(rest_time, again)) accept();
}

void acceptor::close() {
  error_code ignored;
  listening_.close(ignored);
}

}  // namespace dynamo::http
