#pragma once

#include <dynamo/base/detail/descriptor.hpp>
#include <dynamo/base/result.hpp>

#include <event_source/host/group_guard.hpp>

#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace dynamo::event_source {

/// A program that runs in a process group of its own. Its standard input is empty; the two outputs are pipes that are read here, without
/// blocking. Dropped while it runs, it is killed with its group, and so it is when this process is killed: see group_guard. Never leaves a
/// zombie. Not thread-safe.
class process {
 public:
  using variables = std::vector<std::pair<std::string, std::string>>;
  /// errc::invalid_argument if it cannot be executed, unavailable if the system has no room for it.
  static result<process> start(const std::string& program, const std::vector<std::string>& arguments,
                               const variables& environment);
  process(process&&) noexcept = default;
  process& operator=(process&&) = delete;
  ~process();

  /// To the program alone.
  void signal(int number) noexcept;
  bool has_ended() noexcept;
  /// Kills whatever is left of the group, waits for the program's end, and says what it was: "exit status 3", "signal 9".
  std::string reap();

  descriptor standard_output;
  descriptor standard_error;
  descriptor end;  ///< readable when it has ended; none on kernels before 5.3

 private:
  process(pid_t id, group_guard guard) : id_(id), guard_(std::move(guard)) {}
  class owned_id {  // moves away
   public:
    explicit owned_id(pid_t i) noexcept : id(i) {}
    owned_id(owned_id&& other) noexcept : id(std::exchange(other.id, 0)) {}
    owned_id& operator=(owned_id&&) = delete;
    ~owned_id() = default;
    pid_t id;
  };
  owned_id id_;
  group_guard guard_;
};

}  // namespace dynamo::event_source
