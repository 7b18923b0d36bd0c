#pragma once

#include "counting_peer.hpp"

#include <http/closed_port.hpp>
#include <http/outcome_text.hpp>
#include <http/pool/client_pool.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <future>
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

/// Ends its first connection once it has answered a request there, and answers with the targets on all others.
inline counting_peer::script closes_the_first_while_idle(std::promise<void>& closed) {
  return [&closed](testing_support::peer_connection& to, std::size_t number) {
    if (number > 0) return counting_peer::answers_with_target(to, number);
    to.receive_head();
    to.send(ok_response("first"));
    to.end_sending();
    closed.set_value();
    to.wait_for_end();
  };
}
/// Answers the first request of each connection with its number, and ends it once it has heard a second one: the host closes a kept connection in
/// the very moment in which it is used again.
inline counting_peer::script breaks_at_the_second_request(std::atomic<std::size_t>& heads) {
  return [&heads](testing_support::peer_connection& to, std::size_t number) {
    for (int i = 0; i < 2; ++i) {
      if (to.receive_head().empty()) return;
      ++heads;
      if (i == 0) to.send(ok_response(std::to_string(number)));
    }
  };
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

}  // namespace dynamo::http
