#pragma once

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace dynamo::testing_support {

/// The program `dynamo`, running. What it says on either output is read in one order.
class program {
 public:
  explicit program(std::vector<std::string> words) {
    words.insert(words.begin(), DYNAMO_PROGRAM);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    if (posix_spawn(&child_, arguments[0], &actions, nullptr, arguments.data(), environ) != 0) std::abort();
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
  pid_t child_ = -1;
  int output_ = -1;
  int status_ = -1;
};

}  // namespace dynamo::testing_support
