#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <engine/operations/long_read.hpp>

#include <cstdint>
#include <variant>

namespace dynamo::engine {

struct engine_core;

/// Reads little: start() runs it on the caller's thread.
struct runs_at_once {
  result<reply> (*run)(const engine_core&, const request&);
};
/// Reads in slices: start() runs the first, and leaves the others to a thread.
struct reads_in_slices {
  begun_read (*begin)(const engine_core&, const request&);
};
/// Enqueues a change, waits for records, or does what its statements say: start() does not wait, and the sink is told later.
struct tells_a_sink {
  result<reply> (*run)(engine_core&, const request&);
  void (*start)(engine_core&, const request&, reply_sink&);
};
/// Waits for commits: start() leaves it to the thread of table operations.
struct waits_for_commits {
  result<reply> (*run)(engine_core&, const request&);
};

/// How the engine executes one operation.
struct execution {
  /// Whether there may be work of maintenance after the operation, or earlier than there was.
  enum class maintenance : bool { sleeps, wakes };

  operation_name operation;
  std::variant<runs_at_once, reads_in_slices, tells_a_sink, waits_for_commits> how;
  maintenance after = maintenance::sleeps;
};

/// The row of an operation; null for what this engine does not execute. One table holds them all.
const execution* execution_of(operation_name) noexcept;
/// Executes an operation on this thread, to the end.
result<reply> execute(const execution&, engine_core&, const request&);

}  // namespace dynamo::engine
