#pragma once

#include <dynamo/protocol/endpoint.hpp>

#include <memory>
#include <optional>

namespace dynamo::detail {

/// An operation that takes several requests, as a state machine: it is given each answer and says what to send next.
class conversation {
 public:
  virtual ~conversation() = default;
  /// The request that follows this answer; nothing when `answer`, which may have been replaced, is the outcome of it all.
  virtual std::optional<request> next(result<reply>& answer) = 0;
};

/// An endpoint that holds the conversation, which the first request begins, with another one. For one use.
/// Deadline, stop token and origin of the first request go with all of them.
std::shared_ptr<endpoint> converse(std::shared_ptr<endpoint> with, std::unique_ptr<conversation>);

}  // namespace dynamo::detail
