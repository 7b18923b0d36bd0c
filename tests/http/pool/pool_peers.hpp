#pragma once

#include "counting_peer.hpp"

#include <http/pool/client_pool.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <expected>
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

namespace dynamo::http {

inline address here(const counting_peer& peer) { return {"127.0.0.1", peer.port()}; }

inline std::string get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: here\r\n\r\n";
}

inline std::string text_of(const std::expected<client_response, exchange_failure>& got) {
  if (got) return std::to_string(got->status) + " " + std::string(got->body.view());
  const exchange_failure& why = got.error();
  return std::string(to_string(why.code)) + " in " + std::string(to_string(why.phase)) + (why.sent ? ", sent" : "") +
         (why.stale ? ", stale" : "") + ": " + why.message;
}

inline client_pool_options at_most(std::size_t connections, std::size_t waiters = 100) {
  client_pool_options o;
  o.connections.connections_max = connections;
  o.connections.waiters_max = waiters;
  return o;
}

/// Waits for what another thread is about to do.
template <class Condition>
void wait_until(Condition holds) {
  while (!holds()) std::this_thread::yield();
}
inline void wait_for_waiters(const client_pool& pool, std::size_t count) {
  wait_until([&] { return pool.counts().waiters == count; });
}

/// Keeps what it is asked until it may answer.
class holding_peer {
 public:
  counting_peer::script script() {
    return [this](testing_support::peer_connection& to, std::size_t) {
      for (std::string head = to.receive_head(); !head.empty(); head = to.receive_head()) {
        const std::string target = counting_peer::target_of(head);
        std::unique_lock lock(mutex_);
        asked_.push_back(target);
        changed_.notify_all();
        changed_.wait(lock, [&] { return answers_ > 0; });
        --answers_;
        lock.unlock();
        to.send(ok_response(target));
      }
    };
  }
  void wait_until_asked(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asked_.size() >= count; });
  }
  std::vector<std::string> asked() {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }
  void answer(std::size_t count = 1) {
    const std::scoped_lock lock(mutex_);
    answers_ += count;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> asked_;
  std::size_t answers_ = 0;
};

/// A port of this machine that takes no connection: it refuses them, or it never says anything.
class closed_port {
 public:
  enum class kind : std::uint8_t { refuses, says_nothing };

  explicit closed_port(kind k) : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    where_.sin_family = AF_INET;
    where_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where_;
    ::bind(listening_, reinterpret_cast<const sockaddr*>(&where_), size);
    ::getsockname(listening_, reinterpret_cast<sockaddr*>(&where_), &size);
    if (k == kind::refuses) return;
    // A queue that is full takes no more connections, and the system drops their first packet.
    ::listen(listening_, 0);
    for (int i = 0; i < 3; ++i) {
      waiting_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      [[maybe_unused]] const int begun =
          ::connect(waiting_.back(), reinterpret_cast<const sockaddr*>(&where_), sizeof where_);
    }
  }
  closed_port(const closed_port&) = delete;
  closed_port& operator=(const closed_port&) = delete;
  ~closed_port() {
    for (const int each : waiting_) ::close(each);
    ::close(listening_);
  }
  socket_address where() const { return {reinterpret_cast<const sockaddr*>(&where_), sizeof where_}; }
  address named() const { return {"127.0.0.1", ntohs(where_.sin_port)}; }

 private:
  int listening_;
  sockaddr_in where_{};
  std::vector<int> waiting_;
};

}  // namespace dynamo::http
