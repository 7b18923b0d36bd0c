#pragma once

#include <support/raw_socket.hpp>

#include <cctype>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace dynamo::testing_support {

struct http_answer {
  int status = 0;
  std::map<std::string, std::string> fields;  ///< names in small letters
  std::string body;

  std::string field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? "" : found->second;
  }
};

/// A raw socket to a server on this machine, which sends what it is told to, byte by byte if need be. Blocks.
class http_client : public raw_socket {
 public:
  explicit http_client(std::uint16_t port) : raw_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }

  bool connected() const { return connected_; }

  /// The next response; nothing when the peer closes before it is complete. `head_only` is for responses to HEAD.
  std::optional<http_answer> receive(bool head_only = false) {
    std::size_t end = 0;
    while ((end = rest_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return std::nullopt;
    }
    http_answer got = read_head(rest_.substr(0, end + 2));
    rest_.erase(0, end + 4);
    std::size_t size = 0;
    const std::string length = got.field("content-length");
    std::from_chars(length.data(), length.data() + length.size(), size);
    if (head_only) size = 0;
    while (rest_.size() < size) {
      if (!more()) return std::nullopt;
    }
    got.body = rest_.substr(0, size);
    rest_.erase(0, size);
    if (rest_.empty()) rest_.shrink_to_fit();  // a thousand clients of one test hold nothing
    return got;
  }
  std::optional<http_answer> ask(std::string_view request) {
    send(request);
    return receive();
  }

  /// Blocks until the peer closes: true if it sent nothing more.
  bool ends() { return rest_.empty() && !more(); }
  /// Whether there is something to receive, or an end, right now.
  bool is_readable() const {
    char c = 0;
    return !rest_.empty() || ::recv(socket_, &c, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 || errno == ECONNRESET;
  }

 private:
  static http_answer read_head(const std::string& head) {
    http_answer got;
    got.status = head.size() > 12 ? std::atoi(head.c_str() + 9) : 0;
    std::size_t line = head.find("\r\n") + 2;
    for (std::size_t end = 0; (end = head.find("\r\n", line)) != std::string::npos; line = end + 2) {
      const std::size_t colon = head.find(": ", line);
      std::string name = head.substr(line, colon - line);
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      got.fields[name] = head.substr(colon + 2, end - colon - 2);
    }
    return got;
  }

  bool connected_ = false;
};

}  // namespace dynamo::testing_support
