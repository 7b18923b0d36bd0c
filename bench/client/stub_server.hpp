#pragma once

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace dynamo::bench {

/// The least that a DynamoDB can do, in a process of its own, so that its CPU time is nobody's: answers each operation with a constant, on one thread.
/// Made before this process has threads; killed with the object.
class stub_server {
 public:
  struct bodies {
    std::string get_item, put_item, query;
  };
  /// With TLS its certificate is for localhost, and the authority that signed it is written to `authority_file`.
  stub_server(const bodies&, const std::string& authority_file);
  ~stub_server();
  stub_server(const stub_server&) = delete;
  stub_server& operator=(const stub_server&) = delete;

  std::uint16_t port() const noexcept { return port_; }
  std::uint16_t tls_port() const noexcept { return tls_port_; }

 private:
  pid_t child_ = -1;
  std::uint16_t port_ = 0;
  std::uint16_t tls_port_ = 0;
};

/// A connected socket to a port of this machine.
int connect_to(std::uint16_t port);

}  // namespace dynamo::bench
