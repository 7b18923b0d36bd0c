#pragma once

#include <dynamo/base/timer.hpp>

#include <chrono>
#include <initializer_list>
#include <memory>
#include <optional>

namespace dynamo::engine {

/// One kind of work that keeps the database small.
class maintenance_job {
 public:
  /// Does at most one bounded slice, without waiting for a commit or for another thread's I/O. Answers when it wants to go on: zero for at
  /// once, nothing for not before the next wake(). Called by one thread at a time. Must not throw.
  virtual std::optional<std::chrono::microseconds> run_slice() noexcept = 0;

 protected:
  ~maintenance_job() = default;
};

/// Runs the jobs on a timer, beside the requests: one slice at a time, of the first job that is due. Between two slices other tasks of the
/// timer have their turn. On a virtual clock a test steps it with advance(). Thread-safe.
class maintenance_runner {
 public:
  /// By priority. They and the timer outlive this object. No job runs before the first wake().
  maintenance_runner(timer&, std::initializer_list<maintenance_job*> jobs);
  /// Stops.
  ~maintenance_runner();
  maintenance_runner(const maintenance_runner&) = delete;
  maintenance_runner& operator=(const maintenance_runner&) = delete;

  /// There may be work: every job is due now. Returns at once. Where the timer is full, a later call tries again.
  void wake();
  /// No slice runs when it returns, and none will. Not to be called by a slice.
  void stop();

 private:
  class state;  // shared with the timer's task, which may begin while this object goes
  const std::shared_ptr<state> state_;
};

}  // namespace dynamo::engine
