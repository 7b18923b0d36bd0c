#pragma once

#include <dynamo/database.hpp>
#include <dynamo/server.hpp>

#include <support/http_client.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dynamo::testing_support {

/// The bytes of a call, as an SDK sends them.
inline std::string call_text(std::string_view operation, std::string_view body,
                             std::string_view service = "DynamoDB_20120810") {
  return "POST / HTTP/1.1\r\nHost: test\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: " +
         std::string(service) + "." + std::string(operation) + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

/// A server of an endpoint, or of a new database in memory, on a port of its own.
class served {
 public:
  explicit served(server_options options = {}) : served(database::in_memory()->endpoint(), std::move(options)) {}
  explicit served(std::shared_ptr<endpoint> to, server_options options = {}) {
    auto started = server::start(std::move(to), options);
    if (!started) throw std::runtime_error(started.error().describe());
    on_.emplace(*std::move(started));
  }

  server& on() { return *on_; }
  http_client connect() const { return http_client(on_->port()); }
  http_answer call(std::string_view operation, std::string_view body,
                   std::string_view service = "DynamoDB_20120810") const {
    return connect().ask(call_text(operation, body, service)).value_or(http_answer());
  }

 private:
  std::optional<server> on_;
};

inline constexpr std::string_view create_table_text =
    R"({"TableName":"things","BillingMode":"PAY_PER_REQUEST",)"
    R"("AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],)"
    R"("KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],)"
    R"("StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}})";

}  // namespace dynamo::testing_support
