#pragma once

#include <dynamo/http/client.hpp>

#include <http/exchange/exchange_failure.hpp>

#include <expected>
#include <string>

namespace dynamo::http {

/// What became of an exchange, for people: "200 hello", "timed_out in read, sent: ...".
inline std::string text_of(const std::expected<client_response, exchange_failure>& got) {
  if (got) return std::to_string(got->status) + " " + std::string(got->body.view());
  const exchange_failure& why = got.error();
  return std::string(to_string(why.code)) + " in " + std::string(to_string(why.phase)) + (why.sent ? ", sent" : "") +
         (why.stale ? ", stale" : "") + ": " + why.message;
}

}  // namespace dynamo::http
