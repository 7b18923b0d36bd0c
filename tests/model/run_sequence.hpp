#pragma once

#include "operation.hpp"
#include "storage.hpp"

#include <functional>
#include <optional>
#include <string>

namespace dynamo::model {

/// Runs a sequence on an empty database and on the reference beside it. Says where they differ.
std::optional<std::string> run(const sequence&, storage::kind);

/// Drops operations for as long as the rest still fails, within a number of runs.
sequence shrink(sequence, const std::function<bool(const sequence&)>& fails, int runs_max = 300);

}  // namespace dynamo::model
