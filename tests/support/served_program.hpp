#pragma once

#include "http_endpoint.hpp"
#include "program.hpp"

#include <csignal>
#include <string>

namespace dynamo::testing_support {

/// `dynamo serve` on a directory, in a process of its own, and the way to it; it can be killed while it is asked.
class served_program {
 public:
  served_program(const std::string& program, const std::string& directory)
      : program_(run_program({program, "serve", "--port", "0", "--data", directory})),
        ready_(program_.line()),
        endpoint_(port_in(ready_)) {}

  /// The server's first line.
  const std::string& ready() const { return ready_; }
  bool is_ready() const { return ready_.starts_with("dynamo is ready"); }
  endpoint& db() { return endpoint_; }
  /// With SIGKILL, on any thread.
  void kill() const { program_.send_signal(SIGKILL); }
  bool was_killed() { return program_.wait().signal == SIGKILL; }

 private:
  testing::child_process program_;
  std::string ready_;
  http_endpoint endpoint_;
};

}  // namespace dynamo::testing_support
