#pragma once

#include "operation.hpp"
#include "storage.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace dynamo::model {

struct run_options {
  storage::kind kind = storage::kind::memory;
  /// Tables are made with a little provisioned throughput, and time passes only between operations, and for what is throttled.
  bool throughput = false;
  /// What vector indexes may take in memory: all have room there, one of them at a time, or none. Others are searched row by row.
  enum class room : std::uint8_t { for_all, for_one, for_none };
  room vectors = room::for_all;
};

/// Runs a sequence on an empty database and on the reference beside it. Says where they differ. Counts what was throttled.
std::optional<std::string> run(const sequence&, const run_options&, unsigned* throttled = nullptr);

/// Drops operations for as long as the rest still fails, within a number of runs.
sequence shrink(sequence, const std::function<bool(const sequence&)>& fails, int runs_max = 300);

}  // namespace dynamo::model
