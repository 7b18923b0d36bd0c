#pragma once

#include <dynamo/base/timer.hpp>

#include <memory>

namespace dynamo {

/// An event loop of the program's, for an endpoint that would otherwise start a thread of its own to wait for its sockets. A port;
/// event_loop_of() in <dynamo/remote/event_loop_of.hpp> makes one of an Asio executor. Thread-safe. It serves one endpoint.
class event_loop {
 public:
  virtual ~event_loop() = default;
  /// Runs the task once, on a thread of the loop's and never inside this call, when the descriptor can be read; at once if it can be already.
  /// One task waits at a time, always for the same descriptor. A task that is dropped without being run says that the loop has ended.
  virtual void when_readable(int descriptor, std::shared_ptr<timer_task> task) = 0;
  /// Drops the task that waits; the descriptor may be closed afterwards.
  virtual void forget() noexcept = 0;
};

}  // namespace dynamo
