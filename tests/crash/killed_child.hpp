#pragma once

#include <string>
#include <vector>

namespace dynamo::crash {

/// Runs a program whose standard output is a pipe, reads lines until there are `lines`, kills it with SIGKILL, and reads what
/// it had written by then. All whole lines, in order; ends early if the program does.
std::vector<std::string> run_and_kill(const std::vector<std::string>& command, std::size_t lines);

}  // namespace dynamo::crash
