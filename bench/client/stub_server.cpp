#include "stub_server.hpp"

#include <dynamo/http/detail/crc32.hpp>

#include <support/tls_peer.hpp>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
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
  const int on = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  if (::bind(on, reinterpret_cast<const sockaddr*>(&at), size) != 0 || ::listen(on, 128) != 0) give_up("listen");
  ::getsockname(on, reinterpret_cast<sockaddr*>(&at), &size);
  port = ntohs(at.sin_port);
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

struct plain {
  int socket;
  long receive(char* to, std::size_t room) const { return ::recv(socket, to, room, 0); }
  bool send(std::string_view bytes) const {
    return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }
};

struct encrypted {
  SSL* ssl;
  long receive(char* to, std::size_t room) const { return SSL_read(ssl, to, static_cast<int>(room)); }
  bool send(std::string_view bytes) const { return SSL_write(ssl, bytes.data(), static_cast<int>(bytes.size())) > 0; }
};

template <class Stream>
void answer_all(const Stream& with, const responses& all) {
  std::string held;
  std::array<char, 16'384> bytes;
  for (;;) {
    const auto got = with.receive(bytes.data(), bytes.size());
    if (got <= 0) return;
    held.append(bytes.data(), static_cast<std::size_t>(got));
    for (;;) {
      const std::size_t end = held.find("\r\n\r\n");
      const std::size_t length = held.find("Content-Length: ");
      if (end == held.npos || length == held.npos) break;
      const std::size_t size = end + 4 + static_cast<std::size_t>(std::atoll(held.c_str() + length + 16));
      if (held.size() < size) break;
      if (!with.send(all.to(std::string_view(held).substr(0, end)))) return;
      held.erase(0, size);
    }
  }
}

[[noreturn]] void serve(int on, const responses& all, const tls_server* tls) {
  for (;;) {
    const int socket = ::accept4(on, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    no_delay(socket);
    std::thread([socket, tls, &all] {
      if (tls == nullptr) {
        answer_all(plain{socket}, all);
      } else {
        SSL* const ssl = SSL_new(tls->get());
        SSL_set_fd(ssl, socket);
        if (SSL_accept(ssl) == 1) answer_all(encrypted{ssl}, all);
        SSL_free(ssl);
      }
      ::close(socket);
    }).detach();
  }
}

}  // namespace

stub_server::stub_server(const bodies& of, const std::string& authority_file) {
  const int on = listening(port_);
  const int tls_on = listening(tls_port_);
  const identity authority = identity::authority("benchmarks");
  testing_support::certificate_options wanted;
  wanted.hosts = "DNS:localhost";
  const identity who(wanted, authority);
  std::ofstream(authority_file) << authority.pem();
  child_ = ::fork();
  if (child_ < 0) give_up("fork");
  if (child_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::signal(SIGPIPE, SIG_IGN);
    const responses all(of);
    const tls_server tls(who);
    std::thread([&] { serve(tls_on, all, &tls); }).detach();
    serve(on, all, nullptr);
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
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.sin_port = htons(port);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0) give_up("connect");
  no_delay(socket);
  return socket;
}

}  // namespace dynamo::bench
