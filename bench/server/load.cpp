#include "load.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dynamo::bench {
namespace {

[[noreturn]] void give_up(const char* why, std::string_view text = {}) {
  std::fprintf(stderr, "%s\n%.*s\n", why, static_cast<int>(text.size()), text.data());
  std::exit(1);
}

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    ::close(socket);
    return -1;
  }
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

/// The size of the response at the front of `text` once its head is there; 0 before.
std::size_t response_size(std::string_view text) {
  const auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  constexpr std::string_view name = "\r\ncontent-length:";
  for (auto at = text.find("\r\n"); at < end; at = text.find("\r\n", at + 2)) {
    if (::strncasecmp(text.data() + at, name.data(), name.size()) != 0) continue;
    return end + 4 + static_cast<std::size_t>(std::strtoull(text.data() + at + name.size(), nullptr, 10));
  }
  give_up("a response without Content-Length", text.substr(0, end));
}

}  // namespace

load::load(std::uint16_t port, unsigned connections)
    : poll_(::epoll_create1(EPOLL_CLOEXEC)), connections_(connections) {
  for (connection& each : connections_) {
    each.socket = connect_to(port);
    if (each.socket < 0) give_up("cannot connect");
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.ptr = &each;
    ::epoll_ctl(poll_, EPOLL_CTL_ADD, each.socket, &wanted);
  }
}

load::~load() {
  for (const connection& each : connections_) ::close(each.socket);
  ::close(poll_);
}

std::uint64_t load::run(const std::vector<std::string>& requests, std::chrono::nanoseconds time, std::uint64_t most) {
  const auto end = std::chrono::steady_clock::now() + time;
  std::uint64_t begun = 0;
  std::uint64_t answered = 0;
  const auto begin_one = [&](connection& on) {
    send(on, requests[next_++ % requests.size()]);
    ++begun;
  };
  for (connection& each : connections_) {
    if (begun < most) begin_one(each);
  }
  bool over = false;
  while (answered < begun) {
    std::array<epoll_event, 64> events{};
    const int ready = ::epoll_wait(poll_, events.data(), events.size(), 30'000);
    if (ready <= 0) give_up("no answer within 30 seconds");
    over = over || std::chrono::steady_clock::now() >= end;
    for (int i = 0; i < ready; ++i) {
      auto& on = *static_cast<connection*>(events[static_cast<std::size_t>(i)].data.ptr);
      if (!receive(on)) continue;
      ++answered;
      if (!over && begun < most) begin_one(on);
    }
  }
  return answered;
}

bool load::receive(connection& on) {
  std::array<char, 65'536> block;
  const ssize_t got = ::recv(on.socket, block.data(), block.size(), 0);
  if (got <= 0) give_up("the server closed a connection");
  // Nearly always a response comes in one piece.
  std::string_view text(block.data(), static_cast<std::size_t>(got));
  if (!on.received.empty()) {
    on.received += text;
    text = on.received;
  }
  const std::size_t size = response_size(text);
  if (size == 0 || text.size() < size) {
    if (on.received.empty()) on.received = text;
    return false;
  }
  if (text.size() > size || text.substr(8, 5) != " 200 ") give_up("not what was expected:", text.substr(0, 1'000));
  on.received.clear();
  return true;
}

void load::send(connection& on, const std::string& request) {
  if (::send(on.socket, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
    give_up("a request could not be sent");
  }
}

std::string load::ask(std::uint16_t port, const std::string& request) {
  const int socket = connect_to(port);
  if (socket < 0) return {};
  std::string all;
  if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    std::array<char, 65'536> block;
    for (ssize_t got = 0; (got = ::recv(socket, block.data(), block.size(), 0)) > 0;) {
      all.append(block.data(), static_cast<std::size_t>(got));
      const std::size_t size = response_size(all);
      if (size != 0 && all.size() >= size) break;
    }
  }
  ::close(socket);
  return all;
}

}  // namespace dynamo::bench
