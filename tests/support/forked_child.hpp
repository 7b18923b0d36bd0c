#pragma once

#include <cstdio>
#include <functional>

#include <sys/wait.h>
#include <unistd.h>

namespace dynamo::testing_support {

/// What a child of fork() that runs `what` ends with: its exit status, 0 if it returns, or 128 and more for the signal that ended it. One
/// that hangs is ended by its alarm.
inline int status_of_child(const std::function<void()>& what) {
  constexpr unsigned alarm_seconds = 60;
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(alarm_seconds);
    what();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Ends a child with `status` unless what it found `held`.
inline void require(bool held, int status) {
  if (!held) ::_exit(status);
}

}  // namespace dynamo::testing_support
