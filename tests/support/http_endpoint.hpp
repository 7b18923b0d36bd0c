#pragma once

#include <dynamo/http/client.hpp>
#include <dynamo/http/detail/crc32.hpp>
#include <dynamo/json/cursor.hpp>
#include <dynamo/protocol/endpoint.hpp>
#include <dynamo/protocol/operation_facts.hpp>
#include <dynamo/protocol/service_error.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::testing_support {

/// The wire protocol over HTTP to a server on this machine, unsigned. Thread-safe: each call has a connection to itself, one that
/// is free or a new one.
class http_endpoint final : public endpoint {
 public:
  explicit http_endpoint(std::uint16_t port, http::client_options options = {}) : port_(port), options_(options) {}

  result<reply> call(request asked) override {
    http::client_request text("POST", "/", asked.body.view());
    text.add_field("Content-Type", "application/x-amz-json-1.0");
    text.add_field("X-Amz-Target", std::string(to_string(facts_of(asked.operation).service)) + "." +
                                       std::string(to_string(asked.operation)));
    text.repeatable = asked.repeats == repeatable::yes;
    auto connection = take();
    auto came = connection->send(text);
    if (!came) return std::unexpected(came.error());  // and the connection is dropped
    give_back(std::move(connection));
    return to_reply(*std::move(came));
  }
  /// Blocks, as call() does.
  void start(request asked, reply_sink& to) override { to.complete(call(std::move(asked))); }

 private:
  static result<reply> to_reply(http::client_response came) {
    if (const auto sum = came.field("x-amz-crc32"); std::to_string(http::crc32(came.body.view())) != sum) {
      return fail(errc::transport, "the checksum of the response is " + std::string(sum));
    }
    if (came.status != 200) return std::unexpected(to_error(came));
    reply answer(std::move(came.body));
    answer.request_id = came.field("x-amzn-RequestId");
    return answer;
  }

  static error to_error(const http::client_response& came) {
    error_detail what;
    what.request_id = came.field("x-amzn-RequestId");
    what.body = came.body.view();
    json::cursor at(came.body);
    std::string_view name;
    at.begin_object();
    while (at.next_name(name)) {
      const bool is_type = name == "__type";
      const bool is_message = name == "message" || name == "Message";
      if (is_type) what.type = at.read_string();
      if (is_message) what.message = at.read_string();
      if (!is_type && !is_message) at.skip();
    }
    what.code = errc_from_wire_type(what.type);
    if (what.type.empty() && came.status >= 500) what.code = errc::internal_server_error;
    return error(std::move(what));
  }

  std::unique_ptr<http::client> take() {
    const std::scoped_lock lock(mutex_);
    if (free_.empty()) return std::make_unique<http::client>("127.0.0.1", port_, options_);
    auto one = std::move(free_.back());
    free_.pop_back();
    return one;
  }
  void give_back(std::unique_ptr<http::client> one) {
    const std::scoped_lock lock(mutex_);
    free_.push_back(std::move(one));
  }

  const std::uint16_t port_;
  const http::client_options options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<http::client>> free_;
};

}  // namespace dynamo::testing_support
