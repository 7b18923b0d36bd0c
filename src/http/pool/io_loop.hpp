#pragma once

#include <dynamo/base/event_loop.hpp>
#include <dynamo/base/timer.hpp>

#include <memory>

namespace dynamo::http {

class loop_core;

/// One thread that carries the requests of any number of pools. A cheap handle; copies share it, and the last one ends it, as stop() does.
/// The thread starts with the first request. Thread-safe.
///
/// A child of fork() has no part in it: there, requests fail, and dropping the handle does nothing.
class io_loop {
 public:
  /// `time` must be that of the pools, and outlive the loop. Null: the machine's clock. `host`: a loop of the program's, on whose threads it is
  /// done instead; if that ends, it is as stop().
  explicit io_loop(timer* time = nullptr, std::shared_ptr<event_loop> host = nullptr);

  /// Ends all requests on their way with errc::cancelled, and returns when all their sinks have been told, unless it is called by one.
  /// Later ones are refused.
  void stop() noexcept;

 private:
  friend class pool_core;
  std::shared_ptr<loop_core> core_;
};

}  // namespace dynamo::http
