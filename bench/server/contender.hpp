#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace dynamo::bench {

/// A server that is measured: a program of its own, confined to one core, on a port of its own. Killed with the object.
class contender {
 public:
  /// `command`'s words; "{port}" in one of them is replaced. Waits until it answers `first`.
  contender(std::string name, std::vector<std::string> command, const std::string& first);
  ~contender();
  contender(const contender&) = delete;
  contender& operator=(const contender&) = delete;

  const std::string& name() const noexcept { return name_; }
  std::uint16_t port() const noexcept { return port_; }
  /// From the beginning of the program to its first answer, looked for every 100 us.
  std::chrono::nanoseconds start_time() const noexcept { return start_time_; }
  std::chrono::nanoseconds cpu() const;  ///< of all its threads, since it began
  std::size_t resident_bytes() const;

 private:
  std::string name_;
  std::uint16_t port_ = 0;
  pid_t child_ = -1;
  std::chrono::nanoseconds start_time_{};
};

}  // namespace dynamo::bench
