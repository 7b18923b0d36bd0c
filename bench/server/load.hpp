#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace dynamo::bench {

/// Connections to one server on this machine, kept alive, each with one request under way; the calling thread drives them all. Lean, so
/// that the server is what is measured.
class load {
 public:
  load(std::uint16_t port, unsigned connections);
  ~load();
  load(const load&) = delete;
  load& operator=(const load&) = delete;

  /// Sends the requests in turn, again and again, until the time is over, and waits for the last answers: how many came. Goes on
  /// where it stopped the last time. Ends the program when an answer is none, or not 200.
  std::uint64_t run(const std::vector<std::string>& requests, std::chrono::nanoseconds time,
                    std::uint64_t most = UINT64_MAX);

  /// One request on a connection of its own; nothing if there is no answer. Whole, head and body.
  static std::string ask(std::uint16_t port, const std::string& request);

 private:
  struct connection {
    int socket = -1;
    std::string received;
  };
  bool receive(connection&);
  void send(connection&, const std::string&);

  int poll_ = -1;
  std::vector<connection> connections_;
  std::size_t next_ = 0;
};

}  // namespace dynamo::bench
