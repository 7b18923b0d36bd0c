#pragma once

#include "history.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace dynamo::isolation {

/// What a checker has to say of a history.
struct verdict {
  enum class kind : std::uint8_t {
    holds,
    broken,
    unknown  ///< the search met its bound: no answer, and for a test a failure
  };
  kind what = kind::holds;
  std::string words;  ///< what is broken, with the operations that show it

  bool holds() const { return what == kind::holds; }
};

/// Whether each register of a history is linearizable: its operations, each at one moment between its invocation and its completion, are those of a
/// register that one client at a time reads and writes. Operations with several registers count once for each.
///
/// The search is that of Wing and Gong with Lowe's memory of what was tried: exponential in the worst case, linear where few operations
/// overlap. `steps_max` bounds steps and memory, for each register.
verdict check_registers(const history&, std::uint64_t steps_max = 2'000'000);

}  // namespace dynamo::isolation
