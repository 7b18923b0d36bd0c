#pragma once

#include "task_thread.hpp"

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <cstddef>
#include <memory>
#include <optional>

namespace dynamo::engine {

/// A read that may take long, in bounded slices. Any thread may run the next one; not thread-safe.
class long_read {
 public:
  /// A slice ends after so many rows, or bytes of items: some hundred microseconds. It also ends where a cursor stops between rows.
  static constexpr std::size_t slice_rows_max = 500;
  static constexpr std::size_t slice_bytes_max = 64u << 10;

  virtual ~long_read() = default;
  /// Reads on. Nothing while there is more to read; then the outcome, once.
  virtual std::optional<result<reply>> run_slice() = 0;
};

/// Reads to the end on this thread.
result<reply> run_to_end(long_read&);

/// A read, or why there is none: the request is refused.
using begun_read = result<std::unique_ptr<long_read>>;

/// Runs reads for callers that must not be held up: the first slice on the caller's thread, the others on one thread of its own, where the
/// reads take turns. Thread-safe.
class long_reads {
 public:
  /// The sink is told once. errc::throttled when too many reads are under way.
  void start(begun_read, reply_sink&);
  /// Ends what was started. Called by a sink that is told on this object's thread it does not wait.
  void stop() { thread_.stop(); }

 private:
  task_thread thread_;
};

}  // namespace dynamo::engine
