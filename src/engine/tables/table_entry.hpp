#pragma once

#include "table_descriptor.hpp"

#include <atomic>

namespace dynamo::engine {

/// One version of a table as writers see it. The flag is set, once, inside the commit queue's critical section: whatever
/// was enqueued before it is older than the change of version, and nothing prepared against it can be enqueued after.
struct table_entry {
  table_descriptor descriptor;
  mutable std::atomic<bool> stale{false};

  explicit table_entry(table_descriptor d) : descriptor(std::move(d)) {}
};

}  // namespace dynamo::engine
