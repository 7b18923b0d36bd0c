#pragma once

#include <dynamo/base/detail/descriptor.hpp>
#include <dynamo/base/result.hpp>

#include <utility>

#include <sys/types.h>

namespace dynamo::event_source {

/// Leads a process group, and kills it when this process has ended, however it came to that: by SIGKILL too.
///
/// It is a shell that reads from a pipe to which nobody writes. When this process is gone the system closes the pipe's other end, and the
/// shell kills its own group, itself included. So nothing depends on the thread that started a program (as a parent-death signal does), the
/// program's children are reached too, and the group's id cannot be another's as long as its leader is there. A program that is being
/// started has joined the group before its copy of the pipe's end is closed, so none escapes.
/// Not there without /bin/sh, which is logged. Not thread-safe.
class group_guard {
 public:
  group_guard() = default;  ///< none
  /// errc::unavailable if the system has no room for it.
  static result<group_guard> start();
  group_guard(group_guard&& other) noexcept
      : id_(std::exchange(other.id_, 0)), this_process_lives_(std::move(other.this_process_lives_)) {}
  group_guard& operator=(group_guard&&) = delete;
  ~group_guard() { end(); }

  /// 0: there is none, and the program leads a group of its own.
  pid_t group() const noexcept { return id_; }
  /// Kills the whole group. The program itself is still to be waited for.
  void end() noexcept;

 private:
  pid_t id_ = 0;
  descriptor this_process_lives_;  // open as long as it does
};

}  // namespace dynamo::event_source
