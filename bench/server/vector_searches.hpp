#pragma once

#include <string>
#include <utility>
#include <vector>

namespace dynamo::bench {

/// Prints a table: how many vectors a second servers compare on one core when they are asked for the nearest ten, over HTTP. Each server is a name and a command,
/// as contender has it. One that does not know vector indexes is left out, with what it answers. An exact search compares all vectors; of a server whose
/// search is not exact the figure says what an exact one would have compared.
void print_vector_searches(const std::vector<std::pair<std::string, std::vector<std::string>>>& servers, bool quick);

}  // namespace dynamo::bench
