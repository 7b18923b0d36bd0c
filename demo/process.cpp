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
namespace {

std::unexpected<dynamo::error> not_started(const std::string& program, int problem) {
  return dynamo::fail(dynamo::errc::unavailable, program + " cannot be started: " + std::strerror(problem));
}

/// As exec wants them: the program, its arguments, a null.
std::vector<char*> argument_list(const std::string& program, const std::vector<std::string>& arguments) {
  std::vector<char*> list{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) list.push_back(const_cast<char*>(argument.c_str()));
  list.push_back(nullptr);
  return list;
}

}  // namespace

dynamo::result<child_process> child_process::start(const std::string& program,
                                                   const std::vector<std::string>& arguments, errors where) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return not_started(program, errno);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  if (where == errors::with_output) posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  if (where == errors::nowhere) posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  const int problem =
      posix_spawnp(&pid, program.c_str(), &actions, nullptr, argument_list(program, arguments).data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (problem != 0) {
    close(ends[0]);
    return not_started(program, problem);
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

bool child_process::read_some(std::string& into, std::chrono::milliseconds timeout) {
  pollfd ready{output_, POLLIN, 0};
  int found = 0;
  do {
    found = poll(&ready, 1, static_cast<int>(timeout.count()));
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

std::string child_process::read_all(std::chrono::milliseconds timeout) {
  std::string text;
  while (read_some(text, timeout)) {
  }
  return text;
}

void child_process::kill() {
  if (pid_ != 0) ::kill(pid_, SIGKILL);
}

void child_process::terminate() {
  if (pid_ != 0) ::kill(pid_, SIGTERM);
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

dynamo::result<pid_t> start_in_background(const std::string& program, const std::vector<std::string>& arguments,
                                          const std::string& output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  pid_t pid = 0;
  const int problem =
      posix_spawn(&pid, program.c_str(), &actions, &attributes, argument_list(program, arguments).data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) return not_started(program, problem);
  return pid;
}

bool is_running(pid_t process) { return waitpid(process, nullptr, WNOHANG) == 0; }

std::string program_folder() {
  std::error_code problem;
  return std::filesystem::read_symlink(this_program, problem).parent_path().string();
}

}  // namespace demo
