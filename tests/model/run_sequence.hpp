#pragma once

#include "operation.hpp"
#include "storage.hpp"

#include <functional>
#include <optional>
#include <string>

namespace dynamo::model {

struct run_options {
  storage::kind kind = storage::kind::memory;
  /// Tables are made with a little provisioned throughput, and time passes only between operations, and for what is throttled.
  bool throughput = false;
  /// Searches read the rows of vector indexes each time.
  bool vectors_from_rows = false;
};

/// Runs a sequence on an empty database and on the reference beside it. Says where they differ. Counts what was throttled.
std::optional<std::string> run(const sequence&, const run_options&, unsigned* throttled = nullptr);

/// Drops operations for as long as the rest still fails, within a number of runs.
sequence shrink(sequence, const std::function<bool(const sequence&)>& fails, int runs_max = 300);

}  // namespace dynamo::model
