#pragma once

#include <dynamo/base/random.hpp>
#include <dynamo/base/result.hpp>
#include <dynamo/http/listener.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace dynamo {

struct server_options {
  http::listener_options listen;  ///< address, threads, limits and time-outs
  std::string region = "local";   ///< stands in the answer to GET /
  /// Web pages of these origins ("https://example.com") may use the server from a browser, besides those of this machine
  /// (http://localhost and the like, any port). "*" lets every page on the web in: signatures are not checked.
  std::vector<std::string> allowed_origins;
  random_source* random = nullptr;  ///< for request ids; null: the machine's

  server_options() = default;
};

/// An endpoint as a service for every AWS SDK: HTTP/1.1, both services of DynamoDB, JSON 1.0.
///
///     auto db = dynamo::database::in_memory();
///     auto serving = dynamo::server::start(db->endpoint());
///     std::cout << serving->url() << '\n';
///
/// Signatures are not checked: anyone who reaches the port may read and write everything. It listens on the loopback interface
/// unless told otherwise. Requests go to endpoint::start(), so one that reads runs on the connection's thread, and one that
/// writes holds no thread while it waits for its commit. Thread-safe.
class server {
 public:
  /// Errors: those of http::listener::open().
  [[nodiscard]] static result<server> start(std::shared_ptr<endpoint>, const server_options& = {});

  std::uint16_t port() const noexcept { return listening_.port(); }
  std::string url() const { return listening_.url(); }
  std::size_t connections() const noexcept { return listening_.connections(); }
  /// See http::listener::stop(): requests under way get their responses, as long as the grace period lasts.
  void stop(std::chrono::milliseconds grace_period) { listening_.stop(grace_period); }

 private:
  explicit server(http::listener l) noexcept : listening_(std::move(l)) {}
  http::listener listening_;
};

}  // namespace dynamo
