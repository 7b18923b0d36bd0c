#pragma once

#include <dynamo/http/client.hpp>

#include <http/exchange/exchange_failure.hpp>

#include <expected>

namespace dynamo::http {

/// Who is told what came of a request. Must live until then.
class exchange_sink {
 public:
  /// Called once. Must not block and must not throw.
  virtual void complete(std::expected<client_response, exchange_failure>) noexcept = 0;

 protected:
  ~exchange_sink() = default;
};

}  // namespace dynamo::http
