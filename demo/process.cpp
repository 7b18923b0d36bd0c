#include "process.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace demo {

dynamo::result<child_process> child_process::start(const std::string& program,
                                                   const std::vector<std::string>& arguments, errors where) {
  const auto refuse = [&](int problem) {
    return dynamo::fail(dynamo::errc::unavailable, program + " cannot be started: " + std::strerror(problem));
  };
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return refuse(errno);
  std::vector<char*> list{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) list.push_back(const_cast<char*>(argument.c_str()));
  list.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  if (where == errors::with_output) posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  pid_t pid = 0;
  const int problem = posix_spawn(&pid, program.c_str(), &actions, nullptr, list.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (problem != 0) {
    close(ends[0]);
    return refuse(problem);
  }
  return child_process(pid, ends[0]);
}

child_process::child_process(child_process&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), output_(std::exchange(other.output_, -1)) {}

child_process::~child_process() {
  if (pid_ != 0) {
    kill();
    wait();
  }
  if (output_ >= 0) close(output_);
}

bool child_process::read_some(std::string& into, std::chrono::milliseconds patience) {
  pollfd ready{output_, POLLIN, 0};
  int found = 0;
  do {
    found = poll(&ready, 1, static_cast<int>(patience.count()));
  } while (found < 0 && errno == EINTR);
  if (found <= 0) return false;
  char bytes[4096];
  ssize_t count = 0;
  do {
    count = read(output_, bytes, sizeof bytes);
  } while (count < 0 && errno == EINTR);
  if (count <= 0) return false;
  into.append(bytes, static_cast<std::size_t>(count));
  return true;
}

std::string child_process::read_all(std::chrono::milliseconds patience) {
  std::string text;
  while (read_some(text, patience)) {
  }
  return text;
}

void child_process::kill() {
  if (pid_ != 0) ::kill(pid_, SIGKILL);
}

child_process::ending child_process::wait() {
  ending how;
  int status = 0;
  while (pid_ != 0 && waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  if (WIFSIGNALED(status)) how.signal = WTERMSIG(status);
  if (WIFEXITED(status)) how.code = WEXITSTATUS(status);
  return how;
}

std::string child_process::ending::to_string() const {
  if (signal != 0) return "ended by signal " + std::to_string(signal) + " (" + strsignal(signal) + ")";
  return "ended with " + std::to_string(code);
}

std::string program_folder() {
  std::error_code problem;
  return std::filesystem::read_symlink(this_program, problem).parent_path().string();
}

}  // namespace demo
