#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace dynamo::http {

/// How many connections to one host there may be, and how long they last.
struct pool_limits {
  std::size_t connections_max = 50;        ///< lent, idle and being made; at least 1
  std::size_t waiters_max = 10'000;        ///< callers that wait for one of them
  std::chrono::milliseconds idle{20'000};  ///< an idle one is closed after this time, before the host does it. 0: never
  std::chrono::milliseconds age{
      300'000};            ///< an older one is not used again, so that a host's new addresses are found. 0: it is
  std::uint64_t seed = 0;  ///< of the ages: each is up to a quarter shorter, so that not all end at once

  pool_limits() = default;
};

/// A caller that wants a connection, or waits for one. Its book knows it by its address.
class pool_waiter {
 public:
  pool_waiter() noexcept = default;
  pool_waiter(const pool_waiter&) = delete;
  pool_waiter& operator=(const pool_waiter&) = delete;

 protected:
  ~pool_waiter() = default;

 private:
  friend class pool_book;
  pool_waiter* before_ = nullptr;
  pool_waiter* after_ = nullptr;
  bool waits_ = false;
};

/// Who gets which connection of one host. Pure: no sockets and no clock; connections are numbers below connections_max.
///
/// The idle connection that was used last is taken first, so that those beyond need end at their idle limit. Callers that find none
/// free, and no room for another, wait in the order in which they came; nobody overtakes them. Nothing is allocated once all
/// connections have been there.
/// Not thread-safe.
class pool_book {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using connection = std::uint32_t;
  static constexpr time_point never = time_point::max();

  enum class answer : std::uint8_t {
    use,     ///< the connection is the caller's until it gives it back
    open,    ///< the same, and the caller makes it
    wait,    ///< until give_back() names the caller, or close()
    full,    ///< too many wait already
    closed,  ///< there will be no more
  };
  struct lending {
    answer what = answer::closed;
    connection which = 0;
  };
  /// What becomes of a connection that was given back.
  struct turn {
    bool keep = false;            ///< else it is to be closed
    pool_waiter* next = nullptr;  ///< gets it; if it is not kept, makes a new one in its place
  };

  explicit pool_book(const pool_limits& limits);

  lending ask(pool_waiter&, time_point now);
  turn give_back(connection, bool reusable, time_point now);
  /// It waits no longer. False: it did not.
  bool leave(pool_waiter&) noexcept;
  /// A lent connection is replaced by a new one.
  void renewed(connection, time_point now) noexcept;
  /// A further connection for nobody, if there is room: to be made, and given back.
  std::optional<connection> open_spare(time_point now);

  /// An idle connection whose time is over: to be closed. To be asked until there is none, before ask() and at next_expiry().
  std::optional<connection> expire(time_point now);
  /// Not later than the first one's.
  time_point next_expiry() const noexcept { return next_expiry_; }

  /// From now on nothing is lent, and what is given back is not kept. Idle ones expire, and waiters are to be taken from next_refused().
  void close() noexcept;
  pool_waiter* next_refused() noexcept;
  bool is_closed() const noexcept { return closed_; }

  std::size_t idle() const noexcept { return idle_.size(); }
  std::size_t connections() const noexcept { return lent_ + idle_.size(); }
  std::size_t waiters() const noexcept { return waiters_; }

 private:
  struct times {
    time_point grows_old = never;
    time_point expires = never;  // while it is idle
  };

  connection lend_new(time_point now);
  void free(connection which) { free_.push_back(which); }
  void enqueue(pool_waiter&) noexcept;
  pool_waiter* take_first() noexcept;

  const pool_limits limits_;
  std::vector<times> connections_;  // by number
  std::vector<connection> free_;    // numbers that are not in use
  std::vector<connection> idle_;    // the one that was used last is the last
  std::size_t lent_ = 0;
  pool_waiter* first_ = nullptr;
  pool_waiter* last_ = nullptr;
  std::size_t waiters_ = 0;
  time_point next_expiry_ = never;
  std::uint64_t drawn_;
  bool closed_ = false;
};

}  // namespace dynamo::http
