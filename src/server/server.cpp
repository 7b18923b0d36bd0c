#include <dynamo/server.hpp>

#include "responses.hpp"
#include "route.hpp"

#include <dynamo/protocol/service_error.hpp>

#include <memory>
#include <string>
#include <utility>

namespace dynamo {
namespace {

using server_detail::route;

/// An operation under way. Deletes itself when its outcome has been sent.
class call final : public reply_sink {
 public:
  call(http::responder to, const route& way, std::string request_id, std::string_view origin)
      : to_(std::move(to)), content_type_(way.content_type), request_id_(std::move(request_id)), origin_(origin) {}

  void complete(result<reply> outcome) noexcept override {
    const std::unique_ptr<call> self(this);
    http::response r = server_detail::outcome_response(outcome, content_type_, request_id_);
    server_detail::allow_origin(r, origin_);
    std::move(to_).send(std::move(r));
  }

 private:
  http::responder to_;
  std::string_view content_type_;  // a literal
  std::string request_id_;
  std::string origin_;
};

/// The traces that a request came under, for an endpoint that passes it on. Null: none, so most requests cost no memory for it.
std::shared_ptr<const request_origin> traced_origin(const http::request_head& head) {
  const std::string_view id = head.field("X-Amzn-Trace-Id"), parent = head.field("traceparent");
  if (id.empty() && parent.empty()) return nullptr;
  auto origin = std::make_shared<request_origin>();
  origin->trace_id = id;
  if (head.count("traceparent") == 1 && has_form_of_traceparent(parent)) {
    origin->trace.traceparent = parent;
    if (head.count("tracestate") == 1) origin->trace.tracestate = head.field("tracestate");
  }
  return origin;
}

class dynamodb_handler final : public http::handler {
 public:
  dynamodb_handler(std::shared_ptr<endpoint> to, const server_options& options)
      : to_(std::move(to)),
        region_(options.region),
        allowed_origins_(options.allowed_origins),
        random_(options.random != nullptr ? *options.random : system_random()) {}

  void handle(const http::request_head& head, json::buffer body, http::responder back) noexcept override {
    const route way = server_detail::route_of(head, allowed_origins_);
    std::string id = make_request_id(random_);
    if (way.what == route::kind::operation) {
      auto under_way = std::make_unique<call>(std::move(back), way, std::move(id), head.field("Origin"));
      request asked(way.operation, std::move(body));
      asked.origin = traced_origin(head);
      return to_->start(std::move(asked), *under_way.release());
    }
    http::response r = plain_response(way, head, id);
    if (way.status != 403) server_detail::allow_origin(r, head.field("Origin"));
    std::move(back).send(std::move(r));
  }

  http::response refuse(unsigned status, std::string_view why) override {
    return server_detail::error_response(status, refusal_type(status), why, route().content_type,
                                         make_request_id(random_));
  }

 private:
  static std::string_view refusal_type(unsigned status) {
    if (status == 413) return "com.amazon.coral.service#RequestEntityTooLargeException";
    return status == 503 ? wire_type(errc::service_unavailable) : wire_type(errc::serialization);
  }

  http::response plain_response(const route& way, const http::request_head& head, std::string_view id) const {
    switch (way.what) {
      case route::kind::health: return server_detail::health_response(region_, id);
      case route::kind::preflight: return server_detail::preflight_response(head, id);
      default: return server_detail::error_response(way.status, way.type, way.message, way.content_type, id);
    }
  }

  std::shared_ptr<endpoint> to_;
  std::string region_;
  std::vector<std::string> allowed_origins_;
  random_source& random_;
};

}  // namespace

result<server> server::start(std::shared_ptr<endpoint> to, const server_options& options) {
  auto listening =
      http::listener::open(options.listen, std::make_shared<dynamodb_handler>(or_absent(std::move(to)), options));
  if (!listening) return std::unexpected(std::move(listening).error());
  return server(*std::move(listening));
}

}  // namespace dynamo
