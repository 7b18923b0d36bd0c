#pragma once

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace dynamo::testing_support {

/// A program, running; killed and waited for at the end of its scope. What it says on the outputs that are asked for is read here, in one
/// order; the others are this process's.
class program {
 public:
  enum class outputs : std::uint8_t { both, standard, errors };

  /// `words` are its path and its arguments. Without variables it has those of this process.
  explicit program(std::vector<std::string> words, outputs read = outputs::both,
                   std::optional<std::vector<std::string>> variables = {}) {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (read != outputs::errors) posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    if (read != outputs::standard) posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    const std::vector<char*> arguments = pointers(words);
    const std::vector<char*> environment = variables ? pointers(*variables) : std::vector<char*>();
    char* const* const with = variables ? environment.data() : environ;
    if (posix_spawn(&child_, arguments[0], &actions, nullptr, arguments.data(), with) != 0) std::abort();
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    output_ = ends[0];
  }
  program(const program&) = delete;
  program& operator=(const program&) = delete;
  ~program() {
    if (child_ > 0) ::kill(child_, SIGKILL);
    wait();
    ::close(output_);
  }

  /// The next line without its end; what is left when the program has ended.
  std::string line() {
    std::string text;
    for (char c = 0; ::read(output_, &c, 1) == 1 && c != '\n';) text += c;
    return text;
  }
  /// What it says until it has closed its outputs.
  std::string rest() {
    std::string text;
    std::array<char, 4'096> block{};
    for (ssize_t got = 0; (got = ::read(output_, block.data(), block.size())) > 0;)
      text.append(block.data(), static_cast<std::size_t>(got));
    return text;
  }
  /// The port in the line that says it is ready.
  static unsigned short port_in(const std::string& ready) {
    return static_cast<unsigned short>(std::atoi(ready.c_str() + ready.rfind(':') + 1));
  }
  /// Nobody takes what it says from now on.
  void stop_reading() {
    ::close(output_);
    output_ = -1;
  }
  /// From now on: see setrlimit(2).
  bool limit(__rlimit_resource what, rlim_t most) const {
    const rlimit now{most, most};
    return ::prlimit(child_, what, &now, nullptr) == 0;
  }
  /// Bytes, as RLIMIT_AS counts them.
  std::size_t address_space() const {
    std::ifstream pages("/proc/" + std::to_string(child_) + "/statm");
    std::size_t count = 0;
    pages >> count;
    return count * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  }
  void send_signal(int number) const { ::kill(child_, number); }
  /// The exit status; 128 and more for the signal that ended it.
  int wait() {
    if (child_ > 0) {
      int status = 0;
      ::waitpid(child_, &status, 0);
      status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      child_ = -1;
    }
    return status_;
  }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> all;
    for (std::string& word : words) all.push_back(word.data());
    all.push_back(nullptr);
    return all;
  }

  pid_t child_ = -1;
  int output_ = -1;
  int status_ = -1;
};

}  // namespace dynamo::testing_support
