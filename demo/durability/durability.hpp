#pragma once

#include "durability_task.hpp"
#include "support/screen.hpp"

namespace demo {

/// What the durability steps have in common.
struct durability_plan {
  input_choice input;
  std::string folder;  ///< below it each step makes a database of its own
  std::uint64_t seed = 0;
  unsigned writers = 16;
  unsigned rounds = 5;  ///< how often the loader is killed
};

/// Starts the loader, kills it at a moment drawn from the seed, has the verifier look, and again on the same database.
/// Holds if nothing was ever lost; on a lying disk, if losses were found.
step_report prove_durability(screen&, const durability_plan&, disk_kind);

}  // namespace demo
