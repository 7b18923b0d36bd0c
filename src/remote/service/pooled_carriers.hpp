#pragma once

#include <dynamo/remote.hpp>

#include <http/pool/client_pool.hpp>
#include <remote/service/routes.hpp>
#include <remote/settings/settings.hpp>

namespace dynamo::aws {

/// A pool as a carrier.
std::shared_ptr<carrier> carrier_of(http::client_pool);

/// Makes a pool of connections for each host. What they share is made once: whom TLS trusts, and the thread of calls that are started.
routes::make_carrier pooled_carriers(const remote_options&, const settings&);

}  // namespace dynamo::aws
