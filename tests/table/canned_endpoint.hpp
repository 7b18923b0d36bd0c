#pragma once

#include <dynamo/protocol/endpoint.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dynamo::test {

/// Remembers what it was sent, and answers what it was told to.
class canned_endpoint : public endpoint {
 public:
  struct sent {
    operation_name operation;
    std::string body;
    repeatable repeats;
    std::optional<call_times> times;
    std::optional<std::chrono::steady_clock::time_point> deadline;
    std::shared_ptr<const retry_settings> retries;
  };
  std::vector<sent> requests;

  void answer(std::string body) { answers_.emplace_back(reply(json::buffer(body))); }
  void answer(error why) { answers_.emplace_back(std::unexpected(std::move(why))); }
  std::string last() const { return requests.empty() ? "nothing was sent" : requests.back().body; }

  result<reply> call(request r) override {
    requests.push_back({r.operation, std::string(r.body.view()), r.repeats, r.times, r.deadline, r.retries});
    if (answers_.empty()) return reply(json::buffer("{}"));
    result<reply> next = std::move(answers_.front());
    answers_.pop_front();
    return next;
  }
  void start(request r, reply_sink& sink) override { sink.complete(call(std::move(r))); }

 private:
  std::deque<result<reply>> answers_;
};

/// The key after which the last request goes on.
inline std::string last_start_key(const canned_endpoint& wire) {
  const std::string text = wire.last();
  const std::size_t at = text.find("\"ExclusiveStartKey\":");
  return at == std::string::npos ? "none" : text.substr(at + 20, text.size() - at - 21);
}

}  // namespace dynamo::test
