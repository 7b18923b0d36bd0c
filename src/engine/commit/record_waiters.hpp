#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <thread>

namespace dynamo::engine {

/// Readers of streams that have read everything there is and wait for the next record.
///
/// The committer announces streams once their records are committed; that costs it a lock and a walk over the waiting readers,
/// and nothing that a reader does. Readers that block are woken where they wait; the others are answered from a thread of this
/// object's own, which starts with the first of them. Thread-safe.
class record_waiters {
 public:
  /// A reader that comes when so many wait already gets the empty page that it would get without waiting.
  static constexpr std::size_t waiting_max = 1024;

  /// Reads again. Nothing if there is nothing to tell yet; with `last` it answers whatever there is.
  using look = std::function<std::optional<result<reply>>(bool last)>;

  /// How long a reader waits.
  struct wait_limit {
    std::chrono::steady_clock::time_point until;
    std::stop_token stop;
    wait_limit(std::chrono::steady_clock::time_point when, std::stop_token token)
        : until(when), stop(std::move(token)) {}
  };

  record_waiters() = default;
  ~record_waiters() { close(); }  ///< a sink may do so
  record_waiters(const record_waiters&) = delete;
  record_waiters& operator=(const record_waiters&) = delete;

  /// What `see` answers first: now, after new records of the stream, or at the limit. errc::cancelled if asked to stop.
  result<reply> wait(std::uint32_t stream, const wait_limit&, const look& see);
  /// The same for a caller that does not wait; the sink is told once, on this thread or on this object's.
  void wait(std::uint32_t stream, const wait_limit&, look see, reply_sink&);

  /// Streams have new records, or have come to an end.
  void announce(std::span<const std::uint32_t> streams);

  /// Answers everybody who waits with an error (errc::unavailable), and everybody who comes later. Returns when no `look` runs
  /// on this object's thread and none will. A sink that is told on that thread may call it.
  void close();

 private:
  struct waiting {
    std::uint32_t stream = 0;
    std::chrono::steady_clock::time_point until;
    bool has_new_records = false;
    bool stopped = false;
    std::condition_variable* wake = nullptr;
  };
  struct on_stop {
    record_waiters* in;
    waiting* who;
    void operator()() const noexcept;
  };
  struct parked : waiting {
    look see;
    reply_sink* sink = nullptr;
    std::optional<std::stop_callback<on_stop>> stop;
  };

  bool add(waiting&);
  void remove(const waiting&);
  bool has_thread();
  void serve();
  void answer_all(std::unique_lock<std::mutex>& held);
  std::list<parked>::iterator ready(std::chrono::steady_clock::time_point now);
  bool answer(std::unique_lock<std::mutex>& held, std::list<parked>::iterator);

  std::mutex mutex_;
  std::list<waiting*> waiting_;      // everybody
  std::list<parked> parked_;         // those whom the thread answers; only it removes any
  std::condition_variable changed_;  // for the thread
  bool closed_ = false;
  std::thread thread_;
  const std::shared_ptr<const int> life_ = std::make_shared<int>();  // expires with this object
};

}  // namespace dynamo::engine
