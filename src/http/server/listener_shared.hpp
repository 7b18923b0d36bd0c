#pragma once

#include <dynamo/http/listener.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace dynamo::http {

/// So many, and no more. Thread-safe.
class budget {
 public:
  explicit budget(std::size_t all) : left_(all) {}
  [[nodiscard]] bool take(std::size_t n) noexcept {
    std::size_t left = left_.load(std::memory_order_relaxed);
    while (left >= n) {
      if (left_.compare_exchange_weak(left, left - n, std::memory_order_relaxed)) return true;
    }
    return false;
  }
  void give_back(std::size_t n) noexcept { left_.fetch_add(n, std::memory_order_relaxed); }
  std::size_t left() const noexcept { return left_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::size_t> left_;
};

/// What all connections of a listener share.
struct listener_shared {
  /// So many peers beyond the limit are told so at one time; others are just closed.
  static constexpr std::size_t refused_max = 64;
  /// A body of this size, of a request or a response, is not counted: connections_max of them are little.
  static constexpr std::size_t small_body_max = 65'536;

  listener_shared(const listener_options& o, std::shared_ptr<handler> h)
      : options(o),
        handles(std::move(h)),
        time(o.time != nullptr ? *o.time : system_timer()),
        wall(o.wall != nullptr ? *o.wall : system_clock()),
        connections(o.connections_max),
        refused(refused_max),
        bodies(o.bodies_size_max),
        responses(o.responses_size_max) {}

  const listener_options options;
  const std::shared_ptr<handler> handles;
  timer& time;
  const clock& wall;
  const std::shared_ptr<open_exchanges> exchanges = std::make_shared<open_exchanges>();
  budget connections;
  budget refused;
  budget bodies;
  budget responses;
};

}  // namespace dynamo::http
