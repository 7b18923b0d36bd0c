#pragma once

#include <support/loopback.hpp>
#include <support/scripted_peer.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dynamo::testing_support {

/// A request as it came.
struct asked {
  std::string line;  ///< "GET /path"
  std::string head;
  std::string body;

  /// The value of a field, whose name is given in the letters in which it is sent.
  std::string field(const std::string& name) const {
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const std::size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

inline std::string http_answer(int status, std::string_view body, std::string_view fields = "") {
  return "HTTP/1.1 " + std::to_string(status) + " Said\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(fields) + "\r\n" + std::string(body);
}

/// A server on a port of this machine that answers every request by a function, one after the other. An empty answer is none: nothing more is said
/// until the client has gone. Must outlive its clients' requests.
class http_service {
 public:
  using answerer = std::function<std::string(const asked&)>;

  explicit http_service(answerer by) : by_(std::move(by)), listening_(bound_to_loopback(port_)) {
    ::listen(listening_, 16);
    thread_ = std::thread([this] { serve(); });
  }
  http_service(const http_service&) = delete;
  http_service& operator=(const http_service&) = delete;
  ~http_service() { stop(); }

  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  /// From now on connections are refused.
  void stop() {
    if (!thread_.joinable()) return;
    ::shutdown(listening_, SHUT_RDWR);
    thread_.join();
    ::close(listening_);
  }
  /// From now on requests are answered by another function.
  void answer_by(answerer by) {
    const std::scoped_lock lock(mutex_);
    by_ = std::move(by);
  }
  /// From now on a connection is closed after its first answer, whether that is whole or not.
  void close_after_answers() { closes_ = true; }
  std::vector<asked> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }
  /// How many of them begin with this: "PUT /latest".
  std::ptrdiff_t count(std::string_view line) const {
    const std::scoped_lock lock(mutex_);
    return std::ranges::count_if(requests_, [&](const asked& each) { return each.line.starts_with(line); });
  }

 private:
  void serve() {
    for (;;) {
      const int accepted = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
      if (accepted < 0) return;
      peer_connection connection(accepted);
      while (answer(connection)) {
      }
    }
  }

  bool answer(peer_connection& to) {
    asked request;
    request.head = to.receive_head();
    if (request.head.empty()) return false;
    request.line = request.head.substr(0, request.head.find(" HTTP/"));
    request.body = to.receive(static_cast<std::size_t>(std::atoi(request.field("Content-Length").c_str())));
    answerer by;
    {
      const std::scoped_lock lock(mutex_);
      requests_.push_back(request);
      by = by_;
    }
    const std::string answer = by(request);
    if (answer.empty()) to.wait_for_end();
    return !answer.empty() && to.send(answer) && !closes_;
  }

  mutable std::mutex mutex_;
  answerer by_;
  std::vector<asked> requests_;
  std::atomic<bool> closes_{false};
  std::uint16_t port_ = 0;
  const int listening_;
  std::thread thread_;
};

}  // namespace dynamo::testing_support
