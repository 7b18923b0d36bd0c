#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/protocol/endpoint.hpp>

#include <http/exchange/exchange_failure.hpp>

#include <cstdint>
#include <string_view>

namespace dynamo::http {
struct client_response;
}

namespace dynamo::aws {

/// What a service says, as a reply or as its own error. `host` names it where it says nothing that DynamoDB would: the page of a proxy.
/// Of a 500, and of what a gateway answers in the service's place, nobody knows whether the request was executed: outcome_unknown().
/// Empties the response's body. Pure.
result<reply> read_answer(http::client_response&, std::string_view host);

/// Why there is no response. A connection that could not be made is errc::transport: it can be tried again, and was not executed; one that
/// cannot be trusted (TLS) stays errc::unavailable.
error read_failure(const http::exchange_failure&);

/// What is to be done before a request is sent again at once.
enum class remedy : std::uint8_t {
  none,
  mend_clock,         ///< the signature's time is too far from the service's clock
  renew_credentials,  ///< they have expired, or are not known any more
};
/// By the error's type. Pure.
remedy remedy_for(const error&) noexcept;

}  // namespace dynamo::aws
