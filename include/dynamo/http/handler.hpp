#pragma once

#include <dynamo/http/request_head.hpp>
#include <dynamo/http/response.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace dynamo::http {

/// One request that waits for its response. For listeners.
class exchange {
 public:
  virtual ~exchange() = default;
  /// Takes the caller's hold on the exchange along, so that its end is not left to the caller's thread.
  virtual void answer(std::shared_ptr<exchange> self, response) noexcept = 0;
};

/// How many responders of a listener are in use: it must not end while one of them still is, on whatever thread.
class open_exchanges {
 public:
  void enter() noexcept { count_.fetch_add(1, std::memory_order_relaxed); }
  void leave() noexcept {
    if (count_.fetch_sub(1, std::memory_order_acq_rel) == 1) count_.notify_all();
  }
  void wait_for_none() const noexcept {
    for (std::size_t n = count_.load(std::memory_order_acquire); n > 0; n = count_.load(std::memory_order_acquire)) {
      count_.wait(n, std::memory_order_acquire);
    }
  }

 private:
  std::atomic<std::size_t> count_{0};
};

/// The way back to the client: exactly one response goes through it. Dropped without one, it answers 500.
/// May be used on any thread, and never blocks it; when the peer is gone, the response is too.
class responder {
 public:
  responder(std::shared_ptr<exchange> to, std::shared_ptr<open_exchanges> among) noexcept
      : to_(std::move(to)), among_(std::move(among)) {
    among_->enter();
  }
  responder(responder&&) noexcept = default;
  responder& operator=(responder&&) = delete;
  ~responder() {
    if (to_) std::move(*this).send(response(500, json::buffer()));
  }
  void send(response r) && noexcept {
    exchange& to = *to_;
    to.answer(std::exchange(to_, nullptr), std::move(r));
    among_->leave();
  }

 private:
  std::shared_ptr<exchange> to_;
  std::shared_ptr<open_exchanges> among_;
};

/// What a listener asks. Thread-safe: requests of different connections come on several threads.
class handler {
 public:
  virtual ~handler() = default;
  /// Called on a thread that serves other connections too, so it must not wait for anything. The head is valid until this
  /// returns; the response may come then or later.
  virtual void handle(const request_head&, json::buffer body, responder) noexcept = 0;
  /// The response to what cannot become a request: malformed, too large, too late, or one connection too many. The connection
  /// is closed after it. Text, unless overridden.
  virtual response refuse(unsigned status, std::string_view why);
};

}  // namespace dynamo::http
