#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/testing/child_process.hpp>

#include <string>
#include <vector>

#include <sys/types.h>

namespace demo {

using dynamo::testing::child_process;

/// Starts a program that outlives this one: a session of its own, no input, both outputs into a file.
dynamo::result<pid_t> start_in_background(const std::string& program, const std::vector<std::string>& arguments,
                                          const std::string& output);
/// Whether a process started so has not ended yet.
bool is_running(pid_t);

/// The folder of this program, where its helpers are.
std::string program_folder();
/// This very program, even if its file was replaced since it began.
inline constexpr const char* this_program = "/proc/self/exe";

}  // namespace demo
