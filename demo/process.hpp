#pragma once

#include <dynamo/base/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

namespace demo {

/// A program under way whose standard output comes through a pipe. Killed and waited for when it goes out of scope.
class child_process {
 public:
  enum class errors : std::uint8_t { ours, with_output, nowhere };  ///< where its standard error goes

  static dynamo::result<child_process> start(const std::string& program, const std::vector<std::string>& arguments,
                                             errors = errors::ours);
  child_process(child_process&& other) noexcept;
  child_process& operator=(child_process&&) = delete;
  ~child_process();

  /// Waits for output and appends it; false at its end, and when none came for `timeout`.
  bool read_some(std::string& into, std::chrono::milliseconds timeout);
  /// All output until its end.
  std::string read_all(std::chrono::milliseconds timeout);
  /// SIGKILL: no handler, no destructor, no flush.
  void kill();
  /// SIGTERM: please end.
  void terminate();

  struct ending {
    int signal = 0;  ///< that ended it; 0: it ended by itself
    int code = 0;
    bool ok() const { return signal == 0 && code == 0; }
    std::string to_string() const;
  };
  ending wait();

 private:
  child_process(pid_t pid, int output) : pid_(pid), output_(output) {}
  pid_t pid_;
  int output_;
};

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
