#pragma once

#include <dynamo/base/result.hpp>
#include <dynamo/http/proxy_options.hpp>

#include <remote/endpoints/endpoint_url.hpp>
#include <remote/settings/environment.hpp>

#include <optional>

namespace dynamo::aws {

/// The proxy on the way to a host, as a connection takes it; nothing: none. Errors: as of proxy_for(); errc::not_supported for a proxy
/// that is spoken to by TLS. Pure.
[[nodiscard]] result<std::optional<http::proxy_options>> proxy_on_the_way(const endpoint_url& to, const environment&);

}  // namespace dynamo::aws
