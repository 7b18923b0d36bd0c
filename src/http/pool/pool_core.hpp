#pragma once

#include <dynamo/base/detail/own_process.hpp>

#include <http/exchange/blocking_exchange.hpp>
#include <http/pool/client_pool.hpp>
#include <http/pool/pool_book.hpp>

#include <cstddef>
#include <expected>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::http {

/// A connection of a pool, or the place of one that is to be made. It belongs to the caller to whom it is lent.
struct pooled_connection {
  pool_book::connection number = 0;
  std::unique_ptr<client_connection> connection;
  std::unique_ptr<blocking_exchange> shell;  // for callers that block, once there was one
};

/// A caller of a pool that may have to wait. Both are called with the pool's lock held: they may note it and wake somebody, no more.
class pool_caller : public pool_waiter {
 public:
  virtual void take_turn(pooled_connection&) noexcept = 0;
  virtual void be_turned_away() noexcept = 0;

 protected:
  ~pool_caller() = default;
};

/// What the handles of a pool share. Thread-safe.
class pool_core {
 public:
  using time_point = pool_book::time_point;

  pool_core(address to, client_pool_options options);
  pool_core(const pool_core&) = delete;
  pool_core& operator=(const pool_core&) = delete;

  std::expected<client_response, exchange_failure> send(const exchange_request&, const std::stop_token&);
  void close() noexcept;
  pool_counts counts() const;

  struct lending {
    pool_book::answer what = pool_book::answer::closed;
    pooled_connection* which = nullptr;  ///< of use and open
    time_point asked;
  };
  lending ask(pool_caller&);
  /// It waits no longer. False: its turn has come, or it was turned away.
  bool leave(pool_caller&) noexcept;
  /// `reusable`: else its connection is closed. `renewed`: it is another one than was lent.
  void give_back(pooled_connection&, bool reusable, bool renewed);

  bool is_of_this_process() const noexcept { return process_.is_this(); }
  time_point now() const noexcept {
    return options_.time != nullptr ? options_.time->steady_now() : std::chrono::steady_clock::now();
  }
  const address& to() const noexcept { return to_; }
  const client_pool_options& options() const noexcept { return options_; }
  exchange_failure no_connection(errc, std::string_view why) const;
  exchange_failure made_before_fork() const;
  exchange_failure full() const;
  exchange_failure closed() const;
  exchange_failure cancelled() const;
  exchange_failure none_became_free() const;

 private:
  using dead_connections = std::vector<std::unique_ptr<client_connection>>;

  std::expected<pooled_connection*, exchange_failure> borrow(exchange_request&, const std::stop_token&);
  void expire(time_point now, dead_connections& dead);
  pooled_connection* place(const pool_book::lending&);

  const own_process process_;
  const address to_;
  const client_pool_options options_;
  mutable std::mutex mutex_;  // of what follows
  pool_book book_;
  std::vector<std::unique_ptr<pooled_connection>> connections_;  // by number
};

/// The failure says that the request may be sent once more, on a new connection: the old one was kept for too long.
bool may_be_sent_again(const exchange_failure&, const exchange_request&) noexcept;

}  // namespace dynamo::http
