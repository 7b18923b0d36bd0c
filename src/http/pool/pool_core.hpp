#pragma once

#include <dynamo/base/detail/own_process.hpp>

#include <http/exchange/blocking_exchange.hpp>
#include <http/pool/client_pool.hpp>
#include <http/pool/loop_core.hpp>
#include <http/pool/pool_book.hpp>

#include <condition_variable>
#include <cstddef>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::http {

class async_call;

/// A connection of a pool, or the place of one that is to be made. It belongs to the caller to whom it is lent.
struct pooled_connection {
  pool_book::connection number = 0;
  std::unique_ptr<client_connection> connection;
  socket_watch watch;                        // while it is used by a loop
  std::unique_ptr<blocking_exchange> shell;  // for callers that block, once there was one

  void close() noexcept {
    watch.end();
    connection.reset();
  }
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
class pool_core final : public loop_client, public std::enable_shared_from_this<pool_core> {
 public:
  using time_point = pool_book::time_point;

  pool_core(address to, client_pool_options options);
  ~pool_core() override;
  pool_core(const pool_core&) = delete;
  pool_core& operator=(const pool_core&) = delete;

  std::expected<client_response, exchange_failure> send(const exchange_request&, const std::stop_token&);
  void start(const exchange_request&, std::stop_token, exchange_sink&);
  void preconnect(std::size_t idle_wanted);
  void close() noexcept;
  /// After the last handle's: returns when all sinks have been told, and no thread uses the pool any more. On the loop's thread it
  /// returns at once, and what is left happens later.
  void end() noexcept;
  pool_counts counts() const;

  struct lending {
    pool_book::answer what = pool_book::answer::closed;
    pooled_connection* which = nullptr;  ///< of use and open
    time_point asked;
  };
  lending ask(pool_caller&);
  /// It waits no longer. False: its turn has come, or it was turned away.
  bool leave(pool_caller&) noexcept;
  /// `reusable`: else its connection is closed. `renewed`: it is another one than was lent. Answers when the next idle one expires.
  time_point give_back(pooled_connection&, bool reusable, bool renewed);

  // For calls on the loop's thread.
  time_point expire(time_point now) noexcept override;
  bool members_have_left() noexcept override;
  void call_ended(async_call&) noexcept;
  /// The last question for the host's name, if there was one.
  std::shared_ptr<name_job>& name() noexcept { return name_; }

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
  struct dead_connection {
    std::unique_ptr<client_connection> connection;
    socket_watch watch;
  };
  using dead_connections = std::vector<dead_connection>;

  std::expected<pooled_connection*, exchange_failure> borrow(exchange_request&, const std::stop_token&);
  std::expected<async_call*, exchange_failure> take_call();
  void bury(pooled_connection&, dead_connections&);
  void expire(time_point now, dead_connections& dead);
  pooled_connection& place(pool_book::connection);
  void post_end(std::shared_ptr<loop_client> kept) noexcept;

  const own_process process_;
  const address to_;
  const client_pool_options options_;
  mutable std::mutex mutex_;  // of what follows
  pool_book book_;
  std::vector<std::unique_ptr<pooled_connection>> connections_;  // by number
  std::optional<io_loop> loop_;                                  // once there was a call for it
  bool loop_runs_ = false;
  std::vector<std::unique_ptr<async_call>> calls_;
  std::vector<async_call*> free_calls_;
  std::size_t calls_in_flight_ = 0;
  std::size_t ends_posted_ = 0;
  std::condition_variable call_ended_;

  std::shared_ptr<name_job> name_;  // of the loop's thread
};

/// When a request that has begun is late.
pool_core::time_point end_of(const exchange_request&) noexcept;

/// The failure says that the request may be sent once more, on a new connection: the old one was kept for too long.
bool may_be_sent_again(const exchange_failure&, const exchange_request&) noexcept;

}  // namespace dynamo::http
