#include "stub_server.hpp"

#include <dynamo/http/detail/crc32.hpp>

#include <support/loopback.hpp>
#include <support/tls_peer.hpp>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dynamo::bench {
namespace {

using testing_support::identity;
using testing_support::tls_server;

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

int listening(std::uint16_t& port) {
  const int on = testing_support::bound_to_loopback(port);
  if (::listen(on, 128) != 0) give_up("listen");
  return on;
}

void no_delay(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/// With as many fields as DynamoDB sends.
std::string response_of(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nServer: Server\r\nDate: Sat, 28 Nov 2026 12:00:00 GMT\r\nContent-Type: "
         "application/x-amz-json-1.0\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\nConnection: keep-alive\r\nx-amzn-RequestId: " + std::string(52, 'A') +
         "\r\nx-amz-crc32: " + std::to_string(http::crc32(body)) + "\r\n\r\n" + body;
}

struct responses {
  explicit responses(const stub_server::bodies& of)
      : get_item(response_of(of.get_item)), put_item(response_of(of.put_item)), query(response_of(of.query)) {}
  const std::string& to(std::string_view head) const {
    if (head.find(".GetItem") != head.npos) return get_item;
    return head.find(".Query") != head.npos ? query : put_item;
  }
  std::string get_item, put_item, query;
};

/// Where a header field's value begins, whatever case its name has ("\r\ncontent-length:").
std::size_t value_of(std::string_view head, std::string_view name_in_lower_case) {
  const auto found = std::search(head.begin(), head.end(), name_in_lower_case.begin(), name_in_lower_case.end(),
                                 [](char in_head, char wanted) {
                                   return (in_head >= 'A' && in_head <= 'Z' ? in_head - 'A' + 'a' : in_head) == wanted;
                                 });
  return found == head.end() ? head.npos : static_cast<std::size_t>(found - head.begin()) + name_in_lower_case.size();
}

/// What was received on one connection, and what it says.
class connection {
 public:
  connection(int socket, const tls_server* tls) : socket_(socket) {
    if (tls != nullptr) tls_.emplace(*tls);
  }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection() { ::close(socket_); }

  /// False when the client has gone.
  bool answer(const responses& all) {
    std::array<char, 65'536> bytes;
    const auto got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (got <= 0) return false;
    const std::string_view came(bytes.data(), static_cast<std::size_t>(got));
    if (!tls_) {
      held_ += came;
    } else {
      tls_->receive(came);
      held_ += tls_->take_heard();
    }
    std::string out;
    while (const std::size_t size = size_of_request()) {
      const std::string& response = all.to(std::string_view(held_).substr(0, size));
      if (tls_) {
        tls_->say(response);
      } else {
        out += response;
      }
      held_.erase(0, size);
    }
    return send(tls_ ? tls_->take_outgoing() : out);
  }

 private:
  /// 0: it has not come whole.
  std::size_t size_of_request() const {
    const std::size_t end = held_.find("\r\n\r\n"), length = value_of(held_, "\r\ncontent-length:");
    if (end == held_.npos || length == held_.npos) return 0;
    const std::size_t size = end + 4 + static_cast<std::size_t>(std::atoll(held_.c_str() + length));
    return held_.size() < size ? 0 : size;
  }
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  int socket_;
  std::optional<testing_support::tls_peer> tls_;
  std::string held_;
};

/// One thread, as a server that is busy has it: a client need not wake it for each request.
[[noreturn]] void serve(int plain_on, int tls_on, const responses& all, const tls_server& tls) {
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  std::map<int, std::unique_ptr<connection>> open;
  const auto watch = [poll](int socket) {
    epoll_event wanted{EPOLLIN, {}};
    wanted.data.fd = socket;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, socket, &wanted);
  };
  watch(plain_on);
  watch(tls_on);
  std::array<epoll_event, 64> events;
  for (;;) {
    const int ready = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < ready; ++i) {
      const int which = events[static_cast<std::size_t>(i)].data.fd;
      if (which == plain_on || which == tls_on) {
        const int socket = ::accept4(which, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) continue;
        no_delay(socket);
        open.emplace(socket, std::make_unique<connection>(socket, which == tls_on ? &tls : nullptr));
        watch(socket);
      } else if (!open.at(which)->answer(all)) {
        open.erase(which);
      }
    }
  }
}

}  // namespace

stub_server::stub_server(const bodies& of, const std::string& authority_file) {
  const int on = listening(port_);
  const int tls_on = listening(tls_port_);
  const identity authority = identity::authority("benchmarks");
  const identity who(testing_support::certificate_options("DNS:localhost"), authority);
  std::ofstream(authority_file) << authority.pem();
  child_ = ::fork();
  if (child_ < 0) give_up("fork");
  if (child_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::signal(SIGPIPE, SIG_IGN);
    const responses all(of);
    const tls_server tls(who);
    serve(on, tls_on, all, tls);
  }
  ::close(on);
  ::close(tls_on);
}

stub_server::~stub_server() {
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
}

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in at = testing_support::on_loopback(port);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) give_up("connect");
  no_delay(socket);
  return socket;
}

}  // namespace dynamo::bench
