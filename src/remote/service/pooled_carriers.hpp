#pragma once

#include <dynamo/remote.hpp>

#include <remote/service/routes.hpp>
#include <remote/settings/settings.hpp>

namespace dynamo::aws {

/// Makes a pool of connections for each host. What they share is made once: whom TLS trusts, and the thread of calls that are started.
routes::make_carrier pooled_carriers(const remote_options&, const settings&);

}  // namespace dynamo::aws
