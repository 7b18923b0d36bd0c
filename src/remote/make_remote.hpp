#pragma once

#include <dynamo/remote.hpp>

#include <remote/service/remote_endpoint.hpp>

#include <memory>

namespace dynamo::aws {

/// What dynamo::remote() makes. `unless_set`: the retries where neither the program nor its environment says how.
result<std::shared_ptr<remote_endpoint>> make_remote(const remote_options&, const retry_settings& unless_set);

}  // namespace dynamo::aws
