#pragma once

#include <dynamo/auth/secret.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/base/timer.hpp>

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

namespace dynamo::aws {

/// What a program may take.
struct program_limits {
  std::size_t output_bytes_max = 0;
  std::chrono::seconds time{60};
};

/// Runs a program to its end and takes what it printed on its standard output. `arguments` begins with the program, which is looked for in PATH if
/// it has no slash; no shell has a part in it.
///
/// It finds an empty standard input, this process's standard error and variables, none of its other descriptors, and every signal as a new
/// process has it. Its standard error goes where this process's goes, so that a person sees what it says, and no message of ours holds it. It leads a
/// process group. One that takes too long, prints too much, or is not wanted any more is killed with its group; what it leaves running in the
/// background when it ends by itself goes on. It is waited for in any case.
///
/// Errors: errc::unavailable: it cannot be started, prints too much, or ends with another status than 0; errc::timed_out; errc::cancelled. A
/// clause about the program, without its arguments and its output, which may be secrets.
/// Thread-safe, as long as no thread changes the environment. Where the program that uses this library waits for children that are not its own, the
/// status is not known, and counts as 0.
[[nodiscard]] result<auth::secret> run_program(const std::vector<std::string>& arguments, const program_limits&, timer&,
                                               const std::stop_token& = {});

}  // namespace dynamo::aws
