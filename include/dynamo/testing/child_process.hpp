#pragma once

#include <dynamo/base/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace dynamo::testing {

/// A program that this process has started, and whose output comes through a pipe: for tests of what survives a SIGKILL, and of programs as a
/// user runs them. Killed and waited for at the end of its scope.
///
/// Not thread-safe, except that any thread may call send_signal() while no thread is in wait().
/// ```cpp
/// auto writer = dynamo::testing::child_process::start("./writer", {"./data"});
/// if (!writer) return std::unexpected(writer.error());
/// writer->line();                      // "the first write is acknowledged"
/// writer->send_signal(SIGKILL);
/// EXPECT_EQ(writer->wait().signal, SIGKILL);
/// ```
class child_process {
 public:
  /// What comes through the pipe, in one order. The rest goes where this process's goes; `output_alone` drops the errors.
  enum class piped : std::uint8_t { output, errors, both, output_alone };

  /// A program's name without a slash is looked for in PATH. Without variables it has those of this process.
  [[nodiscard]] static result<child_process> start(std::string program, std::vector<std::string> arguments,
                                                   piped = piped::output,
                                                   std::optional<std::vector<std::string>> variables = {});
  child_process(child_process&& other) noexcept;
  child_process& operator=(child_process&&) = delete;
  ~child_process();

  /// Waits for output and appends it; false at its end, and when none came in time. Without a timeout it waits for ever.
  bool read_some(std::string& into, std::optional<std::chrono::milliseconds> timeout = {});
  /// The next line without its end, or what is left when the output has ended.
  std::string line();
  /// All output until its end, or until none came in time.
  std::string read_all(std::optional<std::chrono::milliseconds> timeout = {});
  /// Closes the pipe: the program writes to nobody from now on.
  void stop_reading();

  void send_signal(int number) const;

  struct ending {
    int signal = 0;  ///< that ended it; 0: it ended by itself
    int code = 0;
    bool ok() const { return signal == 0 && code == 0; }
    /// As a shell's $?: 128 and more for a signal.
    int status() const { return signal != 0 ? 128 + signal : code; }
    std::string to_string() const;
  };
  /// Waits until it has ended. Later calls return the same.
  ending wait();

  /// Of the process, until it was waited for; then 0.
  pid_t id() const noexcept { return id_; }

 private:
  child_process(pid_t id, int output) : id_(id), output_(output) {}

  pid_t id_;
  int output_;
  std::string unread_;  // what came with a line and follows it
  ending how_;
};

}  // namespace dynamo::testing
