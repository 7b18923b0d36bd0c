#pragma once

#include "history.hpp"

#include <random>

namespace dynamo::isolation {

/// A history of registers that is linearizable, because each operation was given its moment when it was made. One in a hundred has an
/// unknown outcome, and as many failed.
history random_registers(std::mt19937_64& random, std::size_t operations, int clients, int registers = 3);

/// The same with a mistake somewhere, of which nobody knows whether it can be seen: a read of an earlier or a later value, an answer
/// that came sooner, a failure that was none.
history with_a_mistake(std::mt19937_64& random, history);

}  // namespace dynamo::isolation
