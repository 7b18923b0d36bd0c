#include <http/exchange/stream_socket.hpp>

#include <array>
#include <cerrno>
#include <system_error>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace dynamo::http {
namespace {

/// A signal that interrupts a call is none of its problems.
int problem_of_call() noexcept { return errno == EINTR || errno == EWOULDBLOCK ? EAGAIN : errno; }

}  // namespace

int stream_socket::connect(const socket_address& to) noexcept {
  close();
  descriptor_ = ::socket(to.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) return errno;
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(descriptor_, to.get(), to.size) == 0) return 0;
  return errno == EINTR ? EINPROGRESS : errno;
}

int stream_socket::connect_outcome() const noexcept {
  int problem = 0;
  socklen_t size = sizeof problem;
  ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &problem, &size);
  return problem;
}

stream_socket::outcome stream_socket::send(std::string_view first, std::string_view second) noexcept {
  std::array<iovec, 2> parts{
      {{const_cast<char*>(first.data()), first.size()}, {const_cast<char*>(second.data()), second.size()}}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  const auto sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
  if (sent < 0) return {0, problem_of_call()};
  return {static_cast<std::size_t>(sent), 0};
}

stream_socket::outcome stream_socket::receive(std::span<char> into) noexcept {
  const auto got = ::recv(descriptor_, into.data(), into.size(), 0);
  if (got < 0) return {0, problem_of_call()};
  return {static_cast<std::size_t>(got), 0};
}

void stream_socket::close() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

std::string words_for_problem(int problem) { return std::generic_category().message(problem); }

std::string words_for_lost_race(std::string problem, std::size_t addresses) {
  if (addresses > 1) problem += ", as the last of " + std::to_string(addresses) + " addresses says";
  return problem;
}

}  // namespace dynamo::http
