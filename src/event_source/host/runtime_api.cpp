#include <event_source/host/runtime_api.hpp>

#include <dynamo/http/detail/target.hpp>
#include <dynamo/json/writer.hpp>
#include <dynamo/value/limits.hpp>

#include <utility>

namespace dynamo::event_source {
namespace {

constexpr std::string_view api_path = "/2018-06-01/runtime/";
constexpr std::string_view invocations = "invocation/";

http::response answer_with(unsigned status, json::buffer body) {
  http::response r(status, std::move(body));
  r.add_field("Content-Type", "application/json");
  return r;
}
http::response accepted() { return answer_with(202, json::buffer(R"({"status":"OK"})")); }
http::response refused(unsigned status, std::string_view type, std::string_view why) {
  json::buffer body(R"({"errorMessage":)");
  json::write_string(body, why);
  body.append(R"(,"errorType":)");
  json::write_string(body, type);
  body.append('}');
  return answer_with(status, std::move(body));
}
http::response ending() { return refused(500, "Runtime.Ending", "The host takes no more requests"); }

/// Error bodies go into messages and logs.
std::string shortened(std::string_view text) {
  constexpr std::size_t size_max = 4'096;
  return std::string(text.substr(0, size_max));
}

}  // namespace

bool runtime_api::is_waiting() const {
  const std::scoped_lock lock(mutex_);
  return held_ != nullptr;
}

void runtime_api::hand_over(invocation what, std::string attempt, const std::string& fields) {
  http::response r = answer_with(200, std::move(what.event));
  r.fields += fields;
  std::unique_ptr<http::responder> to;
  {
    const std::scoped_lock lock(mutex_);
    to = std::move(held_);
    current_ = std::move(what.request_id);
    attempt_ = std::move(attempt);
    unanswered_ = R"({"errorMessage":"the function asked for its next invocation and answered nothing"})";
  }
  std::move(*to).send(std::move(r));
}

runtime_api::events runtime_api::take_events() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(events_, events());
}

void runtime_api::close() {
  std::unique_ptr<http::responder> last;
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    last = std::move(held_);
  }
  if (last) std::move(*last).send(ending());
}

void runtime_api::handle(const http::request_head& head, json::buffer body, http::responder to) noexcept {
  std::string_view path = http::path_of(head.target());
  path.remove_prefix(path.starts_with(api_path) ? api_path.size() : path.size());
  if (head.method() == "GET" && path == "invocation/next") return hold(std::move(to));
  http::response r = refused(404, "Runtime.NotFound", "There is no such resource in the Runtime API");
  if (head.method() == "POST" && path == "init/error") {
    const std::scoped_lock lock(mutex_);
    events_.init_error = shortened(body.view());
    r = accepted();
  } else if (head.method() == "POST" && path.starts_with(invocations)) {
    path.remove_prefix(invocations.size());
    const std::size_t slash = path.find('/');
    if (slash != std::string_view::npos) r = answer(head, path.substr(0, slash), path.substr(slash + 1), body);
  }
  wakeup_->raise();
  std::move(to).send(std::move(r));
}

/// Keeps a request for the next invocation until there is one. A program has one such request; an earlier one was given up by it.
void runtime_api::hold(http::responder to) {
  auto useless = std::make_unique<http::responder>(std::move(to));
  {
    const std::scoped_lock lock(mutex_);
    if (!closed_) std::swap(held_, useless);
    if (!std::exchange(current_, {}).empty()) events_.answer.emplace(outcome::kind::error, std::move(unanswered_));
  }
  wakeup_->raise();
  if (useless) std::move(*useless).send(ending());
}

http::response runtime_api::answer(const http::request_head& head, std::string_view id, std::string_view what,
                                   const json::buffer& body) {
  const bool response = what == "response";
  if (!response && what != "error")
    return refused(404, "Runtime.NotFound", "There is no such resource in the Runtime API");
  const std::scoped_lock lock(mutex_);
  if (current_.empty() || current_ != id) {
    return refused(400, "InvalidRequestID", "The request id is not that of the invocation under way");
  }
  // A runtime that does not know it yet sends none.
  if (const auto attempt = head.field("Lambda-Runtime-Invocation-Id"); !attempt.empty() && attempt != attempt_) {
    return refused(400, "InvalidInvocationID", "The invocation id is not that of the attempt under way");
  }
  if (response && body.size() > limits::function_payload_size_max) {
    // It may still report an error.
    unanswered_ = R"({"errorMessage":"the answer was larger than 6 MB","errorType":"Function.ResponseSizeTooLarge"})";
    return refused(413, "RequestEntityTooLarge", "Exceeded maximum allowed payload size (6291456 bytes).");
  }
  current_.clear();
  if (response) {
    events_.answer.emplace(outcome::kind::response, std::string(body.view()));
  } else {
    events_.answer.emplace(outcome::kind::error, shortened(body.view()));
  }
  return accepted();
}

}  // namespace dynamo::event_source
