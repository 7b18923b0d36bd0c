#pragma once

#include <dynamo/protocol/endpoint.hpp>

#include <memory>
#include <utility>

namespace dynamo {

/// Waits for the answer of one start() in the place of the sink that was given, and deletes itself.
template <class Then>
class interposed final : public reply_sink {
 public:
  interposed(reply_sink& outcome, Then then) : outcome_(outcome), then_(std::move(then)) {}

  void complete(result<reply> answer) noexcept override {
    reply_sink& outcome = outcome_;
    {
      // What `then` owns goes before the outcome is told: only its receiver keeps the endpoint alive from then on, and the last
      // owner must not be a thread of the endpoint's.
      const std::unique_ptr<interposed> self(this);
      then_(answer);
    }
    outcome.complete(std::move(answer));
  }

 private:
  reply_sink& outcome_;
  Then then_;
};

/// Starts the request; `then(answer)`, which must not throw, sees the answer, and may replace it, before `outcome` gets it.
template <class Then>
void start_and_then(endpoint& inner, request r, reply_sink& outcome, Then then) {
  auto waits = std::make_unique<interposed<Then>>(outcome, std::move(then));
  inner.start(std::move(r), *waits.release());
}

}  // namespace dynamo
