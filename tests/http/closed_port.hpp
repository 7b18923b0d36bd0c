#pragma once

#include <http/exchange/name_lookup.hpp>
#include <support/loopback.hpp>

#include <cstdint>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dynamo::http {

/// A port of this machine that takes no connection: it refuses them, or it never says anything.
class closed_port {
 public:
  enum class kind : std::uint8_t { refuses, says_nothing };

  explicit closed_port(kind k)
      : listening_(testing_support::bound_to_loopback(port_)), where_(testing_support::on_loopback(port_)) {
    if (k == kind::refuses) return;
    // A queue that is full takes no more connections, and the system drops their first packet.
    ::listen(listening_, 0);
    for (int i = 0; i < 3; ++i) {
      waiting_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      [[maybe_unused]] const int begun =
          ::connect(waiting_.back(), reinterpret_cast<const sockaddr*>(&where_), sizeof where_);
    }
  }
  closed_port(const closed_port&) = delete;
  closed_port& operator=(const closed_port&) = delete;
  ~closed_port() {
    for (const int each : waiting_) ::close(each);
    ::close(listening_);
  }
  socket_address where() const { return {reinterpret_cast<const sockaddr*>(&where_), sizeof where_}; }
  std::uint16_t port() const { return port_; }
  address named() const { return {"127.0.0.1", port_}; }

 private:
  std::uint16_t port_ = 0;
  int listening_;
  sockaddr_in where_;
  std::vector<int> waiting_;
};

}  // namespace dynamo::http
