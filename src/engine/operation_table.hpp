#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <cstdint>

namespace dynamo::engine {

struct engine_core;

/// How the engine executes one operation.
struct execution {
  /// What the caller of start() may expect.
  enum class way : std::uint8_t {
    at_once,      ///< run() is done without waiting for a commit: start() calls it
    by_sink,      ///< start_for() enqueues the change, or waits for records, and tells the sink later
    on_a_thread,  ///< run() waits for commits: start() leaves it to the thread of table operations
  };
  /// Whether there may be work of maintenance after the operation, or earlier than there was.
  enum class maintenance : bool { sleeps, wakes };

  operation_name operation;
  way how;
  result<reply> (*run)(engine_core&, const request&);
  void (*start_for)(engine_core&, const request&, reply_sink&) = nullptr;  ///< for way::by_sink
  maintenance after = maintenance::sleeps;
};

/// The row of an operation; null for what this engine does not execute. One table holds them all.
const execution* execution_of(operation_name) noexcept;

}  // namespace dynamo::engine
