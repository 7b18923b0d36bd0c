#pragma once

#include "descriptor.hpp"

#include <dynamo/base/result.hpp>

#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace dynamo::event_source {

/// A program that runs as the leader of a process group of its own. Its standard input is empty; the two outputs are pipes that are
/// read here, without blocking. Dropped while it runs, it is killed with its group. Never leaves a zombie. Not thread-safe.
class process {
 public:
  using variables = std::vector<std::pair<std::string, std::string>>;
  /// errc::invalid_argument if it cannot be executed, unavailable if the system has no room for it.
  static result<process> start(const std::string& program, const std::vector<std::string>& arguments,
                               const variables& environment);
  process(process&&) noexcept = default;
  process& operator=(process&&) = delete;
  ~process();

  /// To the leader alone.
  void signal(int number) noexcept;
  bool has_ended() noexcept;
  /// Kills whatever is left of the group, waits for the leader's end, and says what it was: "exit status 3", "signal 9".
  std::string reap();

  descriptor standard_output;
  descriptor standard_error;
  descriptor end;  ///< readable when it has ended; none on kernels before 5.3

 private:
  explicit process(pid_t id) : id_(id) {}
  class owned_id {  // moves away
   public:
    explicit owned_id(pid_t i) noexcept : id(i) {}
    owned_id(owned_id&& other) noexcept : id(std::exchange(other.id, 0)) {}
    owned_id& operator=(owned_id&&) = delete;
    ~owned_id() = default;
    pid_t id;
  };
  owned_id id_;
};

}  // namespace dynamo::event_source
