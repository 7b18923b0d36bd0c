#pragma once

#include <dynamo/http/client.hpp>

#include <http/exchange/exchange_failure.hpp>

#include <expected>

namespace dynamo::http {
class exchange_sink {
 public:
  virtual void complete(std::expected<client_response, exchange_failure>) noexcept = 0;

 protected:
  ~exchange_sink() = default;
};
}  // namespace dynamo::http
