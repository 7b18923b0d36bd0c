#include <http/client/blocking_socket.hpp>

#include <fmt/core.h>

#include <array>
#include <cerrno>
#include <system_error>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace dynamo::http {
namespace {

std::unexpected<error> no_connection(const address& to, std::string_view why) {
  return fail(errc::unavailable, fmt::format("Cannot connect to {}: {}", to.text(), why));
}
std::string words_for(int problem) { return std::generic_category().message(problem); }

struct release {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using address_list = std::unique_ptr<addrinfo, release>;

}  // namespace

void blocking_socket::close() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

bool blocking_socket::is_stale() const noexcept {
  char byte = 0;
  const auto got = ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || (errno != EAGAIN && errno != EINTR);
}

result<void> blocking_socket::connect(const address& to, bool heeds_cancel) {
  close();
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int wrong = ::getaddrinfo(to.host.c_str(), std::to_string(to.port).c_str(), &wanted, &found); wrong != 0) {
    return no_connection(to, ::gai_strerror(wrong));
  }
  const address_list all(found);
  result<void> made = no_connection(to, "the name has no address");
  for (const addrinfo* each = all.get(); each != nullptr; each = each->ai_next) {
    made = connect_one(*each, to, heeds_cancel);
    if (made || made.error().code() != errc::unavailable) break;
  }
  if (!made) close();
  return made;
}

result<void> blocking_socket::connect_one(const addrinfo& to, const address& named, bool heeds_cancel) {
  close();
  descriptor_ = ::socket(to.ai_family, to.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, to.ai_protocol);
  if (descriptor_ < 0) return no_connection(named, words_for(errno));
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(descriptor_, to.ai_addr, to.ai_addrlen) == 0) return {};
  if (errno != EINPROGRESS && errno != EINTR) return no_connection(named, words_for(errno));
  switch (poll(POLLOUT, heeds_cancel)) {
    case wake::expired:
      return fail(errc::timed_out, fmt::format("Cannot connect to {}: it did not answer in time", named.text()));
    case wake::cancelled: return fail(errc::cancelled, "The request was cancelled before it was sent");
    default: break;
  }
  int problem = 0;
  socklen_t size = sizeof problem;
  ::getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &problem, &size);
  if (problem != 0) return no_connection(named, words_for(problem));
  return {};
}

blocking_socket::wake blocking_socket::wait(bool to_send_too, bool heeds_cancel) {
  return poll(to_send_too ? POLLIN | POLLOUT : POLLIN, heeds_cancel);
}

blocking_socket::wake blocking_socket::poll(short events, bool heeds_cancel) {
  for (;;) {
    if (alarm_->expired()) return wake::expired;
    if (heeds_cancel && alarm_->cancelled()) return wake::cancelled;
    std::array<pollfd, 2> waited{{{descriptor_, events, 0}, {alarm_->descriptor(), POLLIN, 0}}};
    if (::poll(waited.data(), waited.size(), -1) < 0) continue;  // a signal
    if (waited[1].revents != 0) {                                // the flags say what it was; it may be nothing to us
      alarm_->drain();
      continue;
    }
    // An error is told by the next receive or send.
    if ((events & POLLIN) != 0 && (waited[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) return wake::readable;
    if (waited[0].revents != 0) return wake::writable;
  }
}

blocking_socket::transfer blocking_socket::send(std::string_view first, std::string_view second) noexcept {
  std::array<iovec, 2> parts{
      {{const_cast<char*>(first.data()), first.size()}, {const_cast<char*>(second.data()), second.size()}}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  const auto sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
  if (sent >= 0) return {static_cast<std::size_t>(sent), 0};
  return {0, errno == EAGAIN || errno == EINTR ? 0 : errno};
}

blocking_socket::transfer blocking_socket::receive(std::span<char> into) noexcept {
  const auto got = ::recv(descriptor_, into.data(), into.size(), 0);
  if (got >= 0) return {static_cast<std::size_t>(got), 0};
  return {0, errno == EINTR ? EAGAIN : errno};
}

}  // namespace dynamo::http
