#include "killed_child.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <string_view>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace dynamo::crash {
namespace {

pid_t spawn(const std::vector<std::string>& command, int output) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t child = -1;
  if (posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ) != 0) child = -1;
  posix_spawn_file_actions_destroy(&actions);
  return child;
}

}  // namespace

std::vector<std::string> run_and_kill(const std::vector<std::string>& command, std::size_t lines) {
  std::array<int, 2> pipe_ends{};
  if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return {"!no pipe"};
  const pid_t child = spawn(command, pipe_ends[1]);
  ::close(pipe_ends[1]);
  std::vector<std::string> told;
  if (child < 0) {
    ::close(pipe_ends[0]);
    return {"!cannot run " + command[0]};
  }
  std::string rest;
  std::array<char, 4096> block;
  bool killed = false;
  for (ssize_t got = 0; (got = ::read(pipe_ends[0], block.data(), block.size())) > 0;) {
    rest.append(block.data(), static_cast<std::size_t>(got));
    std::size_t end = 0;
    for (; (end = rest.find('\n')) != std::string::npos; rest.erase(0, end + 1)) told.push_back(rest.substr(0, end));
    if (!killed && told.size() >= lines) killed = ::kill(child, SIGKILL) == 0;
  }
  ::close(pipe_ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return told;
}

}  // namespace dynamo::crash
